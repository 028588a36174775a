/** Runs a function's source on an event's file, and compares what comes of it with what the file expects. */
import { findDifferences, type Difference } from "../events/differences.ts";
import type { EventFile } from "../events/event-file.ts";
import { keysFileOf } from "../events/find-events.ts";
import { readKeys, type Keys } from "../events/key-value-file.ts";
import type { RuntimeName } from "../runtime/runtime-name.ts";
import { judgeSource, type DistributionConfig, type JudgedSource } from "./judge-source.ts";

/** What counts for an event whose file, or folder, says nothing of it. */
export interface EventRunOptions {
  /** cloudfront-js-2.0 unless given. */
  readonly runtime?: RuntimeName | undefined;
  readonly keys?: Keys | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: number | undefined;
  /** What Math.random's numbers follow from; see TestOrder. */
  readonly seed?: number | undefined;
  readonly distribution?: DistributionConfig | undefined;
  /** Whether what of the function is run is counted. */
  readonly coverage?: boolean | undefined;
}

export interface EventRun {
  readonly judged: JudgedSource;
  /** Nothing where the run is as expected. */
  readonly differences: readonly Difference[];
}

/**
 * @throws EventFileError, when the folder's keys can't be read
 * @throws Error, when the run outlived its time or its process
 */
export async function runEventFile(
  source: string,
  { file, event, expect, given }: EventFile,
  options: EventRunOptions,
): Promise<EventRun> {
  const judged = await judgeSource({
    source,
    runtime: given.runtime ?? options.runtime ?? "cloudfront-js-2.0",
    event: JSON.stringify(event),
    store: given.keys ?? keysOfFolder(file) ?? options.keys,
    now: given.now ?? options.now,
    seed: given.seed ?? options.seed,
    distribution: options.distribution,
    coverage: options.coverage,
  });
  return { judged, differences: findDifferences(expect, judged) };
}

function keysOfFolder(event: string): Keys | undefined {
  const file = keysFileOf(event);
  return file === undefined ? undefined : readKeys(file);
}
