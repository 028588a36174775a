/** The invalidations of each distribution, and of each distribution tenant, oldest first. */
import { Map, OrderedMap } from "immutable";
import type { Revision } from "../log/change-log.ts";
import type { Invalidation, Invalidations } from "../model/invalidation.ts";
import type { Resource } from "../model/resource.ts";
import type { Change } from "./change.ts";
import { requireAbsent, requirePresent } from "./require-fit.ts";
import type { State } from "./state.ts";

/**
 * The oldest invalidations of a distribution or tenant, their owner, are forgotten beyond this many. Those still
 * in progress
 * are never among them: there can be 3,015, the quotas of paths and wildcards together.
 */
const keptPerOwner = 5_000;

type InvalidationChange = Extract<Change, { readonly type: "invalidation-created" }>;

export function applyInvalidation(
  state: State,
  change: InvalidationChange,
  revision: Revision,
): State {
  const { distributionId, tenantId, id, callerReference, paths, at } = change;
  requirePresent(state.distributions, distributionId, change);
  if (tenantId !== undefined) {
    const tenants = state.resources.get("distribution-tenant") ?? Map<string, Resource>();
    requirePresent(tenants, tenantId, change);
  }
  const ownerId = tenantId ?? distributionId;
  requireAbsent(invalidationsOf(state, ownerId), id, change);
  return withInvalidation(state, ownerId, {
    id,
    callerReference,
    paths,
    createTime: at,
    revision,
  });
}

/** @param invalidation newer than all that the owner has */
function withInvalidation(state: State, ownerId: string, invalidation: Invalidation): State {
  const known = invalidationsOf(state, ownerId).set(invalidation.id, invalidation);
  const oldest = known.size > keptPerOwner ? known.keySeq().first() : undefined;
  const kept = oldest === undefined ? known : known.delete(oldest);
  return { ...state, invalidations: state.invalidations.set(ownerId, kept) };
}

export function invalidationsOf(state: State, ownerId: string): Invalidations {
  return state.invalidations.get(ownerId) ?? OrderedMap<string, Invalidation>();
}

/**
 * @param invalidations an owner's
 * @returns the revision before which invalidations may have been forgotten; 0 where none was
 */
export function forgottenBefore(invalidations: Invalidations): Revision {
  if (invalidations.size < keptPerOwner) return 0;
  return invalidations.first()?.revision ?? 0;
}

/** The order that they are listed in. */
export function newestFirst(state: State, ownerId: string): Iterable<Invalidation> {
  const oldestFirst = invalidationsOf(state, ownerId).valueSeq();
  // A lazy view from the end, of a collection that has no toReversed().
  // oxlint-disable-next-line unicorn/no-array-reverse
  return oldestFirst.reverse();
}

/** @returns those that some edge has not applied yet, newest first */
export function invalidationsInProgress(
  state: State,
  ownerId: string,
  isDeployed: (revision: Revision) => boolean,
): Invalidation[] {
  const inProgress: Invalidation[] = [];
  // Edges apply changes in order, so before one that is applied all are.
  for (const invalidation of newestFirst(state, ownerId)) {
    if (isDeployed(invalidation.revision)) break;
    inProgress.push(invalidation);
  }
  return inProgress;
}
