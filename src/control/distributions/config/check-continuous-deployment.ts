/**
 * Staging distributions, and the policy that sends some of a primary distribution's viewers to one.
 *
 * Source: CloudFront Developer Guide, "Use CloudFront continuous deployment to safely test CDN
 * configuration changes".
 */
import { isDeepStrictEqual } from "node:util";
import type { Distribution } from "../../../model/distribution.ts";
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import type { Resource } from "../../../model/resource.ts";
import type { DistributionConfig } from "../../../schema/shapes.ts";
import { ownResources } from "../../../state/resources.ts";
import type { State } from "../../../state/state.ts";
import type { Draft } from "./draft.ts";

export function checkContinuousDeployment({ config, old, state }: Draft): void {
  const policyId = config.ContinuousDeploymentPolicyId ?? "";
  if (old && old.config.Staging !== config.Staging) {
    throw new ApiError(
      "IllegalUpdate",
      `Staging cannot be changed; ${old.id} is ${old.config.Staging ? "a" : "no"} staging distribution`,
    );
  }
  if (config.Staging && (config.Aliases?.Items?.length ?? 0) > 0) {
    throw new InvalidArgument(
      "A staging distribution cannot have alternate domain names: viewers reach it by those of its primary distribution",
    );
  }
  if (config.Staging && policyId !== "") {
    throw new InvalidArgument("A staging distribution cannot have a continuous deployment policy");
  }
  if (policyId === "") return;
  if (!old) {
    throw new InvalidArgument(
      "Continuous deployment policy is not supported during distribution creation.",
    );
  }
  if (config.HttpVersion?.includes("3")) {
    throw new InvalidArgument(
      `A distribution with a continuous deployment policy cannot use HTTP/3, and HttpVersion is ${config.HttpVersion}`,
    );
  }
  const holder = state.distributions.find(
    (other) => other.id !== old.id && other.config.ContinuousDeploymentPolicyId === policyId,
  );
  if (holder === undefined) return;
  throw new ApiError(
    "ContinuousDeploymentPolicyInUse",
    `The continuous deployment policy ${policyId} is attached to the distribution ${holder.id}`,
  );
}

/** What an update may change of two distributions that a policy joins, whether or not it is enabled. */
const changeable: ReadonlySet<string> = new Set<keyof DistributionConfig>([
  "CacheBehaviors",
  "Comment",
  "ContinuousDeploymentPolicyId",
  "CustomErrorResponses",
  "DefaultCacheBehavior",
  "DefaultRootObject",
  "Enabled",
  "Logging",
  "OriginGroups",
  "Origins",
  "Restrictions",
]);

/**
 * For an update of a primary distribution that keeps its policy, and of its staging distribution. A
 * promotion takes everything over, so it does not ask.
 *
 * @throws IllegalUpdate, in AWS's words and with the first member that cannot be changed
 */
export function checkJoinedChange(
  config: DistributionConfig,
  old: Distribution,
  state: State,
): void {
  if (!isJoined(config, old, state)) return;
  const members = new Set([...Object.keys(old.config), ...Object.keys(config)]);
  for (const member of members as ReadonlySet<keyof DistributionConfig>) {
    if (changeable.has(member) || isDeepStrictEqual(config[member], old.config[member])) continue;
    throw new ApiError(
      "IllegalUpdate",
      `One or more fields updated are not supported for continuous deployment. ${member} of ${old.id} cannot change while a primary and a staging distribution share a policy`,
    );
  }
}

/**
 * For an update that disables a staging distribution: viewers are sent to it as long as the policy says so.
 *
 * @throws StagingDistributionInUse
 */
export function checkStagingIsFree(
  config: DistributionConfig,
  old: Distribution,
  state: State,
): void {
  if (!old.config.Staging || !old.config.Enabled || config.Enabled) return;
  const policy = findPolicyOfStaging(old, state);
  if (policy?.config.Enabled) throw stagingInUse(old, policy.id);
}

/** The sentence is AWS's, word by word. */
export function stagingInUse({ id }: Distribution, policyId: string): ApiError {
  return new ApiError(
    "StagingDistributionInUse",
    "The specified staging distribution is currently used by a continuous deployment policy. Please the update policy before deleting. " +
      `Disable or delete the policy ${policyId}, which names ${id}`,
  );
}

export function findPolicyOfStaging(
  { domainName }: Distribution,
  state: State,
): Resource<"continuous-deployment-policy"> | undefined {
  return ownResources(state, "continuous-deployment-policy").find((policy) =>
    policy.config.StagingDistributionDnsNames?.Items?.includes(domainName),
  );
}

/**
 * An update sends back the policy that a staging distribution shows.
 *
 * @returns the configuration as the state keeps it
 * @throws IllegalUpdate, when it names another policy, or none
 */
export function withoutShownPolicy(
  config: DistributionConfig,
  old: Distribution,
  state: State,
): DistributionConfig {
  const shown = attachedPolicyId(old, state);
  if (shown === "") return config;
  const given = config.ContinuousDeploymentPolicyId ?? "";
  if (given === shown) return { ...config, ContinuousDeploymentPolicyId: "" };
  throw new ApiError(
    "IllegalUpdate",
    `The update contains modifications that are not allowed. ContinuousDeploymentPolicyId of the staging distribution ${old.id} must be ${shown}, as GetDistributionConfig answers it, got "${given}"`,
  );
}

/**
 * The policy that names a staging distribution, as long as a primary distribution has that policy; the
 * state keeps it with the primary alone.
 *
 * @returns "" when there is none, and for what is no staging distribution
 */
export function attachedPolicyId(distribution: Distribution, state: State): string {
  if (!distribution.config.Staging) return "";
  const policy = findPolicyOfStaging(distribution, state);
  const isAttached =
    policy !== undefined &&
    state.distributions.some((other) => other.config.ContinuousDeploymentPolicyId === policy.id);
  return isAttached ? policy.id : "";
}

function isJoined(config: DistributionConfig, old: Distribution, state: State): boolean {
  const policyId = old.config.ContinuousDeploymentPolicyId ?? "";
  if (policyId !== "") return config.ContinuousDeploymentPolicyId === policyId;
  return attachedPolicyId(old, state) !== "";
}
