/** UntagResource: removes tags by key; a key that the resource has not is no error. */
import { tagsOf } from "../../state/tags.ts";
import type { Operation } from "../operation.ts";
import { requireTaggable } from "./taggable-resource.ts";

/** @throws InvalidArgument, NoSuchResource */
export const untagResource: Operation<"UntagResource"> = async (input, { commit }) => {
  const removed = new Set(input.TagKeys?.Items);
  await commit((current) => {
    const arn = requireTaggable(current, input.Resource);
    const tags = tagsOf(current, arn).filter(({ Key }) => !removed.has(Key));
    return { type: "tags-set", arn, tags };
  });
  return {};
};
