/**
 * What is kept of a response, and how long; or why nothing is.
 *
 * Source: CloudFront Developer Guide, "Request and response behavior for custom origins"; with the
 * strict reading RFC 9111 §3.
 */
import { combinedValue, hasName, linesThat } from "../../base/header-lines.ts";
import { initialAge } from "../../cache/age.ts";
import { parseCacheControl } from "../../cache/cache-control.ts";
import type { NotStored } from "../../cache/outcome.ts";
import type { StoredMeta } from "../../cache/store.ts";
import { storedHeaders } from "../../cache/stored-headers.ts";
import { comparedUri } from "../deployment/compared-uri.ts";
import { cacheTags } from "./cache-tags.ts";
import { errorLifetime } from "./error-lifetime.ts";
import { validates, type KeepableResponse, type Keeping, type Read } from "./keeping.ts";
import { lifetime, type Lifetime } from "./lifetime.ts";
import { strictly } from "./strict-reading.ts";

/**
 * @param response a complete one: whoever asked for a part says of which bytes it is
 * @returns what is kept, though perhaps for who asks next and not for who asks meanwhile: see `answersOthers()`
 */
export function toKeep(response: KeepableResponse, keeping: Keeping): StoredMeta | NotStored {
  const { method, rules, respondedAt, distribution, reading } = keeping;
  if (!rules.methods.has(method)) return "method";
  const read = reading === "strict" ? strictly : asCloudFront;
  const found = read(response, keeping);
  if (typeof found === "string") return found;
  const { directives, age, lifetime, varied } = found;
  const headers = storedHeaders(response.headers, directives);
  const kept = rules.keepsCookies ? headers : linesThat(headers, isNoSetCookie);
  if (!isWorthwhile(kept, lifetime, validates(reading, rules))) return "ttl-zero";
  const until = (seconds: number) => (seconds === 0 ? 0 : respondedAt + seconds * 1000);
  return {
    status: response.status,
    reason: response.reason,
    headers: kept,
    ...(method === "HEAD" && { isHeadOnly: true }),
    ...(hasName(kept, "set-cookie") && { setsCookies: true }),
    ...(varied.length > 0 && { varied }),
    storedAt: respondedAt,
    initialAge: age,
    freshUntil: respondedAt + lifetime.fresh * 1000,
    updatingUntil: until(lifetime.updating),
    staleUntil: until(lifetime.stale),
    revision: keeping.revision,
    uri: comparedUri(keeping.uri),
    tags: cacheTags(keeping.originHeaders ?? response.headers, distribution.cacheTagHeader),
  };
}

/** Whether a kept response answers those who ask while it comes; if not, each has to ask for itself. */
export function answersOthers({ storedAt, freshUntil }: StoredMeta): boolean {
  return freshUntil > storedAt;
}

function asCloudFront(response: KeepableResponse, keeping: Keeping): Read | NotStored {
  const { status, headers, isS3 = false } = response;
  const { respondedAt, rules, distribution } = keeping;
  // It answers a condition, of the function's or of nobody's: others have made none.
  if (status === 304) return "status";
  const directives = parseCacheControl(combinedValue(headers, "cache-control"));
  const undated = linesThat(headers, isNoDate);
  const age = ageOnTheWay(headers, respondedAt);
  const lasting = { status, headers: undated, directives, age, respondedAt };
  if (rules.minTtl === 0 && variesByAll(keeping.originHeaders ?? headers)) return "vary-star";
  const found =
    status >= 400
      ? errorLifetime({ ...lasting, isS3 }, distribution, rules)
      : lifetime(lasting, rules);
  return typeof found === "string" ? found : { directives, age, lifetime: found, varied: [] };
}

/** In seconds: how long the origin took, and by what clock it dates, is no age of what it made. */
export function ageOnTheWay(headers: readonly string[], respondedAt: number): number {
  return initialAge(linesThat(headers, isNoDate), respondedAt, respondedAt);
}

function isNoDate(name: string): boolean {
  return name.length !== 4 || name.toLowerCase() !== "date";
}

/** CloudFront asks the origin for such an object every time, and without conditions. */
function variesByAll(headers: readonly string[]): boolean {
  const vary = combinedValue(headers, "vary");
  return vary !== undefined && vary.split(",").some((name) => name.trim() === "*");
}

/** What is not fresh is kept for its validators, or to stand in for the origin's errors. */
function isWorthwhile(
  headers: readonly string[],
  lifetime: Lifetime,
  isValidated: boolean,
): boolean {
  if (lifetime.fresh > 0 || lifetime.updating > 0 || lifetime.stale > 0) return true;
  return isValidated && (hasName(headers, "etag") || hasName(headers, "last-modified"));
}

function isNoSetCookie(name: string): boolean {
  return name.length !== 10 || name.toLowerCase() !== "set-cookie";
}
