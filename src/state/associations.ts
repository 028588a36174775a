/** Which distributions use a function: a question that the state's shape does not answer by itself. */
import { functionsUsedBy, type Distribution } from "../model/distribution.ts";
import type { State } from "./state.ts";

type Index = ReadonlyMap<string, readonly Distribution[]>;

const indexes = new WeakMap<State["distributions"], Index>();

/** @returns the distributions with a cache behavior that the function is associated with */
export function distributionsUsing(state: State, functionName: string): readonly Distribution[] {
  return indexOf(state).get(functionName) ?? [];
}

/** Made once for each set of distributions, at the first question. */
function indexOf({ distributions, account }: State): Index {
  const known = indexes.get(distributions);
  if (known !== undefined) return known;
  const index = new Map<string, Distribution[]>();
  for (const distribution of distributions.values()) {
    for (const name of functionsUsedBy(distribution.config, account)) {
      const users = index.get(name);
      if (users === undefined) index.set(name, [distribution]);
      else users.push(distribution);
    }
  }
  indexes.set(distributions, index);
  return index;
}
