/** Finds what is kept for a request, and says how good it is. */
import { isAhead } from "../../cache/age.ts";
import type { CacheStore, Stored } from "../../cache/store.ts";
import { matchesVaried } from "../../cache/vary.ts";
import type { Cache } from "./cache.ts";
import type { CacheCall } from "./cache-call.ts";
import { isInvalidated } from "./invalidated.ts";
import { isValidatable, partWanted, type WantedPart } from "./kept-part.ts";

export interface Kept {
  readonly stored: Stored;
  /** Which of its bytes answer the request, where it is a part of an object. */
  readonly part: WantedPart | undefined;
}

/** @param now milliseconds since the epoch */
export function findKept(
  { store }: Cache,
  key: string,
  call: CacheCall,
  now: number,
): Kept | undefined {
  const found = findIn(store, key, call, now);
  if (found === undefined || "stored" in found) return found;
  call.notes.found = "unusable";
  call.notes.kept = found.unusable.meta;
  // It may be a copy nearer by of what another worker has replaced since.
  store.remove(found.unusable);
  const again = findIn(store, key, call, now);
  return again !== undefined && "stored" in again ? again : undefined;
}

function findIn(
  store: CacheStore,
  key: string,
  { asked, behavior, invalidations, revision, requester, conditions }: CacheCall,
  now: number,
): Kept | { readonly unusable: Stored } | undefined {
  let unusable: Stored | undefined;
  let expiredPart: Kept | undefined;
  for (const stored of store.variantsOf(key, now)) {
    const { meta } = stored;
    if (meta.isHeadOnly === true && requester.method !== "HEAD") continue;
    // By other rules, of another behavior or from before a change.
    if (meta.setsCookies === true && !behavior.caching.keepsCookies) continue;
    if (meta.varied !== undefined && !matchesVaried(meta.varied, asked.headers)) continue;
    // Fetched by a later state than this request is served by: what was invalidated since is not known.
    if (meta.revision > revision) continue;
    // Neither it nor what is fetched by the clock as it is now could be told to be the newer one.
    if (isInvalidated(meta, invalidations) || isAhead(meta.storedAt, now)) {
      unusable = stored;
      continue;
    }
    if (meta.part === undefined) return { stored, part: undefined };
    if (requester.method !== "GET") continue;
    const part = partWanted(meta, conditions, now);
    if (part === undefined) continue;
    if (now < meta.freshUntil) return { stored, part };
    if (isValidatable(meta)) expiredPart ??= { stored, part };
  }
  return expiredPart ?? (unusable && { unusable });
}
