/** Looking a store up by its ARN, and its version by the data API's ETag. */
import { ApiError } from "../../model/errors.ts";
import { dataEtag, keyValueStoreIdOfArn, type KeyValueStore } from "../../model/key-value-store.ts";
import type { State } from "../../state/state.ts";
import { shown } from "../key-value-stores/pair-rules.ts";

/** @throws ResourceNotFoundException, when the ARN is of no store of this account */
export function requireStore(state: State, arn: string | undefined): KeyValueStore {
  const id = keyValueStoreIdOfArn(arn ?? "", state.account);
  const store = id === undefined ? undefined : state.keyValueStores.get(id);
  if (store === undefined) {
    throw new ApiError(
      "ResourceNotFoundException",
      `There is no key value store ${(arn ?? "").slice(0, 200)} in account ${state.account}`,
    );
  }
  return store;
}

/** @throws ResourceNotFoundException, when the store has no such key */
export function requireValue(store: KeyValueStore, key: string): string {
  const value = store.pairs.get(key);
  if (value === undefined) {
    throw new ApiError(
      "ResourceNotFoundException",
      `The key "${shown(key)}" is not in the key value store ${store.name}`,
    );
  }
  return value;
}

/**
 * Refuses a caller who did not see the store's pairs as they are now.
 *
 * @throws ValidationException, when IfMatch is absent
 * @throws ConflictException, when it is anything else than the store's ETag in this API
 */
export function requireDataEtag(store: KeyValueStore, ifMatch: string | undefined): void {
  if (!ifMatch) {
    throw new ApiError(
      "ValidationException",
      `The header If-Match is missing; send the ETag that DescribeKeyValueStore of this API answers (key value store ${store.name})`,
    );
  }
  const current = dataEtag(store);
  if (ifMatch === current) return;
  const hint = ifMatch.startsWith("KV")
    ? ""
    : ", which is no ETag of the key value stores' data API";
  throw new ApiError(
    "ConflictException",
    `If-Match is ${ifMatch.slice(0, 100)}${hint}, and the current ETag of key value store ${store.name} is ${current}`,
  );
}
