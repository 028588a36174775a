/** A run of a function as it is recorded: its event, and all else that it had, so that it can be run again as it was. */
import type { FunctionEvent, StoreReadsTold } from "../../../runtime/function-runtime.ts";

export interface RecordedRun {
  /** The function's name. */
  readonly function: string;
  /** The number of what ran among the function's versions. */
  readonly version: number;
  /** What its clock said, in milliseconds since the epoch. */
  readonly at: number;
  /** What its chance followed from; absent where it asked for none. */
  readonly seed?: number;
  /** What it asked its key value store, and was answered; absent where that is nothing. */
  readonly store?: StoreReadsTold;
  /** What it was given; see runtime/hidden-values.ts for values that stand for others. */
  readonly event: FunctionEvent;
  /** What in it is hidden, like "cookie session"; absent where nothing is. */
  readonly hidden?: readonly string[];
  /** The same of what is sealed: see sealed-values.ts. */
  readonly sealed?: readonly string[];
}
