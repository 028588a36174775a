/** PutKey: sets a key's value, whether or not the key was there. */
import type { KeyValueOperation } from "./operation.ts";
import { writePairs } from "./write-pairs.ts";

/** Throws as `writePairs()`. */
export const putKey: KeyValueOperation<"PutKey"> = async (
  { KvsARN, IfMatch, Key = "", Value = "" },
  context,
) => writePairs({ arn: KvsARN, ifMatch: IfMatch, puts: [[Key, Value]], deletes: [] }, context);
