/**
 * When what has failed is tried again: later each time, at another moment each time, and not before the authority
 * wants to hear of it.
 */
import { AcmeProblem } from "../../certificates/acme/acme-session.ts";

const minute = 60_000;
/** An authority lets a name fail five times an hour. */
const refusedFirstMs = 15 * minute;
/** One that can't be reached may be back soon. */
const unreachedFirstMs = minute;
const longestMs = 24 * 60 * minute;

/**
 * @param failures how many there have been in a row, this one among them
 * @param random from 0 to 1
 * @returns milliseconds
 */
export function retryDelay(error: unknown, failures: number, random: number): number {
  const isRefusal = error instanceof AcmeProblem && error.isRefusal;
  const first = isRefusal ? refusedFirstMs : unreachedFirstMs;
  const backOff = Math.min(first * 2 ** Math.min(failures - 1, 20), longestMs);
  return Math.max(backOff * (0.8 + 0.4 * random), pauseOf(error));
}

/** How long the authority wants nothing at all, in milliseconds. */
export function pauseOf(error: unknown): number {
  if (!(error instanceof AcmeProblem)) return 0;
  return error.isRateLimit ? Math.max(error.retryAfterMs, minute) : error.retryAfterMs;
}
