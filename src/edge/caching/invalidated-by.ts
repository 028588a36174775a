/** Finds which invalidation made a kept object unusable, for whoever asks about it. */
import type { StoredMeta } from "../../cache/store.ts";
import { isWildcardPath } from "../../model/invalidation.ts";
import { comparedUri } from "../deployment/compared-uri.ts";
import type { CompiledInvalidations } from "../deployment/compiled-invalidations.ts";

/** @returns undefined where it was one that is not listed any more, or none */
export function invalidatedBy(
  { revision, uri, tags }: Pick<StoredMeta, "revision" | "uri" | "tags">,
  invalidations: CompiledInvalidations | undefined,
): { readonly id: string; readonly path: string } | undefined {
  for (const invalidation of invalidations?.source.values() ?? []) {
    if (invalidation.revision <= revision) continue;
    const path = invalidation.paths.find((each) => isMeant(each, uri, tags));
    if (path !== undefined) return { id: invalidation.id, path };
  }
  return invalidations?.shared && invalidatedBy({ revision, uri, tags }, invalidations.shared);
}

function isMeant(path: string, uri: string, tags: readonly string[]): boolean {
  if (path.startsWith("#")) return tags.includes(path.slice(1).toLowerCase());
  if (isWildcardPath(path)) return uri.startsWith(comparedUri(path.slice(0, -1)));
  return comparedUri(path) === uri;
}
