/**
 * How a cache keeps what viewers of several versions of a function are given apart: each version's keys end in a mark of
 * its own.
 */
export interface KeptApart {
  /** Of the version that runs for this viewer; empty where keys have none. */
  readonly own: string;
  /** Of all versions that serve viewers now. */
  readonly all: readonly string[];
}

/** One version serves all, and keys have no mark. */
export const notApart: KeptApart = { own: "", all: [""] };
