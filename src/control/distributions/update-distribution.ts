/** UpdateDistribution: replaces a distribution's configuration whole; nothing is merged. */
import { ApiError } from "../../model/errors.ts";
import { etagOf } from "../../model/etag.ts";
import type { Operation } from "../operation.ts";
import { checkConfig } from "./check-config.ts";
import { completeConfig } from "./complete-config.ts";
import { distributionOutput } from "./distribution-output.ts";
import { requireDistribution, requireDistributionEtag } from "./find-distribution.ts";

/**
 * @throws NoSuchDistribution, when nothing has that id
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not its ETag
 * @throws IllegalUpdate, when the caller reference is another
 * @throws every error of checkConfig()
 */
export const updateDistribution: Operation<"UpdateDistribution"> = async (input, { commit }) => {
  const state = await commit((current) => {
    const distribution = requireDistribution(current, input.Id);
    requireDistributionEtag(distribution, input.IfMatch);
    const config = completeConfig(input.DistributionConfig);
    if (config.CallerReference !== distribution.config.CallerReference) {
      throw new ApiError(
        "IllegalUpdate",
        `You cannot update Origin or CallerReference. It is "${distribution.config.CallerReference}", got "${config.CallerReference}"`,
      );
    }
    checkConfig(config, current, distribution.id);
    return { type: "distribution-updated", id: distribution.id, config };
  });

  const distribution = requireDistribution(state, input.Id);
  return {
    Distribution: distributionOutput(distribution, "InProgress", state.account),
    ETag: etagOf(distribution.version),
  };
};
