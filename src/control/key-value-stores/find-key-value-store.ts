/** Looking key value stores up by name, for the CloudFront API's operations on them. */
import { ApiError, InvalidIfMatchVersion, PreconditionFailed } from "../../model/errors.ts";
import { etagOf, isEtag } from "../../model/etag.ts";
import type { KeyValueStore } from "../../model/key-value-store.ts";
import type { State } from "../../state/state.ts";

/** An account has few stores, so the one of a name is searched for. */
export function findStore(state: State, name: string): KeyValueStore | undefined {
  return state.keyValueStores.find((store) => store.name === name);
}

/** @throws EntityNotFound, when no store has that name */
export function requireStore(state: State, name: string | undefined): KeyValueStore {
  const store = findStore(state, name ?? "");
  if (store === undefined) {
    throw new ApiError(
      "EntityNotFound",
      `The specified key value store does not exist. It was looked for as "${name}"`,
    );
  }
  return store;
}

/** @throws InvalidIfMatchVersion, when it is absent or empty */
export function requireIfMatch(name: string | undefined, ifMatch: string | undefined): string {
  if (!ifMatch) throw new InvalidIfMatchVersion(`key value store "${name}"`, undefined);
  return ifMatch;
}

/**
 * Refuses a caller who did not see the store's comment as it is now.
 *
 * @throws InvalidIfMatchVersion, when IfMatch is no ETag of this API
 * @throws PreconditionFailed, when it is the ETag of another version
 */
export function requireStoreEtag(store: KeyValueStore, ifMatch: string): void {
  const resource = `key value store "${store.name}"`;
  if (!isEtag(ifMatch)) throw new InvalidIfMatchVersion(resource, ifMatch);
  const current = etagOf(store.version);
  if (ifMatch !== current) throw new PreconditionFailed(resource, ifMatch, current);
}
