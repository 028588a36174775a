/** What a cache had to say to a request, and why a response was not kept: one vocabulary for logs, commands and tests. */

export type CacheOutcome =
  /** Answered from what was kept, and fresh. */
  | "hit"
  /** Kept and expired; the origin said that it is still right (RFC 9111 §4.3). */
  | "refreshed"
  /** Fetched, by this request or by one before it that was still under way. */
  | "miss"
  /** Kept and expired; answered from it because the origin failed. */
  | "stale"
  /** Kept and expired; answered from it while it is fetched anew. */
  | "updating"
  /** Neither looked up nor kept. */
  | "bypassed";

export type NotStored =
  | "no-store"
  | "no-cache"
  | "private"
  | "authorization"
  | "set-cookie"
  | "vary-star"
  | "ttl-zero"
  | "too-large"
  | "status"
  | "method"
  | "broke-off"
  | "unwanted"
  | "store-failed";
