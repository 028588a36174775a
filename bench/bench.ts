/** What every measurement of `npm run bench` is handed, and what it hands back. */

/** Of an origin that no request gets to. */
export const unusedPort = 65_535;

export interface Bench {
  /** How often the servers take turns. */
  readonly rounds: number;
  /** How long a server is under load in a round. */
  readonly seconds: number;
  /** How many memory is looked at after. */
  readonly requests: number;
  /** Whether this is a smoke test: everything once, and little of it. */
  readonly isQuick: boolean;
  /** For files that go when the run ends. */
  readonly folder: string;
  /** The one that servers have for themselves, and the one of origin and load; undefined where they cannot be pinned. */
  readonly cores: { readonly serving: number; readonly loading: number } | undefined;
  /** Says on stderr what is under way. */
  readonly tell: (text: string) => void;
}

/** A line of the table that stands at the top. */
export interface Finding {
  readonly row: string;
  readonly what: string;
  readonly figure: string;
  readonly target: string;
}

export interface Measured {
  readonly findings: readonly Finding[];
  /** The figures behind them, as Markdown. */
  readonly details: string;
}

export type Measure = (bench: Bench) => Promise<Measured>;
