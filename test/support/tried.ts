/**
 * How often a property is tried, and with which cases: the same each time, so that no change is refused for a case that
 * an earlier one has as well. FOOTLIGHT_FUZZ_SEED says which, FOOTLIGHT_FUZZ_TIMES how many times as many:
 * `npm run soak -- properties` tries others.
 */

const seed = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 1);
const times = Number(process.env["FOOTLIGHT_FUZZ_TIMES"] ?? 1);

/** @returns what fast-check's assert() takes beside a property */
export function tried(cases: number = 100): { readonly seed: number; readonly numRuns: number } {
  return { seed, numRuns: cases * times };
}
