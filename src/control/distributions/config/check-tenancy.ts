/**
 * What only standard distributions may have, and what only multi-tenant ones.
 *
 * Source: CloudFront API Reference, DistributionConfig, "This field only supports …".
 */
import { behaviorsOf } from "../../../model/distribution.ts";
import { InvalidArgument } from "../../../model/errors.ts";
import type { DistributionConfig } from "../../../schema/shapes.ts";
import type { Draft } from "./draft.ts";

export function checkTenancy({ config, old }: Draft): void {
  const mode = config.ConnectionMode ?? "direct";
  const oldMode = old?.config.ConnectionMode ?? "direct";
  if (old && mode !== oldMode) {
    throw new InvalidArgument(`The parameter ConnectionMode cannot be changed from ${oldMode}`);
  }
  if (mode === "tenant-only") return checkMultiTenant(config);
  if (config.TenantConfig) {
    throw new InvalidArgument(
      "The parameter TenantConfig is only for multi-tenant distributions, whose ConnectionMode is tenant-only",
    );
  }
}

function checkMultiTenant(config: DistributionConfig): void {
  const refused: Record<string, boolean | undefined> = {
    Aliases: (config.Aliases?.Items?.length ?? 0) > 0,
    PriceClass: config.PriceClass !== "PriceClass_All" && config.PriceClass !== "None",
    IsIPV6Enabled: config.IsIPV6Enabled,
    ContinuousDeploymentPolicyId: config.ContinuousDeploymentPolicyId !== "",
    Staging: config.Staging,
    AnycastIpListId: config.AnycastIpListId !== undefined,
    IAMCertificateId: config.ViewerCertificate?.IAMCertificateId !== undefined,
  };
  for (const behavior of behaviorsOf(config)) {
    refused["SmoothStreaming"] ||= behavior.SmoothStreaming;
    refused["TrustedSigners"] ||= behavior.TrustedSigners?.Enabled;
    refused["ForwardedValues"] ||= behavior.ForwardedValues !== undefined;
    refused["MinTTL"] ||= behavior.MinTTL !== undefined;
  }
  const [name] = Object.entries(refused).find(([, isUsed]) => isUsed) ?? [];
  if (name === undefined) return;
  throw new InvalidArgument(
    `The parameter ${name} is only for standard distributions, and this one's ConnectionMode is tenant-only`,
  );
}
