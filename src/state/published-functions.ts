/**
 * What of a function serves viewers, found as often as there are requests.
 *
 * A persistent map makes a name's hash anew at each look-up and goes down a tree by it. So what was found in the state that
 * serves is kept beside it by name, until another serves; the names are those of functions, and no viewer's.
 */
import type { Published } from "../model/function-versions.ts";
import type { State } from "./state.ts";

let functions: State["functions"] | undefined;
let found = new Map<string, Published | undefined>();

/** @returns undefined where no function of that name is published */
export function publishedIn(state: State, name: string): Published | undefined {
  if (functions !== state.functions) {
    functions = state.functions;
    found = new Map();
  }
  let published = found.get(name);
  if (published === undefined) {
    published = state.functions.get(name)?.published;
    found.set(name, published);
  }
  return published;
}
