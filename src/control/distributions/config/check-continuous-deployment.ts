/**
 * Staging distributions, and the policy that sends some of a primary distribution's viewers to one.
 *
 * Source: CloudFront Developer Guide, "Use CloudFront continuous deployment to safely test CDN
 * configuration changes".
 */
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
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
