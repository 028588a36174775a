/** What SQLite's refusals mean for a log. */
import { LogFailure, type LogFailureReason } from "./log-failure.ts";

/** https://www.sqlite.org/rescode.html; the low byte of an extended code is its kind. */
const kinds: Readonly<Record<number, LogFailureReason>> = {
  5: "unwritable", // SQLITE_BUSY: another process has held the lock for seconds
  8: "unwritable", // SQLITE_READONLY
  10: "unwritable", // SQLITE_IOERR
  13: "full", // SQLITE_FULL
  14: "unwritable", // SQLITE_CANTOPEN
};

/** SQLITE_IOERR_SHMSIZE: the index of a write-ahead log takes 32 KB on the disk from the first look at it on. */
const noRoomForIndex = 4874;
/** SQLITE_IOERR_READ, _SHORT_READ, _DATA and _CORRUPTFS. */
const unreadable: ReadonlySet<number> = new Set([266, 522, 8202, 8458]);
/** SQLITE_READONLY and SQLITE_CANTOPEN. */
const takesWrites: ReadonlySet<number> = new Set([8, 14]);
const systemRefusals: ReadonlySet<string> = new Set([
  ...["ENOSPC", "EDQUOT", "EROFS"],
  ...["EACCES", "EPERM"],
  ...["EMFILE", "ENFILE"],
]);

/**
 * @param message what could not be done, and why
 * @returns the error to throw: a LogFailure, where trying again later may help
 */
export function writeError(error: unknown, message: string): Error {
  const code = codeOf(error);
  const reason = code === noRoomForIndex ? "full" : kinds[code & 0xff];
  return reason === undefined
    ? new Error(message, { cause: error })
    : new LogFailure(reason, message, { cause: error });
}

/** @returns why a log could not be opened, in words */
export function openingReason(error: unknown): string {
  const code = codeOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  if (code === noRoomForIndex || kinds[code & 0xff] === "full") {
    return `its disk is full (${reason}). Make room there, and try again`;
  }
  if (!takesWrites.has(code & 0xff)) return reason;
  return `${reason}. SQLite writes beside it, too: this user must be able to write to its folder, and have descriptors left`;
}

/**
 * @param error that opening or reading a log failed with, or what that caused
 * @returns whether the system refused it something, such as room or descriptors, so that it may be as good as ever
 */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (code !== 0) return kinds[code & 0xff] !== undefined && !unreadable.has(code);
  if ("code" in error && systemRefusals.has(String(error.code))) return true;
  return isRefusal(error.cause);
}

function codeOf(error: unknown): number {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) : 0;
}
