/** UpdateDistribution: replaces a distribution's configuration whole; nothing is merged. */
import { ApiError } from "../../model/errors.ts";
import { etagOf } from "../../model/etag.ts";
import type { Operation } from "../operation.ts";
import { checkConfig } from "./config/check-config.ts";
import {
  checkJoinedChange,
  checkStagingIsFree,
  withoutShownPolicy,
} from "./config/check-continuous-deployment.ts";
import { completeConfig } from "./config/complete-config.ts";
import { requireUpdateMembers } from "./config/required-for-update.ts";
import { changedDistributionOutput } from "./distribution-output.ts";
import { requireDistribution, requireDistributionEtag } from "./find-distribution.ts";

/**
 * @throws NoSuchDistribution, when nothing has that id
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not its ETag
 * @throws IllegalUpdate, when the caller reference is another, a member is missing, or one changes that
 *   cannot while a continuous deployment policy is attached, or the policy of a staging one is left out
 * @throws StagingDistributionInUse, when it disables a staging distribution that viewers are sent to
 * @throws every error of checkConfig()
 */
export const updateDistribution: Operation<"UpdateDistribution"> = async (
  input,
  { commit, domainSuffix, quotas, isDeployed },
) => {
  const state = await commit((current) => {
    const old = requireDistribution(current, input.Id);
    requireDistributionEtag(old, input.IfMatch);
    const given = completeConfig(input.DistributionConfig, "update");
    if (input.DistributionConfig) requireUpdateMembers(input.DistributionConfig);
    if (given.CallerReference !== old.config.CallerReference) {
      throw new ApiError(
        "IllegalUpdate",
        `You cannot update Origin or CallerReference. It is "${old.config.CallerReference}", got "${given.CallerReference}"`,
      );
    }
    const config = withoutShownPolicy(given, old, current);
    checkConfig({ config, state: current, old, domainSuffix, quotas });
    checkJoinedChange(config, old, current);
    checkStagingIsFree(config, old, current);
    return { type: "distribution-updated", id: old.id, config };
  });

  const distribution = requireDistribution(state, input.Id);
  return {
    Distribution: changedDistributionOutput(distribution, state, { isDeployed }),
    ETag: etagOf(distribution.version),
  };
};
