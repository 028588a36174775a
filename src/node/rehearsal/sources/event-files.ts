/** Runs from events in files, as `footlight test` reads them: what they say a run is given, it is given here, too. */
import { statSync } from "node:fs";
import type { RecordedRun } from "../../../edge/record/runs/recorded-run.ts";
import { readEventFile } from "../../../events/event-file.ts";
import { eventFilesIn, keysFileOf } from "../../../events/find-events.ts";
import { readKeys, type Keys } from "../../../events/key-value-file.ts";
import type { StoreReadsTold } from "../../../runtime/function-runtime.ts";
import { viewerEventOf } from "../../../runtime/testing/run-both-ways.ts";
import { notAsItWas, type RunsFrom } from "./runs-from.ts";

/**
 * @param path a file, or a folder of them
 * @param now milliseconds since the epoch, for events that name no time
 * @throws Error, when there are none; so does what it returns, when one is no event
 */
export function eventRuns(path: string, name: string, now: number): RunsFrom {
  const files = statSync(path).isDirectory() ? eventFilesIn(path) : [path];
  if (files.length === 0) {
    throw new Error(`there are no events in ${path}: no file there ends with .json`);
  }
  let done = 0;
  const lines = (async function* () {
    for (const file of files) {
      yield runOf(file, name, now);
      done += 1;
    }
  })();
  return {
    name: "test events",
    lines,
    lacks: [`${notAsItWas}, nor the clock, unless the event's file gives them`],
    progress: () => done / files.length,
  };
}

function runOf(file: string, name: string, now: number): string {
  const { event, given } = readEventFile(file);
  const beside = keysFileOf(file);
  const keys = given.keys ?? (beside === undefined ? undefined : readKeys(beside));
  const run: RecordedRun = {
    ...{ function: name, version: 0, at: given.now ?? now },
    ...(given.seed !== undefined && { seed: given.seed }),
    ...(keys !== undefined && { store: readsOf(keys) }),
    event: viewerEventOf(JSON.stringify(event)),
  };
  return JSON.stringify(run);
}

function readsOf(keys: Keys): StoreReadsTold {
  const reads = Object.entries(keys).map(([key, value]) => ({
    ...{ question: "get", key, answer: `+${value}` },
  }));
  return { reads, isWhole: true };
}
