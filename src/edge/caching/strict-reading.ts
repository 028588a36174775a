/**
 * What is kept of a response by RFC 9111, where a node was told to follow it rather than CloudFront: what
 * the origin says counts before the behavior's TTLs. The maximum TTL still bounds it, the default TTL is
 * guessed where not even Last-Modified says anything (§4.2.2), and the minimum TTL makes nothing fresh that the
 * origin says is stale.
 */
import { combinedValue, linesThat } from "../../base/header-lines.ts";
import { initialAge } from "../../cache/age.ts";
import { parseCacheControl, type Directives } from "../../cache/cache-control.ts";
import { explicitLifetime, heuristicLifetime } from "../../cache/freshness.ts";
import type { NotStored } from "../../cache/outcome.ts";
import { whyNotStorable } from "../../cache/storable.ts";
import { parseTargetedCacheControl } from "../../cache/targeted-cache-control.ts";
import { variedBy } from "../../cache/vary.ts";
import { errorMinTtl } from "./error-lifetime.ts";
import type { KeepableResponse, Keeping, Read } from "./keeping.ts";
import { withStale, type Lifetime } from "./lifetime.ts";

export function strictly(response: KeepableResponse, keeping: Keeping): Read | NotStored {
  const { status } = response;
  const { method, requestHeaders, requestedAt, respondedAt, rules } = keeping;
  const { directives, headers } = saidTo(response.headers);
  const reason = whyNotStorable(
    { method, headers: requestHeaders },
    { status, headers, directives },
  );
  if (reason !== undefined) return reason;
  const varied = variedBy(keeping.originHeaders ?? response.headers, requestHeaders);
  if (varied === "*") return "vary-star";
  const age = initialAge(headers, requestedAt, respondedAt);
  const seconds =
    explicitLifetime(directives, headers, respondedAt) ?? guessed(directives, response, keeping);
  const fresh = Math.max(0, Math.min(seconds - age, rules.maxTtl));
  const lifetime = withinRfc(directives, withStale(fresh, directives, rules.maxTtl), status);
  return { directives, age, lifetime, varied: chosenBy(varied, rules) };
}

/** A targeted field is read in the place of Cache-Control and Expires (RFC 9213 §2.2). */
function saidTo(headers: readonly string[]): {
  directives: Directives;
  headers: readonly string[];
} {
  const targeted = parseTargetedCacheControl(combinedValue(headers, "cdn-cache-control"));
  if (targeted === undefined) {
    return { directives: parseCacheControl(combinedValue(headers, "cache-control")), headers };
  }
  const untargeted = linesThat(headers, (name) => name.toLowerCase() !== "expires");
  return { directives: targeted, headers: untargeted };
}

/**
 * Where it is known when an object was last changed, that counts before the default TTL (RFC 9111 §4.2.2). An
 * error is expected to pass sooner than an object to change.
 */
function guessed(
  directives: Directives,
  { status, headers, isS3 }: KeepableResponse,
  { rules, distribution, respondedAt }: Keeping,
): number {
  if (status >= 400) return errorMinTtl(status, distribution, isS3);
  return heuristicLifetime(status, directives, headers, respondedAt) ?? rules.defaultTtl;
}

/** RFC 9111 §4.2.4: what forbids to answer from a stale response. An error does not stand in for one. */
function withinRfc(directives: Directives, lifetime: Lifetime, status: number): Lifetime {
  const { mustRevalidate, proxyRevalidate, sMaxAge, noCache } = directives;
  if (noCache === true) return { fresh: 0, updating: 0, stale: 0 };
  const isForbidden = mustRevalidate || proxyRevalidate || sMaxAge !== undefined;
  return isForbidden || status >= 400 ? { ...lifetime, updating: 0, stale: 0 } : lifetime;
}

/** Accept-Encoding is in the key in the form that the origin gets. */
function chosenBy(varied: readonly string[], { key }: Keeping["rules"]): readonly string[] {
  if (key.encodings === undefined) return varied;
  return linesThat(varied, (name) => name !== "accept-encoding");
}
