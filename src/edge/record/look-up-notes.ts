/** What a request met when it was looked up in the cache, for whoever tells why its answer is what it is. */
import type { StoredMeta } from "../../cache/store.ts";

export type Found =
  /** A response: fresh, or good enough, or not any more. */
  | "kept"
  /** A response that was invalidated since, or is from a time that the clock has not reached. */
  | "unusable"
  /** A fetch that another request had begun. */
  | "under-way"
  /** That the origin had failed a moment ago. */
  | "failure";

/** A page that took an error's place. */
export interface ErrorPageUsed {
  /** The status that it stands for. */
  readonly error: number;
  readonly path: string;
}

export interface LookUpNotes {
  /** The last of what it met; undefined where that was nothing. */
  found: Found | undefined;
  /** The id of the request that had begun the fetch which this one found under way; undefined where it found none. */
  sharedWith: string | undefined;
  /** Of the response that was kept, or unusable. */
  kept: StoredMeta | undefined;
  errorPage: ErrorPageUsed | undefined;
}
