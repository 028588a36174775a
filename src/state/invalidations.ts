/** The invalidations of each distribution, oldest first. */
import { OrderedMap } from "immutable";
import type { Revision } from "../log/change-log.ts";
import type { Invalidation, Invalidations } from "../model/invalidation.ts";
import type { Change } from "./change.ts";
import { requireAbsent, requirePresent } from "./require-fit.ts";
import type { State } from "./state.ts";

/**
 * A distribution's oldest invalidations are forgotten beyond this many. Those still in progress
 * are never among them: there can be 3,015, the quotas of paths and wildcards together.
 */
const keptPerDistribution = 5_000;

type InvalidationChange = Extract<Change, { readonly type: "invalidation-created" }>;

export function applyInvalidation(
  state: State,
  change: InvalidationChange,
  revision: Revision,
): State {
  const { distributionId, id, callerReference, paths, at } = change;
  requirePresent(state.distributions, distributionId, change);
  requireAbsent(invalidationsOf(state, distributionId), id, change);
  return withInvalidation(state, distributionId, {
    id,
    callerReference,
    paths,
    createTime: at,
    revision,
  });
}

/** @param invalidation newer than all that the distribution has */
function withInvalidation(state: State, distributionId: string, invalidation: Invalidation): State {
  const known = invalidationsOf(state, distributionId).set(invalidation.id, invalidation);
  const oldest = known.size > keptPerDistribution ? known.keySeq().first() : undefined;
  const kept = oldest === undefined ? known : known.delete(oldest);
  return { ...state, invalidations: state.invalidations.set(distributionId, kept) };
}

export function invalidationsOf(state: State, distributionId: string): Invalidations {
  return state.invalidations.get(distributionId) ?? OrderedMap<string, Invalidation>();
}

/**
 * @param invalidations a distribution's
 * @returns the revision before which invalidations may have been forgotten; 0 where none was
 */
export function forgottenBefore(invalidations: Invalidations): Revision {
  if (invalidations.size < keptPerDistribution) return 0;
  return invalidations.first()?.revision ?? 0;
}

/** The order that they are listed in. */
export function newestFirst(state: State, distributionId: string): Iterable<Invalidation> {
  const oldestFirst = invalidationsOf(state, distributionId).valueSeq();
  // A lazy view from the end, of a collection that has no toReversed().
  // oxlint-disable-next-line unicorn/no-array-reverse
  return oldestFirst.reverse();
}

/** @returns those that some edge has not applied yet, newest first */
export function invalidationsInProgress(
  state: State,
  distributionId: string,
  isDeployed: (revision: Revision) => boolean,
): Invalidation[] {
  const inProgress: Invalidation[] = [];
  // Edges apply changes in order, so before one that is applied all are.
  for (const invalidation of newestFirst(state, distributionId)) {
    if (isDeployed(invalidation.revision)) break;
    inProgress.push(invalidation);
  }
  return inProgress;
}
