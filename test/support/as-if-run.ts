/** Remembered invocations beside those that ran, which they must be like in all that anybody can notice. */
import type { Invocation } from "../../src/runtime/function-runtime.ts";

/** @returns the invocation without the hint that the same object comes again */
export function asIfRun({ outcome, ...rest }: Invocation): Invocation {
  if (outcome.type !== "response") return { outcome, ...rest };
  const { type, response } = outcome;
  return { outcome: { type, response }, ...rest };
}
