/** CreateInvalidation: makes what caches hold for some paths unusable. */
import { randomText } from "../../base/random-pool.ts";
import { ApiError, InvalidArgument } from "../../model/errors.ts";
import type { Invalidation } from "../../model/invalidation.ts";
import { invalidationsInProgress, invalidationsOf } from "../../state/invalidations.ts";
import type { State } from "../../state/state.ts";
import { checkQuantities } from "../distributions/config/check-quantities.ts";
import { requireDistribution } from "../distributions/find-distribution.ts";
import { locationOf } from "../location.ts";
import type { Operation } from "../operation.ts";
import { checkPathQuotas, checkPaths } from "./check-paths.ts";
import { invalidationOutput } from "./invalidation-output.ts";

const idAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/**
 * A request that repeats an earlier one, by its caller reference and its paths, answers that and
 * invalidates nothing: it was sent twice.
 *
 * @throws NoSuchDistribution, when there is no such distribution
 * @throws InvalidArgument, for a path that is none, or a caller reference that had other paths
 * @throws InconsistentQuantities, BatchTooLarge, TooManyInvalidationsInProgress
 */
export const createInvalidation: Operation<"CreateInvalidation"> = async (input, context) => {
  const distributionId = input.DistributionId ?? "";
  requireDistribution(context.state(), distributionId);
  const { Paths, CallerReference: callerReference = "" } = input.InvalidationBatch ?? {};
  checkQuantities(input.InvalidationBatch, "InvalidationBatch");
  const paths = Paths?.Items ?? [];
  checkPaths(paths);
  if (callerReference === "") {
    throw new InvalidArgument("The parameter CallerReference must not be empty");
  }

  const id = `I${randomText(25, idAlphabet)}`;
  try {
    const state = await context.commit((current) => {
      requireDistribution(current, distributionId);
      const earlier = findRepeated(current, distributionId, callerReference, paths);
      if (earlier) throw new AlreadyMade(earlier);
      const { isDeployed, quotas } = context;
      const inProgress = invalidationsInProgress(current, distributionId, isDeployed);
      checkPathQuotas(paths, inProgress, quotas);
      return { type: "invalidation-created", distributionId, id, callerReference, paths };
    });
    const made = invalidationsOf(state, distributionId).get(id);
    if (made === undefined) throw new Error(`The invalidation ${id} is not in the state it made`);
    return answer(distributionId, invalidationOutput(made, { isDeployed: () => false }));
  } catch (error) {
    if (!(error instanceof AlreadyMade)) throw error;
    return answer(distributionId, invalidationOutput(error.invalidation, context));
  }
};

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
  distributionId: string,
  callerReference: string,
  paths: readonly string[],
): Invalidation | undefined {
  const earlier = invalidationsOf(state, distributionId).find(
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

function answer<Output extends { Id: string | undefined }>(
  distributionId: string,
  Invalidation: Output,
): { Invalidation: Output; Location: string } {
  const collection = `distribution/${distributionId}/invalidation`;
  return { Invalidation, Location: locationOf(collection, Invalidation.Id ?? "") };
}
