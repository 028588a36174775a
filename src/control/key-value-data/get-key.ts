/** GetKey: a key's value. */
import { requireStore, requireValue } from "./find-store.ts";
import type { KeyValueOperation } from "./operation.ts";

/** @throws ResourceNotFoundException, when there is no such store or key */
export const getKey: KeyValueOperation<"GetKey"> = async ({ KvsARN, Key = "" }, context) => {
  const store = requireStore(context.state(), KvsARN);
  return {
    Key,
    Value: requireValue(store, Key),
    ItemCount: store.pairs.size,
    TotalSizeInBytes: store.sizeBytes,
  };
};
