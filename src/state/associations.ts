/** Which distributions use a function. */
import type { Distribution } from "../model/distribution.ts";
import type { State } from "./state.ts";

/** @returns the distributions with a cache behavior that the function is associated with, in no order */
export function distributionsUsing(state: State, functionName: string): readonly Distribution[] {
  const ids = state.distributionsUsing.get(functionName)?.toArray() ?? [];
  return ids.map((id) => state.distributions.get(id)).filter((found) => found !== undefined);
}
