/** Where a rehearsal's runs come from. */
import type { RecordedRun } from "../../../edge/record/runs/recorded-run.ts";
import type { FunctionEvent } from "../../../runtime/function-runtime.ts";

export interface RunsFrom {
  /** What they are, in two or three words. */
  readonly name: string;
  /** Recorded runs, in JSON. */
  readonly lines: AsyncIterable<string>;
  /** What events of this source have not, so that nothing is known of what depends on it. */
  readonly lacks: readonly string[];
  /** How much of it is read, from 0 to 1; absent where nobody knows how much there is. */
  readonly progress?: () => number;
}

/** What no source has but recorded runs. */
export const notAsItWas = "key value stores and chance as they were";

/** @param at what its clock says, in milliseconds since the epoch */
export function runLine(name: string, event: FunctionEvent, at: number): string {
  return JSON.stringify({ function: name, version: 0, at, event } satisfies RecordedRun);
}
