/**
 * What a function's association with a key value store must satisfy beyond its form.
 *
 * Source: CloudFront Developer Guide, "Associate a key value store with a function", and its quotas.
 */
import { ApiError } from "../../model/errors.ts";
import { keyValueStoreIdOfArn, type KeyValueStore } from "../../model/key-value-store.ts";
import type { FunctionConfig } from "../../schema/shapes.ts";
import { functionsUsingStore } from "../../state/associations.ts";
import type { State } from "../../state/state.ts";
import type { Quotas } from "../quotas.ts";

/**
 * @param functionName who wants the association; it may have it already
 * @throws InvalidArgument, when there is no such store, or it has as many functions as it may
 */
export function checkAssociation(
  config: FunctionConfig,
  functionName: string,
  state: State,
  quotas: Quotas,
): void {
  const store = requireAssociated(config, `function "${functionName}"`, state);
  if (store === undefined) return;
  const others = functionsUsingStore(state, store.id).filter(({ name }) => name !== functionName);
  if (others.length >= quotas.functionsPerKeyValueStore) {
    throw new ApiError(
      "InvalidArgument",
      `The key value store ${store.name} is associated with ${others.length} functions, and the limit is ${quotas.functionsPerKeyValueStore}`,
    );
  }
}

/**
 * @param who wants the association, for the message
 * @returns the store; undefined when the configuration names none
 * @throws InvalidArgument, when there is no such store
 */
export function requireAssociated(
  config: Pick<FunctionConfig, "KeyValueStoreAssociations">,
  who: string,
  state: State,
): KeyValueStore | undefined {
  const [association] = config.KeyValueStoreAssociations?.Items ?? [];
  if (association === undefined) return undefined;
  const arn = association.KeyValueStoreARN ?? "";
  const id = keyValueStoreIdOfArn(arn, state.account);
  const store = id === undefined ? undefined : state.keyValueStores.get(id);
  if (store !== undefined) return store;
  throw new ApiError(
    "InvalidArgument",
    `There is no key value store ${arn} that the ${who} could be associated with`,
  );
}
