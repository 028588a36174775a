/** What CloudFront asks of tags. Source: CloudFront Developer Guide, "Tagging", restrictions. */
import { ApiError } from "../../model/errors.ts";
import type { Tag } from "../../model/tag.ts";
import type { Tags } from "../../schema/shapes.ts";
import type { Quotas } from "../quotas.ts";

/**
 * For TagResource, and for every operation that creates something with tags.
 *
 * @returns the tags as the state keeps them, in the order given
 * @throws InvalidTagging, for a key that is AWS's own or given twice, or more than a resource can have
 */
export function checkTags(tags: Tags | undefined, quotas: Quotas): readonly Tag[] {
  const checked = (tags?.Items ?? []).map(({ Key = "", Value = "" }) => ({ Key, Value }));
  const seen = new Set<string>();
  for (const { Key } of checked) {
    if (/^aws:/i.test(Key)) {
      throw new ApiError(
        "InvalidTagging",
        `Tag keys that begin with "aws:" are AWS's, got "${Key}"`,
      );
    }
    if (seen.has(Key)) {
      throw new ApiError("InvalidTagging", `The tag key "${Key}" is there more than once`);
    }
    seen.add(Key);
  }
  checkTagCount(checked, quotas);
  return checked;
}

/** @throws InvalidTagging, when there are more than a resource can have */
export function checkTagCount(tags: readonly Tag[], { tagsPerResource }: Quotas): void {
  if (tags.length <= tagsPerResource) return;
  throw new ApiError(
    "InvalidTagging",
    `A resource can have ${tagsPerResource} tags, and this one would have ${tags.length}`,
  );
}

/** @returns the `tags` member of the fact that creates something; none when it has none */
export function tagsMember(tags: readonly Tag[]): { readonly tags?: readonly Tag[] } {
  return tags.length > 0 ? { tags } : {};
}
