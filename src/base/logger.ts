/** What a room needs of a logger. `node/` passes pino's; tests pass one that keeps what it was told. */
export interface Logger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Says nothing: the default of a part that runs inside a test. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
