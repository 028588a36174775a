/**
 * What one invocation may use, and how its use becomes a percentage.
 *
 * The counters that are compiled into a function, and the built-ins' own charges, count steps; a
 * step stands for so many machine instructions of njs, fitted by tools/fit-utilization.ts. The
 * same function and event cost the same on every machine. CloudFront publishes neither its unit
 * nor its limit: the limit here puts a function that does next to nothing at 6 % and a check of an
 * HMAC near 10 %, which is what users of the service report; docs/functions.md says more.
 */

/** njs instructions that one step stands for. */
export const instructionsPerStep = 1.66;

/** njs instructions that are 100 % compute utilization. */
export const computeLimit = 1_000_000;

/** What every run costs before the first statement: the engine's start, and the event itself. */
export const computeBase = 60_000;

/** Steps after which a run is ended. */
export const stepLimit = Math.floor((computeLimit - computeBase) / instructionsPerStep);

/** What a function is run on. */
export type FunctionKind = "viewer" | "connection";

/** How many times the steps it may take: a millisecond's on viewers' requests, five on connections. */
export function limitsOf(kind: FunctionKind): number {
  return kind === "connection" ? 5 : 1;
}

/** Bytes that one invocation may allocate. njs frees nothing until a run ends, so neither does the count. */
export const memoryLimitBytes = 2 * 1024 * 1024;

/** Bytes of console.log output kept per run, in UTF-8; CloudFront truncates at 10 KB. */
export const logLimitBytes = 10 * 1024;

/** @returns 0 to 100, rounded, from the steps that a run spent */
export function computeUtilization(steps: number, kind: FunctionKind = "viewer"): number {
  const instructions = computeBase + steps * instructionsPerStep;
  return Math.min(100, Math.round((100 * instructions) / (computeLimit * limitsOf(kind))));
}
