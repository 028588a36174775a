/**
 * What lies between two states where no entries lead from one to the other: sent to who serves viewers by
 * the earlier one, a slice at a time, so that nobody waits while it is read, and all that is the same
 * stays the very object that it was.
 */
import { isDeepStrictEqual } from "node:util";
import { Map } from "immutable";
import type { Distribution } from "../model/distribution.ts";
import type { CloudFrontFunction } from "../model/function.ts";
import type { Resource } from "../model/resource.ts";
import {
  withDistribution,
  withFunction,
  withoutDistribution,
  withoutFunction,
} from "./apply-change.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.ts";
import { emptyState, type State } from "./state.ts";

/** Those that are kept by name or id; functions and distributions have indexes that follow from them. */
const collections = [
  "keyValueStores",
  "invalidations",
  "tags",
  "accessKeys",
  "certificates",
  "acmeChallenges",
  "heldGroups",
  "stacks",
] as const;

export interface DifferenceSlice {
  /** A snapshot of what is new or another, and nothing else; its revision and head are the later state's. */
  readonly snapshot: Uint8Array;
  /** Only in the last: what is not there any more, by collection or kind of resource. */
  readonly gone: Readonly<Record<string, readonly string[]>>;
  readonly isLast: boolean;
}

/** A worker reads so many in some milliseconds. */
const itemsInSlice = 100;

type Items = Map<string, unknown>;

/** @returns at least one */
export function* differenceOf(before: State, after: State): Generator<DifferenceSlice> {
  const { account, revision, head } = after;
  const nothing = { ...emptyState(account), revision, head };
  const gone: Record<string, string[]> = {};
  let slice: State = nothing;
  let count = 0;
  for (const part of partsOf(before, after)) {
    gone[part.name] = [...part.before.keys()].filter((key) => !part.after.has(key));
    for (const [key, item] of part.after) {
      const known = part.before.get(key);
      if (known === item || isDeepStrictEqual(plain(known), plain(item))) continue;
      slice = part.put(slice, key, item);
      count += 1;
      if (count % itemsInSlice !== 0) continue;
      yield { snapshot: encodeSnapshot(slice), gone: {}, isLast: false };
      slice = nothing;
    }
  }
  yield { snapshot: encodeSnapshot(slice), gone, isLast: true };
}

/** @throws when it is of another account, or was written by another version of Footlight */
export function withSlice(state: State, { snapshot, gone }: DifferenceSlice): State {
  const changed = decodeSnapshot(snapshot, state.account);
  if (changed === undefined) throw new Error("The primary is of another version of Footlight");
  let result = state;
  for (const part of partsOf(state, changed)) {
    for (const [key, item] of part.after) result = part.put(result, key, item);
    for (const key of gone[part.name] ?? []) result = part.drop(result, key);
  }
  return { ...result, revision: changed.revision, head: changed.head };
}

interface Part {
  readonly name: string;
  readonly before: Items;
  readonly after: Items;
  readonly put: (state: State, key: string, item: unknown) => State;
  readonly drop: (state: State, key: string) => State;
}

function* partsOf(before: State, after: State): Generator<Part> {
  for (const name of collections) {
    const itemsOf = (state: State): Items => state[name];
    yield {
      name,
      ...{ before: itemsOf(before), after: itemsOf(after) },
      put: (state, key, item) => ({ ...state, [name]: itemsOf(state).set(key, item) }),
      drop: (state, key) => ({ ...state, [name]: itemsOf(state).delete(key) }),
    };
  }
  const kinds = new Set([...before.resources.keys(), ...after.resources.keys()]);
  for (const kind of kinds) {
    const itemsOf = ({ resources }: State): Items => resources.get(kind) ?? Map();
    const withItems = (state: State, items: Items): State => ({
      ...state,
      resources: items.isEmpty()
        ? state.resources.delete(kind)
        : state.resources.set(kind, items as Map<string, Resource>),
    });
    yield {
      name: `resource ${kind}`,
      ...{ before: itemsOf(before), after: itemsOf(after) },
      put: (state, key, item) => withItems(state, itemsOf(state).set(key, item)),
      drop: (state, key) => withItems(state, itemsOf(state).delete(key)),
    };
  }
  yield {
    name: "functions",
    ...{ before: before.functions, after: after.functions },
    put: (state, _key, item) => withFunction(state, item as CloudFrontFunction),
    drop: withoutFunction,
  };
  yield {
    name: "distributions",
    ...{ before: before.distributions, after: after.distributions },
    put: (state, key, item) => {
      const known = state.distributions.get(key);
      const without = known === undefined ? state : withoutDistribution(state, known);
      return withDistribution(without, item as Distribution);
    },
    drop: (state, key) => {
      const known = state.distributions.get(key);
      return known === undefined ? state : withoutDistribution(state, known);
    },
  };
}

/** As what two of them can be compared by. */
function plain(item: unknown): unknown {
  if (Map.isMap(item)) return item.toArray();
  if (typeof item !== "object" || item === null || !("pairs" in item)) return item;
  return { ...item, pairs: Map.isMap(item.pairs) ? item.pairs.toObject() : item.pairs };
}
