/**
 * What one invocation may use, and how its use becomes a percentage.
 *
 * The unit of work is one machine instruction of njs, as counted on the functions of
 * test/runtime/utilization: the counters that are compiled into a function and the built-ins'
 * own charges estimate how many of them njs would have needed. The same function and event
 * cost the same on every machine. CloudFront publishes neither its unit nor its limit; the
 * limit here places the samples of AWS's documentation where AWS's own captures have them.
 */

/** njs instructions that stand for 100 % compute utilization. */
export const computeLimit = 3_000_000;

/** What every run costs before the first statement: the engine's start, and the event itself. */
export const computeBase = 180_000;

/** Bytes that one invocation may allocate. njs frees nothing until a run ends, so neither does the count. */
export const memoryLimitBytes = 2 * 1024 * 1024;

/** Characters of console.log output kept per run; CloudFront truncates at 10 KB. */
export const logLimitBytes = 10 * 1024;

/** @returns 0 to 100, rounded, from the steps that a run spent */
export function computeUtilization(steps: number): number {
  return Math.min(100, Math.round((100 * (computeBase + steps)) / computeLimit));
}
