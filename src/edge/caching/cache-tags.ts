/**
 * The cache tags of an object: what its origin says in the header that the distribution names.
 *
 * Source: CloudFront Developer Guide, "Invalidate by cache tag".
 */
import { combinedValue } from "../../base/header-lines.ts";

/** Of one object; the rest is left out. */
const tagsMax = 50;
/** Visible ASCII without a comma, as an invalidation can name it. */
const tag = /^[\x21-\x2b\x2d-\x7e]{1,256}$/;

/**
 * @param name of the header, in lower case; undefined where the distribution names none
 * @returns the tags, in lower case, each once
 */
export function cacheTags(headers: readonly string[], name: string | undefined): string[] {
  if (name === undefined) return [];
  const tags = new Set<string>();
  for (const item of combinedValue(headers, name)?.split(",") ?? []) {
    const text = item.trim().toLowerCase();
    if (tag.test(text)) tags.add(text);
    if (tags.size === tagsMax) break;
  }
  return [...tags];
}
