/** What a room needs of a logger. `node/` passes pino's; tests pass one that keeps what it was told. */

/** What prints as itself. An Error does not, nor what was caught and may be anything. */
type LogValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly LogValue[]
  | { readonly [name: string]: LogValue };

/** Whatever was thrown goes under `err` and nowhere else: elsewhere it would print as `{}`. */
export type LogDetails<Details> = {
  readonly [Name in keyof Details]: Name extends "err" ? unknown : LogValue;
};

type Log = <Details extends LogDetails<Details>>(details: Details, message: string) => void;

export interface Logger {
  readonly debug: Log;
  readonly info: Log;
  readonly warn: Log;
  readonly error: Log;
}

/** Says nothing: the default of a part that runs inside a test. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
