/**
 * ListKeys: a store's pairs in pages, in the order of their keys' UTF-16 code units.
 *
 * The token is the last key of the page before, so keys that come and go between two calls neither
 * repeat nor hide others. A store's keys are sorted once for each version of it, not for each page.
 */
import type { Map } from "immutable";
import { ApiError } from "../../model/errors.ts";
import type { KeyValueStore } from "../../model/key-value-store.ts";
import { requireStore } from "./find-store.ts";
import type { KeyValueOperation } from "./operation.ts";

/** The data API's model: "The default is 10 and maximum allowed page is 50". */
const defaultMaxResults = 10;

/** @throws ResourceNotFoundException; ValidationException, when NextToken is not one of ours */
export const listKeys: KeyValueOperation<"ListKeys"> = async (input, context) => {
  const store = requireStore(context.state(), input.KvsARN);
  const keys = sortedKeys(store.pairs);
  const start = input.NextToken ? firstAfter(keys, readToken(input.NextToken)) : 0;
  const page = keys.slice(start, start + (input.MaxResults ?? defaultMaxResults));
  const last = page.at(-1);
  const hasMore = last !== undefined && start + page.length < keys.length;
  return {
    Items: page.map((key) => ({ Key: key, Value: store.pairs.get(key)! })),
    NextToken: hasMore ? tokenOf(last) : undefined,
  };
};

const sortedByPairs = new WeakMap<Map<string, string>, readonly string[]>();

function sortedKeys(pairs: KeyValueStore["pairs"]): readonly string[] {
  let keys = sortedByPairs.get(pairs);
  if (keys === undefined) {
    // The default order is that of code units, the same as of "<".
    // oxlint-disable-next-line typescript/require-array-sort-compare
    keys = [...pairs.keys()].sort();
    sortedByPairs.set(pairs, keys);
  }
  return keys;
}

/** @returns the index of the first key after `key`, by bisection */
function firstAfter(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! > key) high = middle;
    else low = middle + 1;
  }
  return low;
}

function tokenOf(key: string): string {
  return Buffer.from(key, "utf8").toString("base64url");
}

function readToken(token: string): string {
  const key = Buffer.from(token, "base64url").toString("utf8");
  if (tokenOf(key) !== token) {
    throw new ApiError(
      "ValidationException",
      `NextToken must be what an earlier ListKeys answered, got "${token.slice(0, 100)}"`,
    );
  }
  return key;
}
