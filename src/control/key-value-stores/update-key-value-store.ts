/** UpdateKeyValueStore: replaces the comment. Pairs, and the functions that read them, are not touched. */
import { etagOf } from "../../model/etag.ts";
import type { Operation } from "../operation.ts";
import { requireIfMatch, requireStore, requireStoreEtag } from "./find-key-value-store.ts";
import { keyValueStoreOutput } from "./key-value-store-output.ts";

/**
 * @throws EntityNotFound, when no store has that name
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not the store's ETag in this API
 */
export const updateKeyValueStore: Operation<"UpdateKeyValueStore"> = async (input, { commit }) => {
  const ifMatch = requireIfMatch(input.Name, input.IfMatch);
  const state = await commit((current) => {
    const store = requireStore(current, input.Name);
    requireStoreEtag(store, ifMatch);
    return { type: "key-value-store-updated", id: store.id, comment: input.Comment ?? "" };
  });

  const store = requireStore(state, input.Name);
  return {
    KeyValueStore: keyValueStoreOutput(store, state.account),
    ETag: etagOf(store.version),
  };
};
