/** DescribeKeyValueStore: what the CloudFront API knows of a store; its pairs are the data API's. */
import { etagOf } from "../../model/etag.ts";
import type { Operation } from "../operation.ts";
import { requireStore } from "./find-key-value-store.ts";
import { keyValueStoreOutput } from "./key-value-store-output.ts";

/** @throws EntityNotFound, when no store has that name */
export const describeKeyValueStore: Operation<"DescribeKeyValueStore"> = async (
  { Name },
  context,
) => {
  const state = context.state();
  const store = requireStore(state, Name);
  return {
    KeyValueStore: keyValueStoreOutput(store, state.account),
    ETag: etagOf(store.version),
  };
};
