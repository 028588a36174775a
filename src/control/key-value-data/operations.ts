/** The table of the data API's operations, all of them: name to function. */
import type { KeyValueStoreOperationName } from "../../schema/operations.ts";
import { deleteKey } from "./delete-key.ts";
import { describeKeyValueStore } from "./describe-key-value-store.ts";
import { getKey } from "./get-key.ts";
import { listKeys } from "./list-keys.ts";
import type { KeyValueOperation } from "./operation.ts";
import { putKey } from "./put-key.ts";
import { updateKeys } from "./update-keys.ts";

export const keyValueOperations: {
  readonly [Name in KeyValueStoreOperationName]: KeyValueOperation<Name>;
} = {
  DeleteKey: deleteKey,
  DescribeKeyValueStore: describeKeyValueStore,
  GetKey: getKey,
  ListKeys: listKeys,
  PutKey: putKey,
  UpdateKeys: updateKeys,
};
