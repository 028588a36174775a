/**
 * What a function reads of its key value store, at one revision.
 *
 * A reader holds a store's persistent map and copies nothing: functions of one worker that share a
 * store share its pairs, a publish touches no store, and whoever holds a reader goes on seeing the
 * values that were there when it was made, as CloudFront promises for the length of an invocation.
 */
import type { FunctionCopy } from "../model/function.ts";
import {
  keyValueStoreIdOfArn,
  type KeyValuePair,
  type KeyValueStore,
} from "../model/key-value-store.ts";
import type { State } from "./state.ts";

/** Read access to one store at one revision; what the sandbox takes as the function's store. */
export class StoreReader {
  readonly #store: KeyValueStore;

  constructor(store: KeyValueStore) {
    this.#store = store;
  }

  get id(): string {
    return this.#store.id;
  }

  get keyCount(): number {
    return this.#store.pairs.size;
  }

  get createdTime(): string {
    return this.#store.createdTime;
  }

  get lastUpdatedTime(): string {
    return this.#store.dataModifiedTime;
  }

  get(key: string): string | undefined {
    return this.#store.pairs.get(key);
  }

  /** All pairs, for a process that runs functions apart. */
  entries(): Iterable<KeyValuePair> {
    return this.#store.pairs.entries();
  }
}

/** A store is a new object after each change of it, so a reader is made once for each version. */
const readers = new WeakMap<KeyValueStore, StoreReader>();

/** Copies are never changed in place, so which store one names is worked out once. */
const namedStores = new WeakMap<FunctionCopy, { readonly id: string | undefined }>();

/** @returns the reader of the store that the copy is associated with; undefined when it has none */
export function readerFor(state: State, copy: FunctionCopy): StoreReader | undefined {
  const id = storeIdOf(copy, state.account);
  const store = id === undefined ? undefined : state.keyValueStores.get(id);
  if (store === undefined) return undefined;
  let reader = readers.get(store);
  if (reader === undefined) {
    reader = new StoreReader(store);
    readers.set(store, reader);
  }
  return reader;
}

/** @returns the id of the store that the copy is associated with */
export function storeIdOf(copy: FunctionCopy, account: string): string | undefined {
  const named = namedStores.get(copy);
  if (named !== undefined) return named.id;
  const [association] = copy.config.KeyValueStoreAssociations?.Items ?? [];
  const id = keyValueStoreIdOfArn(association?.KeyValueStoreARN ?? "", account);
  namedStores.set(copy, { id });
  return id;
}
