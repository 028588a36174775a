/** Regular expressions of people's files, some of which go on and on, as `^(a+)+$` does. */
import { runInNewContext } from "node:vm";

/** No pattern that a person can read takes this long. */
export const matchTimeoutMs = 500;

/** @throws Error, when it is not done within {@link matchTimeoutMs} */
export function isBoundedMatch(pattern: RegExp, text: string): boolean {
  // Nothing else of Node ends one that is under way.
  const match = { pattern, text };
  return runInNewContext("pattern.test(text)", match, { timeout: matchTimeoutMs }) === true;
}
