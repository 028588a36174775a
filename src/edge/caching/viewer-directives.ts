/**
 * What a viewer asks of what is kept (RFC 9111 §5.2.1, §5.4). CloudFront answers from its cache
 * whatever viewers say, so only the strict reading looks here.
 *
 * Source: CloudFront Developer Guide, "Request and response behavior for custom origins", on Cache-Control.
 */
import { combinedValue } from "../../base/header-lines.ts";
import { currentAge } from "../../cache/age.ts";
import { parseCacheControl, type Directives } from "../../cache/cache-control.ts";
import type { StoredMeta } from "../../cache/store.ts";

/** @returns undefined when the viewer asks for nothing in particular, whatever else they say */
export function viewerDirectives(headers: readonly string[]): Directives | undefined {
  const value = combinedValue(headers, "cache-control") ?? combinedValue(headers, "pragma");
  if (value === undefined) return undefined;
  const directives = parseCacheControl(value);
  const { noCache, noStore, onlyIfCached, maxAge, minFresh } = directives;
  const asksNothing =
    noCache === false &&
    !noStore &&
    !onlyIfCached &&
    maxAge === undefined &&
    minFresh === undefined;
  return asksNothing ? undefined : directives;
}

/**
 * Whether what is fresh is fresh enough for the viewer. What is not is validated.
 *
 * @param now in milliseconds since the epoch
 */
export function isFreshEnough(meta: StoredMeta, directives: Directives, now: number): boolean {
  const { noCache, noStore, maxAge, minFresh } = directives;
  if (noCache !== false || noStore) return false;
  if (maxAge !== undefined && currentAge(meta, now) > maxAge) return false;
  return minFresh === undefined || meta.freshUntil - now >= minFresh * 1000;
}

/** Whether the viewer takes nothing that was asked for before: what is just being fetched is too old for it as well. */
export function wantsNewer({ noCache, noStore, maxAge }: Directives): boolean {
  return noCache !== false || noStore || maxAge === 0;
}
