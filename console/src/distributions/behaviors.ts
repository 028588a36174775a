/** The cache behaviors of a distribution in the order in which they are asked, the default's last. */
import type { Behavior, EventType, ListedDistribution } from "../api/distributions.ts";

type WithBehaviors = Pick<ListedDistribution, "default_cache_behavior" | "cache_behaviors">;

export interface OrderedBehavior extends Behavior {
  /** `*` of the default. */
  readonly path_pattern: string;
}

export function behaviorsOf({
  default_cache_behavior: last,
  cache_behaviors: named,
}: WithBehaviors): readonly OrderedBehavior[] {
  return [...(named?.items ?? []), last].map((behavior) => ({
    ...behavior,
    path_pattern: behavior.path_pattern ?? "*",
  }));
}

/** @param eventType of both unless given */
export function functionNames(behavior: Behavior, eventType?: EventType): readonly string[] {
  return (behavior.function_associations?.items ?? [])
    .filter(({ event_type: type }) => eventType === undefined || type === eventType)
    .map(({ function_arn: arn }) => arn.slice(arn.lastIndexOf("/") + 1));
}
