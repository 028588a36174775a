/** Gives a resource the tags that a template says, and takes those away that it does not. */
import type { Api } from "../api/api.ts";

interface Tag {
  readonly Key: string;
  readonly Value?: string;
}

/** @param tags as the API has them, `{Items: [{Key, Value}]}`; undefined for none */
export async function setTags(arn: string, tags: unknown, api: Api): Promise<void> {
  const wanted = itemsOf(tags);
  const output = await api.perform("ListTagsForResource", { Resource: arn });
  const there = itemsOf(output["Tags"] ?? output);
  const isSame = (a: Tag) => (b: Tag) => a.Key === b.Key && (a.Value ?? "") === (b.Value ?? "");
  const added = wanted.filter((tag) => !there.some(isSame(tag)));
  const removed = there.filter(({ Key }) => !wanted.some((tag) => tag.Key === Key));
  if (added.length > 0) await api.perform("TagResource", { Resource: arn, Tags: { Items: added } });
  if (removed.length > 0) {
    const TagKeys = { Items: removed.map(({ Key }) => Key) };
    await api.perform("UntagResource", { Resource: arn, TagKeys });
  }
}

function itemsOf(tags: unknown): readonly Tag[] {
  const { Items: items = [] } = (tags ?? {}) as { readonly Items?: readonly Tag[] };
  return items;
}
