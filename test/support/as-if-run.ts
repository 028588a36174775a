/** Remembered invocations beside those that ran, which they must be like in all that anybody can notice. */
import type { Invocation } from "../../src/runtime/function-runtime.ts";

/**
 * @returns the invocation without the hint that the same object comes again, and without what it takes to repeat a run:
 *   what is remembered did not run, and of two runs each has its own chance
 */
export function asIfRun(invocation: Invocation): Invocation {
  const { outcome, ranAt: _ranAt, seed: _seed, ...rest } = invocation;
  if (!("recurs" in outcome)) return { outcome, ...rest };
  const { recurs: _recurs, ...same } = outcome;
  return { outcome: same, ...rest };
}
