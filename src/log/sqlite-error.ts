/** What SQLite's refusals to write mean for a log. */
import { LogFailure, type LogFailureReason } from "./log-failure.ts";

/** https://www.sqlite.org/rescode.html; the low byte of an extended code is its kind. */
const kinds: Readonly<Record<number, LogFailureReason>> = {
  5: "unwritable", // SQLITE_BUSY: another process has held the lock for seconds
  8: "unwritable", // SQLITE_READONLY
  10: "unwritable", // SQLITE_IOERR
  13: "full", // SQLITE_FULL
  14: "unwritable", // SQLITE_CANTOPEN
};

/**
 * @param message what could not be done, and why
 * @returns the error to throw: a LogFailure, where trying again later may help
 */
export function writeError(error: unknown, message: string): Error {
  const code = error instanceof Error && "errcode" in error ? Number(error.errcode) : 0;
  const reason = kinds[code & 0xff];
  return reason === undefined
    ? new Error(message, { cause: error })
    : new LogFailure(reason, message, { cause: error });
}
