/** DescribeKeyValueStore of the data API: how much a store holds, and the ETag that a write must match. */
import { dataEtag, keyValueStoreArn } from "../../model/key-value-store.ts";
import { readyStatus } from "../key-value-stores/key-value-store-output.ts";
import { requireStore } from "./find-store.ts";
import type { KeyValueOperation } from "./operation.ts";

/** @throws ResourceNotFoundException */
export const describeKeyValueStore: KeyValueOperation<"DescribeKeyValueStore"> = async (
  { KvsARN },
  context,
) => {
  const state = context.state();
  const store = requireStore(state, KvsARN);
  return {
    KvsARN: keyValueStoreArn(state.account, store.id),
    ItemCount: store.pairs.size,
    TotalSizeInBytes: store.sizeBytes,
    Created: new Date(store.createdTime),
    LastModified: new Date(store.dataModifiedTime),
    Status: readyStatus,
    FailureReason: undefined,
    ETag: dataEtag(store),
  };
};
