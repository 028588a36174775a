/** DeleteDistribution: removes a distribution that is disabled, and whose edges know it. */
import type { Distribution } from "../../model/distribution.ts";
import { ApiError } from "../../model/errors.ts";
import { findResource, ownResources } from "../../state/resources.ts";
import type { State } from "../../state/state.ts";
import type { Operation } from "../operation.ts";
import { findPolicyOfStaging, stagingInUse } from "./config/check-continuous-deployment.ts";
import { distributionStatus } from "./distribution-output.ts";
import { requireDistribution, requireDistributionEtag } from "./find-distribution.ts";

/**
 * @throws NoSuchDistribution, when nothing has that id
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not its ETag
 * @throws DistributionNotDisabled, while it is enabled, or an edge may still serve it
 * @throws StagingDistributionInUse, ResourceInUse, while others need it
 */
export const deleteDistribution: Operation<"DeleteDistribution"> = async (input, context) => {
  await context.commit((current) => {
    const distribution = requireDistribution(current, input.Id);
    requireDistributionEtag(distribution, input.IfMatch);
    if (distribution.config.Enabled || distributionStatus(distribution, context) !== "Deployed") {
      throw new ApiError(
        "DistributionNotDisabled",
        "The distribution you are trying to delete has not been disabled. " +
          `Update ${distribution.id} with Enabled false and wait until its Status is Deployed`,
      );
    }
    checkUnused(distribution, current);
    return { type: "distribution-deleted", id: distribution.id };
  });
  return {};
};

/** A disabled policy does not hold its primary distribution: Terraform destroys them in this order. */
function checkUnused(distribution: Distribution, state: State): void {
  const { id, config } = distribution;
  const policyId = config.ContinuousDeploymentPolicyId ?? "";
  const policy = findResource(state, "continuous-deployment-policy", policyId);
  if (policy?.config.Enabled) {
    throw new ApiError(
      "ResourceInUse",
      `The distribution ${id} uses the continuous deployment policy ${policyId}. Disable the policy or detach it first`,
    );
  }
  const stagedBy = findPolicyOfStaging(distribution, state);
  if (stagedBy !== undefined) throw stagingInUse(distribution, stagedBy.id);
  const tenants = ownResources(state, "distribution-tenant").filter(
    (tenant) => tenant.config.DistributionId === id,
  );
  if (tenants.length > 0) {
    throw new ApiError(
      "ResourceInUse",
      `The distribution ${id} has ${tenants.length} distribution tenants. Delete them first`,
    );
  }
}
