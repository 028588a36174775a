/**
 * A distribution as the API shows it, where that is not what the state keeps. What is shown can be
 * sent back by an update as it is.
 */
import type { Distribution } from "../../model/distribution.ts";
import type { DistributionConfig } from "../../schema/shapes.ts";
import type { State } from "../../state/state.ts";
import type { Behavior } from "./config/complete-behavior.ts";
import { attachedPolicyId } from "./config/check-continuous-deployment.ts";

export function shownConfig(distribution: Distribution, state: State): DistributionConfig {
  const { config } = distribution;
  if (config.ConnectionMode === "tenant-only") return ofMultiTenant(config);
  const policyId = attachedPolicyId(distribution, state);
  return policyId === "" ? config : { ...config, ContinuousDeploymentPolicyId: policyId };
}

/** Viewers reach a multi-tenant distribution by the domains of its tenants alone. */
export function shownDomainName({ config, domainName }: Distribution): string {
  return config.ConnectionMode === "tenant-only" ? "-" : domainName;
}

/** Source: the AWS CLI's examples of multi-tenant distributions, which come without what these can't have. */
const notOfMultiTenant: ReadonlySet<string> = new Set<keyof DistributionConfig | keyof Behavior>([
  "Aliases",
  "ContinuousDeploymentPolicyId",
  "IsIPV6Enabled",
  "PriceClass",
  "SmoothStreaming",
  "Staging",
  "TrustedSigners",
]);

function ofMultiTenant(config: DistributionConfig): DistributionConfig {
  const { DefaultCacheBehavior: standard, CacheBehaviors: others, ViewerCertificate } = config;
  return {
    ...withoutHidden(config),
    DefaultCacheBehavior: standard && withoutHidden(standard),
    CacheBehaviors: others && {
      ...others,
      ...(others.Items && { Items: others.Items.map(withoutHidden) }),
    },
    ...(ViewerCertificate?.CloudFrontDefaultCertificate && {
      ViewerCertificate: { ...ViewerCertificate, SSLSupportMethod: "sni-only" },
    }),
  };
}

function withoutHidden<Value extends object>(value: Value): Value {
  const shown = Object.entries(value).filter(([name]) => !notOfMultiTenant.has(name));
  return Object.fromEntries(shown) as Value;
}
