/** What a rehearsal of a function came to, as whoever ran it has told: what a publish may ask for. */
export interface Rehearsal {
  /** The version of the DEVELOPMENT copy that was rehearsed. */
  readonly version: number;
  /** The number of the published version that it was compared with: LIVE's at that time. */
  readonly live: number;
  /** Runs that were compared. */
  readonly compared: number;
  /** Those of them that differ. */
  readonly differing: number;
  /** Kinds of differences that nobody has accepted. */
  readonly unexpected: number;
  /** Runs that could not be compared, since they read what is hidden. */
  readonly notComparable: number;
  /** Where the runs were from, like "recorded runs". */
  readonly source: string;
}

/** The last one of a function. */
export interface ToldRehearsal extends Rehearsal {
  /** When it was told: ISO 8601, UTC. */
  readonly at: string;
  readonly by: string;
}
