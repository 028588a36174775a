/**
 * Cache behaviors: which paths, which origin, which methods, and where the cache settings come from.
 *
 * Source: CloudFront Developer Guide, "Cache behavior settings".
 */
import { behaviorsOf } from "../../../model/distribution.ts";
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import type { DistributionConfig } from "../../../schema/shapes.ts";
import type { Behavior } from "./complete-behavior.ts";
import type { Draft } from "./draft.ts";

export function checkBehaviors({ config }: Draft): void {
  if (!config.DefaultCacheBehavior) {
    throw new InvalidArgument("The parameter DefaultCacheBehavior is required.");
  }
  checkPathPatterns(config);
  for (const behavior of behaviorsOf(config)) {
    checkTarget(behavior, config);
    checkMethods(behavior, config);
    checkCaching(behavior);
    checkGrpc(behavior, config);
    checkFieldLevelEncryption(behavior);
  }
}

const pathPattern = /^[A-Za-z0-9_\-.*$/~"'@:+&?]{1,255}$/;

function checkPathPatterns(config: DistributionConfig): void {
  const seen = new Set<string>();
  for (const { PathPattern = "" } of config.CacheBehaviors?.Items ?? []) {
    if (!pathPattern.test(PathPattern)) {
      throw new InvalidArgument(
        `The parameter PathPattern must have 1 to 255 of the characters A-Z a-z 0-9 _ - . * $ / ~ " ' @ : + & ?, got "${PathPattern}"`,
      );
    }
    // A leading slash is optional and means nothing.
    const key = PathPattern.replace(/^\//, "");
    if (seen.has(key)) {
      throw new InvalidArgument(
        `The parameter PathPattern must be different in each cache behavior, got "${PathPattern}" twice`,
      );
    }
    seen.add(key);
  }
}

function checkTarget({ TargetOriginId }: Behavior, config: DistributionConfig): void {
  const targets = [...(config.Origins?.Items ?? []), ...(config.OriginGroups?.Items ?? [])];
  if (targets.some(({ Id }) => Id === TargetOriginId)) return;
  throw new ApiError(
    "NoSuchOrigin",
    `One or more of your origins or origin groups do not exist. TargetOriginId "${TargetOriginId}"`,
  );
}

/** In alphabetical order, as are the methods that are looked up in them. */
const allowedSets = [
  "GET HEAD",
  "GET HEAD OPTIONS",
  "DELETE GET HEAD OPTIONS PATCH POST PUT",
] as const;

function checkMethods(behavior: Behavior, config: DistributionConfig): void {
  const sorted = (methods: readonly string[] = []) => [...methods].sort().join(" ");
  const allowed = sorted(behavior.AllowedMethods?.Items);
  const cached = sorted(behavior.AllowedMethods?.CachedMethods?.Items);
  const cacheable = allowed === allowedSets[0] ? allowedSets.slice(0, 1) : allowedSets.slice(0, 2);
  if (!allowedSets.some((set) => set === allowed)) {
    throw new InvalidArgument(
      `The parameter AllowedMethods must be one of: ${allowedSets.join("; ")}, got "${allowed}"`,
    );
  }
  if (!cacheable.some((set) => set === cached)) {
    throw new InvalidArgument(
      `The parameter CachedMethods must be one of: ${cacheable.join("; ")}, got "${cached}"`,
    );
  }
  const isGroup = config.OriginGroups?.Items?.some(({ Id }) => Id === behavior.TargetOriginId);
  if (isGroup && allowed === allowedSets[2]) {
    throw new InvalidArgument(
      "The parameter AllowedMethods cannot include POST, PUT, PATCH, or DELETE for a cached behavior associated with an origin group.",
    );
  }
}

function checkCaching(behavior: Behavior): void {
  const { CachePolicyId, ForwardedValues, MinTTL, DefaultTTL, MaxTTL } = behavior;
  if (CachePolicyId) {
    for (const [name, value] of Object.entries({ ForwardedValues, MinTTL, DefaultTTL, MaxTTL })) {
      if (value === undefined) continue;
      throw new InvalidArgument(
        `The parameter ${name} cannot be used when a cache policy is associated to the cache behavior.`,
      );
    }
    return;
  }
  if (behavior.OriginRequestPolicyId) {
    throw new InvalidArgument(
      "The parameter OriginRequestPolicyId cannot be used without a cache policy in the same cache behavior.",
    );
  }
  if (!ForwardedValues) throw new InvalidArgument("The parameter ForwardedValues is required.");
  if (MinTTL === undefined) throw new InvalidArgument("The parameter MinTTL is required.");
  checkTtls(MinTTL, DefaultTTL ?? MinTTL, MaxTTL ?? Infinity);
}

/** AWS's sentence for TTLs in any other order, which it ends without a period. */
export const ttlOrder =
  "MinTTL, MaxTTL and DefaultTTL should follow order MinTTL less than or equal to DefaultTTL less than or equal to MaxTTL";

function checkTtls(min: number, standard: number, max: number): void {
  if (min < 0) throw new InvalidArgument(`The parameter MinTTL must be 0 or more, got ${min}`);
  if (min <= standard && standard <= max) return;
  throw new ApiError(
    "InvalidTTLOrder",
    `${ttlOrder}. MinTTL is ${min}, DefaultTTL ${standard} and MaxTTL ${max}`,
  );
}

function checkGrpc({ GrpcConfig, AllowedMethods }: Behavior, config: DistributionConfig): void {
  if (!GrpcConfig?.Enabled) return;
  if (!AllowedMethods?.Items?.includes("POST") || !config.HttpVersion?.startsWith("http2")) {
    throw new InvalidArgument(
      "The parameter GrpcConfig can only be enabled with HTTP/2 and with POST among the allowed methods",
    );
  }
}

/** Fields are encrypted in the bodies of POST and PUT requests that came over HTTPS. */
function checkFieldLevelEncryption(behavior: Behavior): void {
  if (!behavior.FieldLevelEncryptionId) return;
  const hasBodies = behavior.AllowedMethods?.Items?.includes("POST") ?? false;
  if (hasBodies && behavior.ViewerProtocolPolicy !== "allow-all") return;
  throw new ApiError(
    "IllegalFieldLevelEncryptionConfigAssociationWithCacheBehavior",
    "The specified configuration for field-level encryption can't be associated with the specified cache behavior: it must allow POST and PUT, and viewers only over HTTPS",
  );
}
