/** DeleteKey: removes a key that is there. */
import type { KeyValueOperation } from "./operation.ts";
import { writePairs } from "./write-pairs.ts";

/** Throws as `writePairs()`; a key that is not there is an error, as the model suggests. */
export const deleteKey: KeyValueOperation<"DeleteKey"> = async (
  { KvsARN, IfMatch, Key = "" },
  context,
) => writePairs({ arn: KvsARN, ifMatch: IfMatch, puts: [], deletes: [Key] }, context);
