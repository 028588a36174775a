/**
 * What an update must send though a creation may leave it out. An update replaces the
 * configuration whole, so AWS wants to see that nothing was forgotten.
 *
 * Source: CloudFront API Reference, UpdateDistribution; CloudFront Developer Guide, "Required
 * fields for creating and updating distributions".
 */
import { behaviorsOf } from "../../../model/distribution.ts";
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import type { DistributionConfig } from "../../../schema/shapes.ts";

const ofEveryConfig = [
  "DefaultRootObject",
  "CacheBehaviors",
  "CustomErrorResponses",
  "Logging",
  "ViewerCertificate",
  "Restrictions",
  "WebACLId",
  "HttpVersion",
] as const;
/** A multi-tenant distribution can't have these at all. */
const ofStandardConfig = ["Aliases", "PriceClass"] as const;
const ofBehavior = ["AllowedMethods", "Compress", "LambdaFunctionAssociations"] as const;
const ofCustomOrigin = [
  "OriginSslProtocols",
  "OriginReadTimeout",
  "OriginKeepaliveTimeout",
] as const;

/** AWS's sentence for a member that is missing, where it is a special one. */
const sentences: Readonly<Record<string, string>> = {
  CustomErrorResponses:
    "The specified list of custom error responses does not exist or is not valid.",
};

/**
 * @param config as it was sent
 * @throws IllegalUpdate or InvalidArgument, naming the first member that is missing
 */
export function requireUpdateMembers(config: DistributionConfig): void {
  const isStandard = config.ConnectionMode !== "tenant-only";
  requireMembers(config, ofEveryConfig, "the resource");
  if (isStandard) requireMembers(config, ofStandardConfig, "the resource");
  for (const origin of config.Origins?.Items ?? []) {
    const missing = ofCustomOrigin.find((name) => origin.CustomOriginConfig?.[name] === undefined);
    if (!origin.CustomOriginConfig || missing === undefined) continue;
    throw new ApiError(
      "IllegalUpdate",
      `${missing} is required for updates. (origin "${origin.Id}")`,
    );
  }
  for (const behavior of behaviorsOf(config)) {
    const pattern = "PathPattern" in behavior ? behavior.PathPattern : undefined;
    const where = pattern === undefined ? "default cache behavior" : `cache behavior ${pattern}`;
    if (isStandard && behavior.SmoothStreaming === undefined) {
      throw new InvalidArgument(`The parameter SmoothStreaming flag is missing. (${where})`);
    }
    requireMembers(behavior, ofBehavior, `the ${where}`);
    if (behavior.FieldLevelEncryptionId === undefined) {
      throw new InvalidArgument(
        `The parameter Field level encryption id is required. FieldLevelEncryptionId may be empty (${where})`,
      );
    }
  }
}

function requireMembers<Value extends object>(
  value: Value,
  names: readonly (keyof Value & string)[],
  where: string,
): void {
  for (const name of names) {
    if (value[name] !== undefined) continue;
    throw new ApiError(
      "IllegalUpdate",
      `${sentences[name] ?? `${name} is missing for the resource.`} An update must send ${name} of ${where}: start from what GetDistributionConfig answers`,
    );
  }
}
