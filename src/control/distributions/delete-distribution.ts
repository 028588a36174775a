/** DeleteDistribution: removes a distribution that is disabled, and whose edges know it. */
import { ApiError } from "../../model/errors.ts";
import type { Operation } from "../operation.ts";
import { distributionStatus } from "./distribution-output.ts";
import { requireDistribution, requireDistributionEtag } from "./find-distribution.ts";

/**
 * @throws NoSuchDistribution, when nothing has that id
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not its ETag
 * @throws DistributionNotDisabled, while it is enabled, or an edge may still serve it
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
    return { type: "distribution-deleted", id: distribution.id };
  });
  return {};
};
