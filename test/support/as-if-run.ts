/** Remembered invocations beside those that ran, which they must be like in all that anybody can notice. */
import type { Invocation } from "../../src/runtime/function-runtime.ts";

/** @returns the invocation without the hint that the same object comes again */
export function asIfRun({ outcome, ...rest }: Invocation): Invocation {
  if (!("recurs" in outcome)) return { outcome, ...rest };
  const { recurs: _, ...same } = outcome;
  return { outcome: same, ...rest };
}
