/** ListTagsForResource: all tags of a resource; it knows no pages. */
import { tagsOf } from "../../state/tags.ts";
import type { Operation } from "../operation.ts";
import { requireTaggable } from "./taggable-resource.ts";

/** @throws InvalidArgument, NoSuchResource */
export const listTagsForResource: Operation<"ListTagsForResource"> = async (input, context) => {
  const state = context.state();
  const arn = requireTaggable(state, input.Resource);
  return { Tags: { Items: [...tagsOf(state, arn)] } };
};
