/** CreateInvalidation: makes what caches hold for some paths unusable. Of a multi-tenant distribution, for all its tenants. */
import { requireDistribution } from "../distributions/find-distribution.ts";
import type { Operation } from "../operation.ts";
import { makeInvalidation } from "./make-invalidation.ts";

/**
 * @throws NoSuchDistribution, when there is no such distribution
 * @throws InvalidArgument, InconsistentQuantities, BatchTooLarge, TooManyInvalidationsInProgress
 */
export const createInvalidation: Operation<"CreateInvalidation"> = (input, context) =>
  makeInvalidation(
    (state) => {
      const { id } = requireDistribution(state, input.DistributionId);
      return { distributionId: id, collection: `distribution/${id}/invalidation` };
    },
    input.InvalidationBatch,
    context,
  );
