/** A key value store as the CloudFront API describes it. */
import { keyValueStoreArn, type KeyValueStore } from "../../model/key-value-store.ts";
import type { OutputOf } from "../../schema/operations.ts";

type Output = NonNullable<OutputOf<"DescribeKeyValueStore">["KeyValueStore"]>;

/** A store is ready as soon as it is there: what it imports is in the change that creates it. */
export const readyStatus = "READY";

export function keyValueStoreOutput(
  store: KeyValueStore,
  account: string,
  status: string = readyStatus,
): Output {
  return {
    Name: store.name,
    Id: store.id,
    Comment: store.comment,
    ARN: keyValueStoreArn(account, store.id),
    Status: status,
    LastModifiedTime: new Date(store.lastModifiedTime),
  };
}
