/** What is kept of a request: a text that tells its way, and what it is found by. */
export interface KeptTrace {
  readonly id: string;
  /** When the request came, in milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  /** In lower case, without a port. */
  readonly host: string;
  readonly path: string;
  /** Of the answer; 0 where there was none. */
  readonly status: number;
  readonly result: string;
  /** How long it took, in milliseconds. */
  readonly tookMs: number;
  /** All ids by which it can be asked for: of a distribution, its primary, a tenant. */
  readonly owners: readonly string[];
  /** The names of what ran for it. */
  readonly functions: readonly string[];
  /** The path pattern of the behavior that took it; absent where none did. */
  readonly behavior?: string;
  /** Where its viewer is, in two letters; absent where that is not known. */
  readonly country?: string;
  /** JSON. */
  readonly text: string;
}

/** What it says in a list. */
export type ListedTrace = Omit<KeptTrace, "text">;

/** How far somebody has read: what is written later has higher numbers, as long as they are counted as one. */
export interface TraceMark {
  /** Another one where the numbers begin anew, as those of another file do. */
  readonly numbering: string;
  readonly number: number;
}

/** All that is given must hold. */
export interface TraceFilter {
  readonly id?: string;
  readonly host?: string;
  /** Exact, or the beginning of it where it ends in `*`. */
  readonly path?: string;
  readonly status?: number;
  /** Exact, but for two: `Hit` is what came from the cache in any way, `Error` what failed or has a status from 400 on. */
  readonly result?: string;
  readonly owner?: string;
  readonly function?: string;
  /** A path pattern. */
  readonly behavior?: string;
  readonly country?: string;
  /** What was written since. */
  readonly after?: TraceMark;
  readonly limit: number;
}

export interface FoundTraces {
  /** Newest first: by when they came, and after a mark by when they were written. */
  readonly items: readonly ListedTrace[];
  /** Of the first of them, where it was asked for. */
  readonly text?: string;
  /** How many are kept. */
  readonly kept: number;
  /** How many requests were not, since more came than could be written down, or the disk took none. */
  readonly lost: number;
  /** Of all that is written by now. */
  readonly mark: TraceMark;
  /** How many came after the mark that was given and are not among the items: over the limit, or no longer kept. */
  readonly missed: number;
}
