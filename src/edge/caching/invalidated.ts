/**
 * Whether an object that is kept was invalidated after it was fetched. Revisions of the log say which
 * came first, so no clock has a say, and what a node's store holds need not be gone through.
 *
 * Source: CloudFront Developer Guide, "What you need to know when invalidating files" and
 * "Invalidating files by cache tag".
 */
import type { StoredMeta } from "../../cache/store.ts";
import type { CompiledInvalidations } from "../deployment/compiled-invalidations.ts";
import { largestOfPrefixes } from "../deployment/prefix-trie.ts";

/**
 * @param meta its `uri` spelled as `comparedUri()` does
 * @param invalidations those that count for its distribution or tenant; undefined where there are none
 */
export function isInvalidated(
  { revision, uri, tags }: Pick<StoredMeta, "revision" | "uri" | "tags">,
  invalidations: CompiledInvalidations | undefined,
): boolean {
  if (invalidations === undefined || revision >= invalidations.newest) return false;
  const { shared } = invalidations;
  if (shared !== undefined && isInvalidated({ revision, uri, tags }, shared)) return true;
  if (revision < invalidations.forgottenBefore) return true;
  return (
    invalidations.exact.get(uri, 0) > revision ||
    largestOfPrefixes(invalidations.prefixes, uri) > revision ||
    tags.some((tag) => invalidations.tags.get(tag, 0) > revision)
  );
}
