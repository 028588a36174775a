/**
 * What enters a cache behavior's cache key of a viewer's headers, cookies and query string, beside the
 * distribution and the path. What is forwarded to the origin stands apart (forward-selection.ts): an
 * origin request policy, or ForwardedValues with QueryStringCacheKeys, forwards more than the key has.
 *
 * Source: CloudFront Developer Guide, "Understand the cache key" and "Cache content based on query
 * string parameters".
 */
import type { CachePolicy } from "../../model/managed-policies.ts";
import {
  legacyCookies,
  legacyEncodings,
  lowerCased,
  policyEncodings,
  type BehaviorConfig,
  type Encodings,
} from "./forward-selection.ts";
import { selectionOf, selectsAll, selectsNone, type Selection } from "./selection.ts";

export interface KeySelection {
  /** In lower case, sorted. Accept-Encoding is not among them where `encodings` says it all. */
  readonly headers: readonly string[];
  readonly cookies: Selection;
  readonly query: Selection;
  /** The codings that Accept-Encoding is reduced to; undefined treats it like any other header. */
  readonly encodings: Encodings | undefined;
}

export function keyOfPolicy(policy: CachePolicy): KeySelection {
  const encodings = policyEncodings(policy);
  return {
    headers: keyedHeaders(policy.headers, encodings),
    cookies: selectionOf(policy.cookies),
    query: selectionOf(policy.query),
    encodings,
  };
}

export function keyOfForwardedValues(behavior: BehaviorConfig): KeySelection {
  const { Headers, QueryString, QueryStringCacheKeys } = behavior.ForwardedValues ?? {};
  const encodings = legacyEncodings(behavior);
  const keys = QueryStringCacheKeys?.Items ?? [];
  return {
    headers: keyedHeaders(Headers?.Items ?? [], encodings),
    cookies: legacyCookies(behavior),
    query:
      QueryString !== true
        ? selectsNone
        : keys.length === 0
          ? selectsAll
          : selectionOf({ behavior: "whitelist", names: keys }),
    encodings,
  };
}

function keyedHeaders(names: readonly string[], encodings: Encodings | undefined): string[] {
  const keyed = lowerCased(names);
  if (encodings !== undefined) keyed.delete("accept-encoding");
  return [...keyed].sort();
}
