/** A distribution as the API describes it. */
import { buildArn } from "../../model/arn.ts";
import type { Distribution as StoredDistribution } from "../../model/distribution.ts";
import type { Distribution, DistributionSummary } from "../../schema/shapes.ts";
import type { OperationContext } from "../operation.ts";

export type DistributionStatus = "InProgress" | "Deployed";

/** Deployed once every edge has acknowledged the change that it last had to apply. */
export function distributionStatus(
  distribution: StoredDistribution,
  { isDeployed }: Pick<OperationContext, "isDeployed">,
): DistributionStatus {
  return isDeployed(distribution.deployRevision) ? "Deployed" : "InProgress";
}

export function distributionOutput(
  stored: StoredDistribution,
  status: DistributionStatus,
  account: string,
): Distribution {
  return {
    Id: stored.id,
    ARN: buildArn(account, "distribution", stored.id),
    Status: status,
    LastModifiedTime: new Date(stored.lastModifiedTime),
    InProgressInvalidationBatches: 0,
    DomainName: stored.domainName,
    ActiveTrustedSigners: { Enabled: false, Quantity: 0 },
    ActiveTrustedKeyGroups: { Enabled: false, Quantity: 0 },
    DistributionConfig: stored.config,
  };
}

/** An entry of a list. AWS spells the HTTP version in upper case here, and only here. */
export function distributionSummary(
  stored: StoredDistribution,
  status: DistributionStatus,
  account: string,
): DistributionSummary {
  const { config } = stored;
  return {
    Id: stored.id,
    ARN: buildArn(account, "distribution", stored.id),
    Status: status,
    LastModifiedTime: new Date(stored.lastModifiedTime),
    DomainName: stored.domainName,
    Aliases: config.Aliases,
    Origins: config.Origins,
    OriginGroups: config.OriginGroups,
    DefaultCacheBehavior: config.DefaultCacheBehavior,
    CacheBehaviors: config.CacheBehaviors,
    CustomErrorResponses: config.CustomErrorResponses,
    Comment: config.Comment,
    PriceClass: config.PriceClass,
    Enabled: config.Enabled,
    ViewerCertificate: config.ViewerCertificate,
    Restrictions: config.Restrictions,
    WebACLId: config.WebACLId,
    HttpVersion: config.HttpVersion?.toUpperCase() as DistributionSummary["HttpVersion"],
    IsIPV6Enabled: config.IsIPV6Enabled,
    Staging: config.Staging,
  };
}
