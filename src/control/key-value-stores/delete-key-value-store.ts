/** DeleteKeyValueStore: removes a store that no function is associated with, and its pairs. */
import { ApiError } from "../../model/errors.ts";
import type { Operation } from "../operation.ts";
import { requireIfMatch, requireStore, requireStoreEtag } from "./find-key-value-store.ts";
import { usersOfStore } from "./store-users.ts";

/**
 * @throws EntityNotFound, when no store has that name
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not the store's ETag in this API
 * @throws CannotDeleteEntityWhileInUse, while a function names it in either stage
 */
export const deleteKeyValueStore: Operation<"DeleteKeyValueStore"> = async (input, { commit }) => {
  const ifMatch = requireIfMatch(input.Name, input.IfMatch);
  await commit((current) => {
    const store = requireStore(current, input.Name);
    requireStoreEtag(store, ifMatch);
    const users = usersOfStore(current, store.id);
    if (users.length > 0) {
      throw new ApiError(
        "CannotDeleteEntityWhileInUse",
        `Cannot delete key value store ${store.name}, it is associated with ${users.join(", ")}. ` +
          "Update them without it, and publish those whose LIVE stage has it",
      );
    }
    return { type: "key-value-store-deleted", id: store.id };
  });
  return {};
};
