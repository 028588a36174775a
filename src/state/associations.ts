/** Which distributions use a function, and which functions a key value store. */
import type { Distribution } from "../model/distribution.ts";
import type { CloudFrontFunction } from "../model/function.ts";
import { servingCopies } from "../model/function-versions.ts";
import { storeIdOf } from "./key-value-reader.ts";
import type { State } from "./state.ts";

/** @returns the distributions with a cache behavior that the function is associated with, in no order */
export function distributionsUsing(state: State, functionName: string): readonly Distribution[] {
  const ids = state.distributionsUsing.get(functionName)?.toArray() ?? [];
  return ids.map((id) => state.distributions.get(id)).filter((found) => found !== undefined);
}

/** @returns the functions that name the store in DEVELOPMENT or in what serves viewers, by name; an account has few functions */
export function functionsUsingStore(state: State, storeId: string): readonly CloudFrontFunction[] {
  return [...state.functions.values()]
    .filter(({ development, live, published }) =>
      [development, live, ...(published ? servingCopies(published) : [])].some(
        (copy) => copy && storeIdOf(copy, state.account) === storeId,
      ),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
