/** TagResource: adds tags to a resource, and replaces the values of those it has. */
import { tagsOf } from "../../state/tags.ts";
import type { Operation } from "../operation.ts";
import { checkTagCount, checkTags } from "./check-tags.ts";
import { requireTaggable } from "./taggable-resource.ts";

/** @throws InvalidTagging, InvalidArgument, NoSuchResource */
export const tagResource: Operation<"TagResource"> = async (input, { commit, quotas }) => {
  const added = checkTags(input.Tags, quotas);
  await commit((current) => {
    const arn = requireTaggable(current, input.Resource);
    const byKey = new Map(tagsOf(current, arn).map((tag) => [tag.Key, tag]));
    for (const tag of added) byKey.set(tag.Key, tag);
    const tags = [...byKey.values()];
    checkTagCount(tags, quotas);
    return { type: "tags-set", arn, tags };
  });
  return {};
};
