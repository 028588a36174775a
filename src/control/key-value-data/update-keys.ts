/** UpdateKeys: puts and deletes up to 50 keys, all of them or none. */
import { ApiError } from "../../model/errors.ts";
import type { KeyValuePair } from "../../model/key-value-store.ts";
import { shown } from "../key-value-stores/pair-rules.ts";
import type { Quotas } from "../quotas.ts";
import { requireDataEtag, requireStore } from "./find-store.ts";
import type { KeyValueOperation } from "./operation.ts";
import { writeOutput, writePairs } from "./write-pairs.ts";

/**
 * A call that names no key changes nothing, not even the ETag.
 *
 * @throws ServiceQuotaExceededException, with more than 50 keys or 3 MB in one call
 * @throws ValidationException, when a key is named twice
 * @throws everything that `writePairs()` throws
 */
export const updateKeys: KeyValueOperation<"UpdateKeys"> = async (input, context) => {
  const { KvsARN: arn, IfMatch: ifMatch } = input;
  const puts = (input.Puts ?? []).map(({ Key = "", Value = "" }): KeyValuePair => [Key, Value]);
  const deletes = (input.Deletes ?? []).map(({ Key = "" }) => Key);
  requireSmallBatch(puts, deletes, context.quotas);
  requireDistinct([...puts.map(([key]) => key), ...deletes]);
  if (puts.length + deletes.length > 0) return writePairs({ arn, ifMatch, puts, deletes }, context);

  const store = requireStore(context.state(), arn);
  requireDataEtag(store, ifMatch);
  return writeOutput(store);
};

function requireSmallBatch(
  puts: readonly KeyValuePair[],
  deletes: readonly string[],
  quotas: Quotas,
): void {
  const count = puts.length + deletes.length;
  if (count > quotas.keysPerUpdateKeys) {
    throw new ApiError(
      "ServiceQuotaExceededException",
      `UpdateKeys names ${count} keys, and the limit is ${quotas.keysPerUpdateKeys}`,
    );
  }
  const size = Buffer.byteLength([...puts.flat(), ...deletes].join(""));
  if (size > quotas.updateKeysBytes) {
    throw new ApiError(
      "ServiceQuotaExceededException",
      `UpdateKeys holds ${size} bytes of keys and values, and the limit is ${quotas.updateKeysBytes}`,
    );
  }
}

/** What a key named twice would be afterwards, nobody has said. */
function requireDistinct(keys: readonly string[]): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) {
      throw new ApiError("ValidationException", `UpdateKeys names the key "${shown(key)}" twice`);
    }
    seen.add(key);
  }
}
