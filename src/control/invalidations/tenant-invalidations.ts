/** Invalidations of one distribution tenant: what its distribution's other tenants have is left alone. */
import type { OperationContext } from "../operation.ts";
import type { Operation } from "../operation.ts";
import { requireById } from "../resources/require-resource.ts";
import { distributionTenant } from "../resources/network/distribution-tenant.ts";
import { describeInvalidation } from "./get-invalidation.ts";
import { listOfInvalidations } from "./list-invalidations.ts";
import { makeInvalidation } from "./make-invalidation.ts";

/**
 * @throws EntityNotFound, when there is no such tenant
 * @throws InvalidArgument, InconsistentQuantities, BatchTooLarge, TooManyInvalidationsInProgress
 */
export const createTenantInvalidation: Operation<"CreateInvalidationForDistributionTenant"> = (
  input,
  context,
) =>
  makeInvalidation(
    (state) => {
      const { id, config } = requireById(distributionTenant, state, input.Id ?? "");
      const collection = `distribution-tenant/${id}/invalidation`;
      return { distributionId: config.DistributionId ?? "", tenantId: id, collection };
    },
    input.InvalidationBatch,
    context,
  );

/** @throws EntityNotFound, NoSuchInvalidation, when nothing has that id */
export const getTenantInvalidation: Operation<"GetInvalidationForDistributionTenant"> = async (
  input,
  context,
) => describeInvalidation(requireTenant(input.DistributionTenantId, context), input.Id, context);

/**
 * @throws EntityNotFound, when there is no such tenant
 * @throws InvalidArgument, when MaxItems is not a whole number from 1 on
 */
export const listTenantInvalidations: Operation<"ListInvalidationsForDistributionTenant"> = async (
  input,
  context,
) => listOfInvalidations(requireTenant(input.Id, context), input, context);

function requireTenant(id: string | undefined, context: OperationContext): string {
  return requireById(distributionTenant, context.state(), id ?? "").id;
}
