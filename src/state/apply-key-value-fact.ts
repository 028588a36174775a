/** Folds the facts about key value stores; part of apply-change.ts, with its rules. */
import { Map } from "immutable";
import { pairSizeBytes, type KeyValuePair, type KeyValueStore } from "../model/key-value-store.ts";
import type { KeyValueFact } from "./key-value-facts.ts";

export type KeyValueStores = Map<string, KeyValueStore>;

/**
 * @param at the change's time
 * @returns undefined when the store that the fact speaks of is absent, or present when it should not be
 */
export function applyKeyValueFact(
  stores: KeyValueStores,
  fact: KeyValueFact,
  at: string,
): KeyValueStores | undefined {
  const store = stores.get(fact.id);
  if (fact.type === "key-value-store-created") {
    return store === undefined ? stores.set(fact.id, createStore(fact, at)) : undefined;
  }
  if (store === undefined) return undefined;
  switch (fact.type) {
    case "key-value-store-updated": {
      const version = store.version + 1;
      const { comment } = fact;
      return stores.set(store.id, { ...store, comment, version, lastModifiedTime: at });
    }
    case "key-value-store-deleted":
      return stores.delete(store.id);
    case "key-values-changed": {
      const dataVersion = store.dataVersion + 1;
      const changed = withPairs(store, fact.puts, fact.deletes);
      return stores.set(store.id, { ...changed, dataVersion, dataModifiedTime: at });
    }
  }
}

function createStore(
  { id, name, comment, pairs }: Extract<KeyValueFact, { type: "key-value-store-created" }>,
  at: string,
): KeyValueStore {
  const empty: KeyValueStore = {
    id,
    name,
    ...(comment !== undefined && { comment }),
    version: 1,
    dataVersion: 1,
    createdTime: at,
    lastModifiedTime: at,
    dataModifiedTime: at,
    pairs: Map(),
    sizeBytes: 0,
  };
  return withPairs(empty, pairs, []);
}

/** Costs as much as the pairs that change, whatever the store holds. */
function withPairs(
  store: KeyValueStore,
  puts: readonly KeyValuePair[],
  deletes: readonly string[],
): KeyValueStore {
  let { sizeBytes } = store;
  const pairs = store.pairs.withMutations((all) => {
    const free = (key: string): void => {
      const value = all.get(key);
      if (value !== undefined) sizeBytes -= pairSizeBytes(key, value);
    };
    for (const key of deletes) {
      free(key);
      all.delete(key);
    }
    for (const [key, value] of puts) {
      free(key);
      all.set(key, value);
      sizeBytes += pairSizeBytes(key, value);
    }
  });
  return { ...store, pairs, sizeBytes };
}
