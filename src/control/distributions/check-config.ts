/**
 * What CreateDistribution and UpdateDistribution ask of a configuration, beyond its form.
 *
 * Each rule is a function that throws; they run in this order, so the first broken one answers.
 * Source: CloudFront API Reference, CreateDistribution, Errors.
 */
import { functionNameOfArn } from "../../model/arn.ts";
import { behaviorsOf } from "../../model/distribution.ts";
import { ApiError } from "../../model/errors.ts";
import type {
  CacheBehavior,
  DefaultCacheBehavior,
  DistributionConfig,
} from "../../schema/shapes.ts";
import type { State } from "../../state/state.ts";
import { distributionsUsing } from "../../state/associations.ts";
import { quotas } from "../quotas.ts";

/**
 * @param config as completeConfig() leaves it
 * @param id the distribution that is updated; undefined while one is created
 * @throws ApiError with the code of the rule that is broken
 */
export function checkConfig(
  config: DistributionConfig,
  state: State,
  id: string | undefined,
): void {
  checkQuotas(config);
  checkOrigins(config);
  checkAliases(config, state, id);
  for (const behavior of behaviorsOf(config)) {
    checkTarget(behavior, config);
    checkCaching(behavior);
    checkFunctionAssociations(behavior, state, id);
  }
  checkDefaultRootObject(config);
}

function checkQuotas(config: DistributionConfig): void {
  const counts = [
    ["TooManyDistributionCNAMEs", "Aliases", quotas.aliasesPerDistribution],
    ["TooManyCacheBehaviors", "CacheBehaviors", quotas.cacheBehaviorsPerDistribution],
    ["TooManyOrigins", "Origins", quotas.originsPerDistribution],
    ["TooManyOriginGroupsPerDistribution", "OriginGroups", quotas.originGroupsPerDistribution],
  ] as const;
  for (const [code, member, limit] of counts) {
    const count = config[member]?.Items?.length ?? 0;
    if (count > limit)
      throw new ApiError(code, `${member} has ${count} items, and the limit is ${limit}`);
  }
}

