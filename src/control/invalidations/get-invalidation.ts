/** GetInvalidation: an invalidation, its paths and whether every edge has applied it. */
import { ApiError } from "../../model/errors.ts";
import type { Invalidation } from "../../schema/shapes.ts";
import { invalidationsOf } from "../../state/invalidations.ts";
import { requireDistribution } from "../distributions/find-distribution.ts";
import type { Operation, OperationContext } from "../operation.ts";
import { invalidationOutput } from "./invalidation-output.ts";

/** @throws NoSuchDistribution, NoSuchInvalidation, when nothing has that id */
export const getInvalidation: Operation<"GetInvalidation"> = async (input, context) => {
  const { id } = requireDistribution(context.state(), input.DistributionId);
  return describeInvalidation(id, input.Id, context);
};

/**
 * @param ownerId the distribution's or tenant's
 * @throws NoSuchInvalidation, when none of its invalidations has that id
 */
export function describeInvalidation(
  ownerId: string,
  id: string | undefined,
  context: OperationContext,
): { readonly Invalidation: Invalidation } {
  const found = invalidationsOf(context.state(), ownerId).get(id ?? "");
  if (found !== undefined) return { Invalidation: invalidationOutput(found, context) };
  const kind = ownerId.startsWith("dt_") ? "distribution tenant" : "distribution";
  throw new ApiError(
    "NoSuchInvalidation",
    `The specified invalidation does not exist. Id: ${id}, ${kind} ${ownerId}`,
  );
}
