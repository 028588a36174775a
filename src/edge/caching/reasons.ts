/** Why nothing is kept of a response, in words for whoever asks about it. */
import type { NotStored } from "../../cache/outcome.ts";

/** Each names the header or the setting that decided. */
export const reasons: Readonly<Record<NotStored, string>> = {
  "no-store": "Cache-Control says no-store, and the behavior's minimum TTL is 0",
  "no-cache": "Cache-Control says no-cache",
  private: "Cache-Control says private, and the behavior's minimum TTL is 0",
  authorization:
    "the request has Authorization, and Cache-Control of the answer has neither public, s-maxage nor must-revalidate",
  "set-cookie": "the answer sets a cookie",
  "vary-star": "Vary of the answer is *",
  "ttl-zero":
    "its time to live is 0 (s-maxage, max-age or Expires of the answer, or the behavior's TTLs), and it can't be validated: it has neither ETag nor Last-Modified, or cookies reach the origin",
  "too-large": "it is larger than the cache takes: --cache-size",
  status: "answers of its status are not kept, or only where Cache-Control says how long",
  method: "answers to its method are not kept",
  "broke-off": "it did not arrive whole",
  unwanted: "all who waited for it have left before it was whole",
  "store-failed":
    "the store did not take it: it is too large for --cache-size, or the log says what failed",
};

/** Why a behavior neither looks up nor keeps anything for a request. */
export type NeverKept = "cache-off" | "ttls-zero" | "all-headers" | "method";

export const reasonsNeverKept: Readonly<Record<NeverKept, string>> = {
  "cache-off": "the node keeps nothing: it was started with --cache off",
  "ttls-zero": "minimum, default and maximum TTL of the behavior's cache policy are all 0",
  "all-headers": "the behavior forwards all headers (ForwardedValues.Headers is *)",
  method:
    "only GET and HEAD are answered from the cache, and OPTIONS where CachedMethods of the behavior has it",
};
