/** A distribution as the API describes it. */
import { buildArn } from "../../model/arn.ts";
import { behaviorsOf, type Distribution as StoredDistribution } from "../../model/distribution.ts";
import { etagOf } from "../../model/etag.ts";
import type { Distribution, DistributionConfig, DistributionSummary } from "../../schema/shapes.ts";
import { invalidationsInProgress } from "../../state/invalidations.ts";
import { findResource } from "../../state/resources.ts";
import type { State } from "../../state/state.ts";
import type { OperationContext } from "../operation.ts";
import { shownConfig, shownDomainName } from "./shown-config.ts";

export type DistributionStatus = "InProgress" | "Deployed";
type DeploymentContext = Pick<OperationContext, "isDeployed">;

/** Deployed once every edge has acknowledged the change that it last had to apply. */
export function distributionStatus(
  distribution: StoredDistribution,
  { isDeployed }: DeploymentContext,
): DistributionStatus {
  return isDeployed(distribution.deployRevision) ? "Deployed" : "InProgress";
}

export function distributionOutput(
  stored: StoredDistribution,
  state: State,
  context: DeploymentContext,
): Distribution {
  const { id, config } = stored;
  return {
    Id: id,
    ARN: buildArn(state.account, "distribution", id),
    Status: distributionStatus(stored, context),
    LastModifiedTime: new Date(stored.lastModifiedTime),
    InProgressInvalidationBatches: invalidationsInProgress(state, id, context.isDeployed).length,
    DomainName: shownDomainName(stored),
    ActiveTrustedSigners: activeTrustedSigners(config, state),
    ActiveTrustedKeyGroups: activeTrustedKeyGroups(config, state),
    DistributionConfig: shownConfig(stored, state),
  };
}

/** What an operation that changed it answers: InProgress, even if every edge was faster than that. */
export function changedDistributionOutput(
  ...parts: Parameters<typeof distributionOutput>
): Distribution {
  return { ...distributionOutput(...parts), Status: "InProgress" };
}

/** The accounts that may sign, each once. Key pairs of accounts are older than Footlight: none has any. */
function activeTrustedSigners(
  config: DistributionConfig,
  { account }: State,
): NonNullable<Distribution["ActiveTrustedSigners"]> {
  const signers = behaviorsOf(config).flatMap(({ TrustedSigners }) => TrustedSigners?.Items ?? []);
  const accounts = new Set(signers.map((signer) => (signer === account ? "self" : signer)));
  const items = Array.from(accounts, (AwsAccountNumber) => ({
    AwsAccountNumber,
    KeyPairIds: { Quantity: 0 },
  }));
  return activeList(items);
}

function activeTrustedKeyGroups(
  config: DistributionConfig,
  state: State,
): NonNullable<Distribution["ActiveTrustedKeyGroups"]> {
  const ids = behaviorsOf(config).flatMap(({ TrustedKeyGroups }) => TrustedKeyGroups?.Items ?? []);
  const items = Array.from(new Set(ids), (KeyGroupId) => {
    const keys = findResource(state, "key-group", KeyGroupId)?.config.Items ?? [];
    return { KeyGroupId, KeyPairIds: { Quantity: keys.length, Items: [...keys] } };
  });
  return activeList(items);
}

function activeList<Item>(items: Item[]): { Enabled: boolean; Quantity: number; Items?: Item[] } {
  if (items.length === 0) return { Enabled: false, Quantity: 0 };
  return { Enabled: true, Quantity: items.length, Items: items };
}

/** An entry of a list. AWS spells the HTTP version in upper case here, and only here. */
export function distributionSummary(
  stored: StoredDistribution,
  status: DistributionStatus,
  state: State,
): DistributionSummary {
  const { config } = stored;
  const shown = shownConfig(stored, state);
  return {
    Id: stored.id,
    ARN: buildArn(state.account, "distribution", stored.id),
    ETag: etagOf(stored.version),
    Status: status,
    LastModifiedTime: new Date(stored.lastModifiedTime),
    DomainName: shownDomainName(stored),
    Aliases: config.Aliases,
    Origins: config.Origins,
    OriginGroups: config.OriginGroups,
    DefaultCacheBehavior: shown.DefaultCacheBehavior,
    CacheBehaviors: shown.CacheBehaviors,
    CustomErrorResponses: config.CustomErrorResponses,
    Comment: config.Comment,
    PriceClass: config.PriceClass,
    Enabled: config.Enabled,
    ViewerCertificate: shown.ViewerCertificate,
    Restrictions: config.Restrictions,
    WebACLId: config.WebACLId,
    HttpVersion: config.HttpVersion?.toUpperCase() as DistributionSummary["HttpVersion"],
    IsIPV6Enabled: config.IsIPV6Enabled,
    Staging: config.Staging,
    ...(config.ConnectionMode && { ConnectionMode: config.ConnectionMode }),
    ...(config.AnycastIpListId && { AnycastIpListId: config.AnycastIpListId }),
    ...(config.ConnectionFunctionAssociation && {
      ConnectionFunctionAssociation: config.ConnectionFunctionAssociation,
    }),
    ...(config.ViewerMtlsConfig && { ViewerMtlsConfig: config.ViewerMtlsConfig }),
  };
}
