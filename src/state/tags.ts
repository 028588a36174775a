/** The tags of a resource, by its ARN. */
import type { Tag } from "../model/tag.ts";
import type { State } from "./state.ts";

/** @returns what it is tagged with, in the order the tags were set; nothing for what does not exist */
export function tagsOf(state: State, arn: string): readonly Tag[] {
  return state.tags.get(arn) ?? [];
}

/** @param tags all that it has from now on */
export function withTags(state: State, arn: string, tags: readonly Tag[] = []): State {
  const next = tags.length === 0 ? state.tags.delete(arn) : state.tags.set(arn, tags);
  return next === state.tags ? state : { ...state, tags: next };
}