function checkOrigins(config: DistributionConfig): void {
  const seen = new Set<string>();
  for (const origin of config.Origins?.Items ?? []) {
    const { Id = "", DomainName = "", OriginPath = "" } = origin;
    if (seen.has(Id)) {
      throw new ApiError(
        "InvalidArgument",
        `The origin id "${Id}" is used by more than one origin`,
      );
    }
    seen.add(Id);
    if (!/^[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?$/.test(DomainName)) {
      throw new ApiError(
        "InvalidArgument",
        `The parameter origin name must be a domain name, without scheme, port or path. Origin "${Id}" has "${DomainName}"`,
      );
    }
    if (OriginPath !== "" && (!OriginPath.startsWith("/") || OriginPath.endsWith("/"))) {
      throw new ApiError(
        "InvalidArgument",
        `The parameter OriginPath must start with "/" and not end with it, got "${OriginPath}" for origin "${Id}"`,
      );
    }
    const kinds = [origin.CustomOriginConfig, origin.S3OriginConfig, origin.VpcOriginConfig];
    if (kinds.filter(Boolean).length !== 1) {
      throw new ApiError(
        "InvalidOrigin",
        `Origin "${Id}" must have exactly one of CustomOriginConfig, S3OriginConfig and VpcOriginConfig`,
      );
    }
  }
}

function checkAliases(config: DistributionConfig, state: State, id: string | undefined): void {
  const aliases = new Set(config.Aliases?.Items);
  for (const alias of aliases) {
    if (!/^(\*\.)?([a-z0-9]([a-z0-9_-]*[a-z0-9])?\.)+[a-z0-9-]+$/.test(alias)) {
      throw new ApiError(
        "InvalidArgument",
        `"${alias}" is no alternate domain name: lower-case letters, digits, "-" and ".", with at most one "*." in front`,
      );
    }
  }
  for (const other of state.distributions.values()) {
    if (other.id === id) continue;
    const taken = other.config.Aliases?.Items?.find((alias) => aliases.has(alias));
    if (taken !== undefined) {
      throw new ApiError(
        "CNAMEAlreadyExists",
        `One or more of the CNAMEs you provided are already associated with a different resource. ${taken}`,
      );
    }
  }
}

type Behavior = CacheBehavior | DefaultCacheBehavior;

function checkTarget({ TargetOriginId }: Behavior, config: DistributionConfig): void {
  const targets = [...(config.Origins?.Items ?? []), ...(config.OriginGroups?.Items ?? [])];
  if (!targets.some(({ Id }) => Id === TargetOriginId)) {
    throw new ApiError(
      "NoSuchOrigin",
      `One or more of your origins or origin groups do not exist. TargetOriginId "${TargetOriginId}"`,
    );
  }
}

function checkCaching(behavior: Behavior): void {
  const { CachePolicyId, ForwardedValues, MinTTL, DefaultTTL, MaxTTL } = behavior;
  if (CachePolicyId) {
    for (const [name, value] of Object.entries({ ForwardedValues, MinTTL, DefaultTTL, MaxTTL })) {
      if (value === undefined) continue;
      throw new ApiError(
        "InvalidArgument",
        `The parameter ${name} cannot be used when a cache policy is associated to the cache behavior.`,
      );
    }
    return;
  }
  if (!ForwardedValues)
    throw new ApiError("InvalidArgument", "The parameter ForwardedValues is required.");
  if (MinTTL === undefined)
    throw new ApiError("InvalidArgument", "The parameter MinTTL is required.");
  if (MinTTL > (DefaultTTL ?? MinTTL) || (DefaultTTL ?? MinTTL) > (MaxTTL ?? Infinity)) {
    throw new ApiError(
      "InvalidTTLOrder",
      `MinTTL ≤ DefaultTTL ≤ MaxTTL must hold, got ${MinTTL}, ${DefaultTTL}, ${MaxTTL}`,
    );
  }
}

/** Source: CloudFront Developer Guide, "Restrictions on edge functions". */
function checkFunctionAssociations(behavior: Behavior, state: State, id: string | undefined): void {
  const associations = behavior.FunctionAssociations?.Items ?? [];
  if (associations.length > 2) {
    throw new ApiError(
      "TooManyFunctionAssociations",
      `A cache behavior can have 2 function associations, one an event type, got ${associations.length}`,
    );
  }
  if (new Set(associations.map(({ EventType }) => EventType)).size < associations.length) {
    throw new ApiError(
      "InvalidFunctionAssociation",
      `Event type ${associations[0]?.EventType} has more than one function association in one cache behavior`,
    );
  }
  for (const { FunctionARN = "" } of associations) {
    const name = functionNameOfArn(FunctionARN, state.account);
    const fn = name === undefined ? undefined : state.functions.get(name);
    if (fn === undefined) {
      throw new ApiError(
        "InvalidFunctionAssociation",
        `The function ARN ${FunctionARN} does not name a function of the account ${state.account}`,
      );
    }
    if (fn.live === undefined) {
      throw new ApiError(
        "InvalidFunctionAssociation",
        `The function ${fn.name} is not in the LIVE stage. Publish it before associating it with a cache behavior`,
      );
    }
    const others = distributionsUsing(state, fn.name).filter((user) => user.id !== id).length;
    if (others >= quotas.distributionsPerFunction) {
      throw new ApiError(
        "TooManyDistributionsWithSingleFunctionARN",
        `The function ${fn.name} is used by ${others} distributions, and the limit is ${quotas.distributionsPerFunction}`,
      );
    }
  }
}

function checkDefaultRootObject({ DefaultRootObject = "" }: DistributionConfig): void {
  if (DefaultRootObject.startsWith("/") || DefaultRootObject.length > 255) {
    throw new ApiError(
      "InvalidDefaultRootObject",
      `The default root object must not start with "/" and have at most 255 characters, got "${DefaultRootObject}"`,
    );
  }
}
