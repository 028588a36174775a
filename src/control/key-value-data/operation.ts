/** What an operation of the data API `cloudfront-keyvaluestore` is. It is handed what any operation is. */
import type {
  KeyValueStoreInputOf,
  KeyValueStoreOperationName,
  KeyValueStoreOutputOf,
} from "../../schema/operations.ts";
import type { OperationContext } from "../operation.ts";

/** @throws ApiError, and nothing has changed then */
export type KeyValueOperation<Name extends KeyValueStoreOperationName> = (
  input: KeyValueStoreInputOf<Name>,
  context: OperationContext,
) => Promise<KeyValueStoreOutputOf<Name>>;
