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

/** All that is given must hold. */
export interface TraceFilter {
  readonly id?: string;
  readonly host?: string;
  /** Exact, or the beginning of it where it ends in `*`. */
  readonly path?: string;
  readonly status?: number;
  readonly owner?: string;
  readonly function?: string;
  /** A path pattern. */
  readonly behavior?: string;
  readonly country?: string;
  readonly limit: number;
}

export interface FoundTraces {
  /** Newest first. */
  readonly items: readonly ListedTrace[];
  /** Of the first of them, where it was asked for. */
  readonly text?: string;
  /** How many are kept. */
  readonly kept: number;
  /** How many requests were not, since more came than could be written down, or the disk took none. */
  readonly lost: number;
}
