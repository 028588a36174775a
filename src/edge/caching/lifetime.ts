/**
 * How long a response that is no error is kept and fresh, by CloudFront's rules: what the origin says, within the
 * behavior's minimum and maximum TTL, which viewers never see.
 *
 *   the origin says        minimum TTL 0             minimum TTL above 0
 *   s-maxage, max-age,     it, at most the maximum   within minimum and maximum
 *   else Expires
 *   none of them           the default TTL           the greater of minimum and default
 *   no-store, private      not kept                  the minimum TTL
 *   no-cache               kept, and never fresh     the minimum TTL
 *
 * Source: CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)" and "Serve
 * stale content"; RFC 5861.
 */
import { hasName } from "../../base/header-lines.ts";
import type { Directives } from "../../cache/cache-control.ts";
import { explicitLifetime } from "../../cache/freshness.ts";
import type { NotStored } from "../../cache/outcome.ts";
import type { CacheRules } from "../deployment/cache-rules.ts";

/** Seconds from when the response came. */
export interface Lifetime {
  readonly fresh: number;
  /** How long it may be answered from while it is fetched anew; 0 for never. */
  readonly updating: number;
  /** How long it may be answered from if its origin fails; 0 for never. */
  readonly stale: number;
}

/** A response, as far as it says how long it may be kept. */
export interface Lasting {
  readonly status: number;
  /** Without Date, so that Expires counts by the edge's clock. */
  readonly headers: readonly string[];
  readonly directives: Directives;
  /** In seconds, when it came. */
  readonly age: number;
  /** When it came, in milliseconds since the epoch. */
  readonly respondedAt: number;
}

export type Ttls = Pick<CacheRules, "minTtl" | "defaultTtl" | "maxTtl">;

/** Redirects that are kept only where the origin says how. */
const needCacheControl: ReadonlySet<number> = new Set([307, 308]);

export function lifetime(response: Lasting, ttls: Ttls): Lifetime | NotStored {
  const { status, headers, directives } = response;
  if (needCacheControl.has(status) && !hasName(headers, "cache-control")) return "status";
  const { minTtl, maxTtl } = ttls;
  const objection = objectionOf(directives);
  if (objection === undefined) return withStale(freshFor(response, ttls), directives, maxTtl);
  if (minTtl === 0 && objection !== "no-cache") return objection;
  // What has to be asked for each time is no answer while it is asked for.
  return { ...withStale(minTtl, directives, maxTtl), updating: 0 };
}

/** @returns what forbids to answer others with a response; fields that it names are another matter */
export function objectionOf(
  directives: Directives,
): "no-store" | "private" | "no-cache" | undefined {
  if (directives.noStore) return "no-store";
  if (directives.private === true) return "private";
  return directives.noCache === true ? "no-cache" : undefined;
}

function freshFor(response: Lasting, { minTtl, defaultTtl, maxTtl }: Ttls): number {
  const seconds = secondsLeft(response) ?? defaultTtl;
  return Math.max(minTtl, Math.min(seconds, maxTtl));
}

/**
 * What is left, when it came, of the time that the origin gives it: a cache on the way says in Age how
 * much it has used. What Expires says is a moment, whatever was used.
 *
 * @returns seconds; undefined when the origin says nothing
 */
export function secondsLeft({
  headers,
  directives,
  age,
  respondedAt,
}: Lasting): number | undefined {
  const seconds = explicitLifetime(directives, headers, respondedAt);
  const isRelative = directives.sMaxAge !== undefined || directives.maxAge !== undefined;
  return seconds === undefined || !isRelative ? seconds : Math.max(0, seconds - age);
}

/**
 * Until when a response may be answered from that is not fresh any more. Without a word from the origin an
 * object stands in for its errors as long as it is there, which is the maximum TTL.
 */
export function withStale(
  fresh: number,
  { staleWhileRevalidate = 0, staleIfError = Infinity }: Directives,
  maxTtl: number,
): Lifetime {
  const until = (seconds: number) => {
    const end = Math.min(fresh + seconds, maxTtl);
    return end > fresh ? end : 0;
  };
  return { fresh, updating: until(staleWhileRevalidate), stale: until(staleIfError) };
}
