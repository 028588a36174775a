/**
 * UpdateDistributionWithStagingConfig: promotes what was tried on a staging distribution. Its
 * primary takes the configuration over, and the policy that sent viewers to it is disabled.
 */
import type { Distribution } from "../../model/distribution.ts";
import { ApiError, InvalidArgument, InvalidIfMatchVersion } from "../../model/errors.ts";
import { etagOf } from "../../model/etag.ts";
import type { Resource } from "../../model/resource.ts";
import type { DistributionConfig } from "../../schema/shapes.ts";
import { findResource } from "../../state/resources.ts";
import type { State } from "../../state/state.ts";
import type { Operation } from "../operation.ts";
import { checkConfig } from "./config/check-config.ts";
import { changedDistributionOutput } from "./distribution-output.ts";
import { requireDistribution, requireDistributionEtag } from "./find-distribution.ts";

/**
 * @throws NoSuchDistribution, when one of the two does not exist
 * @throws InvalidIfMatchVersion, PreconditionFailed, when IfMatch is not both ETags, the primary's first
 * @throws InvalidArgument, IllegalUpdate, when they are no primary and staging distribution of one policy
 * @throws every error of checkConfig()
 */
export const updateDistributionWithStagingConfig: Operation<
  "UpdateDistributionWithStagingConfig"
> = async (input, { commit, domainSuffix, quotas, isDeployed }) => {
  const state = await commit((current) => {
    const primary = requireDistribution(current, input.Id);
    if (!input.StagingDistributionId) {
      throw new InvalidArgument("The parameter StagingDistributionId is required.");
    }
    const staging = requireDistribution(current, input.StagingDistributionId);
    requireBothEtags(primary, staging, input.IfMatch);
    const policy = requirePolicyOf(primary, staging, current);
    const config = promoted(primary.config, staging.config);
    checkConfig({ config, state: current, old: primary, domainSuffix, quotas });
    return {
      type: "distributions-updated",
      id: primary.id,
      configs: { [primary.id]: config },
      policies: { [policy.id]: { ...policy.config, Enabled: false } },
    };
  });

  const distribution = requireDistribution(state, input.Id);
  return {
    Distribution: changedDistributionOutput(distribution, state, { isDeployed }),
    ETag: etagOf(distribution.version),
  };
};

/** What names the primary distribution stays: its reference, its aliases, its policy. */
function promoted(primary: DistributionConfig, staging: DistributionConfig): DistributionConfig {
  const { CallerReference, Aliases, ContinuousDeploymentPolicyId, Staging } = primary;
  return { ...staging, CallerReference, Aliases, ContinuousDeploymentPolicyId, Staging };
}

function requireBothEtags(
  primary: Distribution,
  staging: Distribution,
  ifMatch: string | undefined,
): void {
  const etags = (ifMatch ?? "").split(",").map((etag) => etag.trim());
  if (etags.length !== 2) {
    throw new InvalidIfMatchVersion(
      `distribution ${primary.id} and staging distribution ${staging.id}, whose ETags are sent with a comma between them`,
      ifMatch,
    );
  }
  requireDistributionEtag(primary, etags[0]);
  requireDistributionEtag(staging, etags[1]);
}

function requirePolicyOf(
  primary: Distribution,
  staging: Distribution,
  state: State,
): Resource<"continuous-deployment-policy"> {
  if (!staging.config.Staging) {
    throw new InvalidArgument(`${staging.id} is no staging distribution`);
  }
  const policyId = primary.config.ContinuousDeploymentPolicyId ?? "";
  const policy = findResource(state, "continuous-deployment-policy", policyId);
  const names = policy?.config.StagingDistributionDnsNames?.Items ?? [];
  if (policy !== undefined && names.includes(staging.domainName)) return policy;
  throw new ApiError(
    "IllegalUpdate",
    `The distribution ${primary.id} has no continuous deployment policy with the staging distribution ${staging.id}`,
  );
}
