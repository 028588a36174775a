/** Making what caches hold for some paths unusable, of a distribution or of one of its tenants. */
import { randomText } from "../../base/random-pool.ts";
import { ApiError, InvalidArgument } from "../../model/errors.ts";
import type { Invalidation } from "../../model/invalidation.ts";
import type { Invalidation as Described, InvalidationBatch } from "../../schema/shapes.ts";
import { invalidationsInProgress, invalidationsOf } from "../../state/invalidations.ts";
import type { State } from "../../state/state.ts";
import { checkQuantities } from "../distributions/config/check-quantities.ts";
import { locationOf } from "../location.ts";
import type { OperationContext } from "../operation.ts";
import { checkPathQuotas, checkPaths } from "./check-paths.ts";
import { invalidationOutput } from "./invalidation-output.ts";

/** Whose objects are meant. */
export interface Owner {
  readonly distributionId: string;
  readonly tenantId?: string;
  /** Where its invalidations are, in Location headers. */
  readonly collection: string;
}

const idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/**
 * A request that repeats an earlier one, by its caller reference and its paths, answers that and
 * invalidates nothing: it was sent twice.
 *
 * @param requireOwner looks it up in a state, and throws when it is not there
 * @throws InvalidArgument, for a path that is none, or a caller reference that had other paths
 * @throws InconsistentQuantities, BatchTooLarge, TooManyInvalidationsInProgress
 */
export async function makeInvalidation(
  requireOwner: (state: State) => Owner,
  batch: InvalidationBatch | undefined,
  context: OperationContext,
): Promise<Made> {
  const { collection } = requireOwner(context.state());
  const { Paths, CallerReference: callerReference = "" } = batch ?? {};
  checkQuantities(batch, "InvalidationBatch");
  const paths = Paths?.Items ?? [];
  checkPaths(paths);
  if (callerReference === "") {
    throw new InvalidArgument("The parameter CallerReference must not be empty");
  }

  const id = `I${randomText(25, idAlphabet)}`;
  let ownerId = "";
  try {
    const state = await context.commit((current) => {
      const { distributionId, tenantId } = requireOwner(current);
      ownerId = tenantId ?? distributionId;
      const earlier = findRepeated(current, ownerId, callerReference, paths);
      if (earlier) throw new AlreadyMade(earlier);
      const { isDeployed, quotas } = context;
      const inProgress = invalidationsInProgress(current, ownerId, isDeployed);
      checkPathQuotas(paths, inProgress, quotas);
      const owner = { distributionId, ...(tenantId !== undefined && { tenantId }) };
      return { type: "invalidation-created", ...owner, id, callerReference, paths };
    });
    const made = invalidationsOf(state, ownerId).get(id);
    if (made === undefined) throw new Error(`The invalidation ${id} is not in the state it made`);
    return answer(collection, invalidationOutput(made, { isDeployed: () => false }));
  } catch (error) {
    if (!(error instanceof AlreadyMade)) throw error;
    return answer(collection, invalidationOutput(error.invalidation, context));
  }
}

interface Made {
  readonly Invalidation: Described;
  readonly Location: string;
}

/** Ends a commit that has nothing to add. It never leaves this file. */
class AlreadyMade extends Error {
  readonly invalidation: Invalidation;

  constructor(invalidation: Invalidation) {
    super(`The invalidation ${invalidation.id} was made by the same request`);
    this.invalidation = invalidation;
  }
}

function findRepeated(
  state: State,
  ownerId: string,
  callerReference: string,
  paths: readonly string[],
): Invalidation | undefined {
  const earlier = invalidationsOf(state, ownerId).find(
    (invalidation) => invalidation.callerReference === callerReference,
  );
  if (earlier === undefined) return undefined;
  if (inOrder(earlier.paths) === inOrder(paths)) return earlier;
  throw new ApiError(
    "InvalidArgument",
    `Your request contains a caller reference that was used for a previous invalidation batch for the same distribution. It made ${earlier.id}, of other paths`,
  );
}

function inOrder(paths: readonly string[]): string {
  return [...paths].sort().join(" ");
}

function answer(collection: string, Invalidation: Described): Made {
  return { Invalidation, Location: locationOf(collection, Invalidation.Id ?? "") };
}
