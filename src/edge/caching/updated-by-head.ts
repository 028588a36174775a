/**
 * By the strict reading, what an origin says to a HEAD tells whether what is kept for GET is still right: it goes
 * on with the newer headers, or is stale from now on (RFC 9111 §4.3.5). CloudFront keeps it as it was.
 */
import { firstValue } from "../../base/header-lines.ts";
import { entityTagOf } from "../../cache/entity-tag.ts";
import type { StoredMeta } from "../../cache/store.ts";
import { confirmsStored, refreshedHeaders } from "../../cache/validation.ts";
import { matchesVaried } from "../../cache/vary.ts";
import type { Cache } from "./cache.ts";
import type { CacheCall } from "./cache-call.ts";
import type { CacheKey } from "./cache-key.ts";
import type { Keeping } from "./keeping.ts";
import { toKeep } from "./to-keep.ts";

/**
 * @param headers of the answer to a HEAD, as viewers get them
 * @param keeping what keeping depends on for the answer to a GET
 */
export function updateByHead(
  headers: readonly string[],
  keeping: Keeping,
  { key }: CacheKey,
  { asked, revision }: CacheCall,
  { store }: Cache,
): void {
  for (const stored of store.variantsOf(key, keeping.respondedAt)) {
    const { meta } = stored;
    const { status, reason, part, varied, originTag, isHeadOnly } = meta;
    if (isHeadOnly === true || part !== undefined || status !== 200) continue;
    if (meta.revision > revision || !matchesVaried(varied, asked.headers)) continue;
    const isRight = describes(meta, headers);
    if (isRight === undefined) continue;
    const told = refreshedHeaders(meta.headers, headers, keeping.respondedAt);
    const kept = isRight ? toKeep({ status, reason, headers: told }, keeping) : undefined;
    if (kept === undefined || typeof kept === "string") {
      const freshUntil = Math.min(meta.freshUntil, keeping.respondedAt);
      store.refresh(stored, { ...meta, freshUntil, updatingUntil: 0 });
    } else {
      store.refresh(stored, {
        ...kept,
        ...(varied && { varied }),
        ...(originTag !== undefined && { originTag }),
      });
    }
  }
}

/** @returns undefined where nothing tells them apart, nor that they are the same */
function describes({ headers }: StoredMeta, told: readonly string[]): boolean | undefined {
  const lengths = [headers, told].map((lines) => firstValue(lines, "content-length"));
  if (lengths[0] !== undefined && lengths[1] !== undefined && lengths[0] !== lengths[1]) {
    return false;
  }
  const tags = [headers, told].map((lines) => entityTagOf(lines));
  const dates = [headers, told].map((lines) => firstValue(lines, "last-modified"));
  const isTold = [tags, dates].some((pair) => !pair.includes(undefined));
  return isTold ? confirmsStored(headers, told) : undefined;
}
