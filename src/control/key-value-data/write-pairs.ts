/**
 * A write of pairs, as PutKey, DeleteKey and UpdateKeys share it: all of it or nothing, and one
 * version further, whatever the number of keys.
 */
import { ApiError } from "../../model/errors.ts";
import {
  dataEtag,
  pairSizeBytes,
  type KeyValuePair,
  type KeyValueStore,
} from "../../model/key-value-store.ts";
import type { OperationContext } from "../operation.ts";
import { keyProblem, pairProblem } from "../key-value-stores/pair-rules.ts";
import type { Quotas } from "../quotas.ts";
import { requireDataEtag, requireStore, requireValue } from "./find-store.ts";

export interface Write {
  readonly arn: string | undefined;
  readonly ifMatch: string | undefined;
  readonly puts: readonly KeyValuePair[];
  /** No key is in both lists, or twice in one. */
  readonly deletes: readonly string[];
}

export interface WriteOutput {
  readonly ItemCount: number;
  readonly TotalSizeInBytes: number;
  readonly ETag: string;
}

/**
 * @throws ResourceNotFoundException, when there is no such store, or a key to delete is not in it
 * @throws ConflictException, when IfMatch is not the store's ETag
 * @throws ValidationException, when a key or a value may not be like that
 * @throws ServiceQuotaExceededException, when the store would be too large
 */
export async function writePairs(
  { arn, ifMatch, puts, deletes }: Write,
  { commit, quotas }: OperationContext,
): Promise<WriteOutput> {
  const state = await commit((current) => {
    const store = requireStore(current, arn);
    requireDataEtag(store, ifMatch);
    for (const problem of problemsOf(puts, deletes, quotas)) {
      throw new ApiError("ValidationException", problem);
    }
    requireRoom(store, puts, deletes, quotas);
    return { type: "key-values-changed", id: store.id, puts, deletes };
  });
  return writeOutput(requireStore(state, arn));
}

export function writeOutput(store: KeyValueStore): WriteOutput {
  return {
    ItemCount: store.pairs.size,
    TotalSizeInBytes: store.sizeBytes,
    ETag: dataEtag(store),
  };
}

function* problemsOf(
  puts: readonly KeyValuePair[],
  deletes: readonly string[],
  quotas: Quotas,
): Iterable<string> {
  for (const pair of puts) {
    const problem = pairProblem(pair, quotas);
    if (problem !== undefined) yield problem;
  }
  for (const key of deletes) {
    const problem = keyProblem(key, quotas);
    if (problem !== undefined) yield problem;
  }
}

function requireRoom(
  store: KeyValueStore,
  puts: readonly KeyValuePair[],
  deletes: readonly string[],
  { keyValueStoreBytes }: Quotas,
): void {
  let size = store.sizeBytes;
  for (const key of deletes) size -= pairSizeBytes(key, requireValue(store, key));
  for (const [key, value] of puts) {
    const old = store.pairs.get(key);
    size += pairSizeBytes(key, value) - (old === undefined ? 0 : pairSizeBytes(key, old));
  }
  if (size > keyValueStoreBytes && size > store.sizeBytes) {
    throw new ApiError(
      "ServiceQuotaExceededException",
      `The key value store ${store.name} would hold ${size} bytes, and the limit is ${keyValueStoreBytes}`,
    );
  }
}
