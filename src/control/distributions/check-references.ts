/**
 * Whether what a configuration names by id is there, and may have one more distribution:
 * policies, origin access, key groups and the like.
 */
import { behaviorsOf } from "../../model/distribution.ts";
import { ApiError } from "../../model/errors.ts";
import type { ResourceKind } from "../../model/resource.ts";
import type { ErrorCode } from "../../schema/errors.ts";
import type { DistributionConfig } from "../../schema/shapes.ts";
import { findResource, isManaged } from "../../state/resources.ts";
import type { QuotaName } from "../quotas.ts";
import type { Draft } from "./config/draft.ts";

interface ReferenceRule {
  /** What the caller is told when there is no such resource. */
  readonly missing: ErrorCode;
  /** How many distributions can share one, and what the next one is told. */
  readonly shared?: readonly [quota: QuotaName, code: ErrorCode];
}

const rules = {
  "cache-policy": {
    missing: "NoSuchCachePolicy",
    shared: ["distributionsPerCachePolicy", "TooManyDistributionsAssociatedToCachePolicy"],
  },
  "origin-request-policy": {
    missing: "NoSuchOriginRequestPolicy",
    shared: [
      "distributionsPerOriginRequestPolicy",
      "TooManyDistributionsAssociatedToOriginRequestPolicy",
    ],
  },
  "response-headers-policy": {
    missing: "NoSuchResponseHeadersPolicy",
    shared: [
      "distributionsPerResponseHeadersPolicy",
      "TooManyDistributionsAssociatedToResponseHeadersPolicy",
    ],
  },
  "realtime-log-config": { missing: "NoSuchRealtimeLogConfig" },
  "field-level-encryption-config": { missing: "NoSuchFieldLevelEncryptionConfig" },
  "key-group": {
    missing: "TrustedKeyGroupDoesNotExist",
    shared: ["distributionsPerKeyGroup", "TooManyDistributionsAssociatedToKeyGroup"],
  },
  "origin-access-control": {
    missing: "InvalidOriginAccessControl",
    shared: [
      "distributionsPerOriginAccessControl",
      "TooManyDistributionsAssociatedToOriginAccessControl",
    ],
  },
  "origin-access-identity": { missing: "InvalidOriginAccessIdentity" },
  "continuous-deployment-policy": { missing: "NoSuchContinuousDeploymentPolicy" },
  "vpc-origin": { missing: "EntityNotFound" },
  "anycast-ip-list": { missing: "EntityNotFound" },
  "trust-store": { missing: "EntityNotFound" },
  "connection-function": { missing: "EntityNotFound" },
} as const satisfies Partial<Record<ResourceKind, ReferenceRule>>;

type ReferableKind = keyof typeof rules;
type Reference = `${ReferableKind} ${string}`;

export function checkReferences({ config, state, old, quotas }: Draft): void {
  for (const reference of referencesOf(config)) {
    const [kind, id] = split(reference);
    const { missing, shared }: ReferenceRule = rules[kind];
    if (findResource(state, kind, id) === undefined) {
      const what = kind.replaceAll("-", " ");
      throw new ApiError(missing, `The specified ${what} does not exist. Id: ${id}`);
    }
    if (shared === undefined || isManaged(kind, id)) continue;
    const [quota, code] = shared;
    const others = state.distributions.count(
      (other) => other.id !== old?.id && referencesOf(other.config).has(reference),
    );
    if (others >= quotas[quota]) {
      throw new ApiError(
        code,
        `The ${kind.replaceAll("-", " ")} ${id} is used by ${others} distributions, and the limit is ${quotas[quota]}`,
      );
    }
  }
}

function split(reference: Reference): [ReferableKind, string] {
  const space = reference.indexOf(" ");
  return [reference.slice(0, space) as ReferableKind, reference.slice(space + 1)];
}

const referencesByConfig = new WeakMap<DistributionConfig, ReadonlySet<Reference>>();

/** Configurations are never changed in place, so what one names is worked out once. */
function referencesOf(config: DistributionConfig): ReadonlySet<Reference> {
  const known = referencesByConfig.get(config);
  if (known !== undefined) return known;
  const references = new Set<Reference>();
  const add = (kind: ReferableKind, id: string | undefined): void => {
    if (id) references.add(`${kind} ${id}`);
  };
  for (const behavior of behaviorsOf(config)) {
    add("cache-policy", behavior.CachePolicyId);
    add("origin-request-policy", behavior.OriginRequestPolicyId);
    add("response-headers-policy", behavior.ResponseHeadersPolicyId);
    add("realtime-log-config", nameOfArn(behavior.RealtimeLogConfigArn));
    add("field-level-encryption-config", behavior.FieldLevelEncryptionId);
    for (const id of behavior.TrustedKeyGroups?.Items ?? []) add("key-group", id);
  }
  for (const origin of config.Origins?.Items ?? []) {
    add("origin-access-control", origin.OriginAccessControlId);
    add("origin-access-identity", identityIdOf(origin.S3OriginConfig?.OriginAccessIdentity));
    add("vpc-origin", origin.VpcOriginConfig?.VpcOriginId);
  }
  add("continuous-deployment-policy", config.ContinuousDeploymentPolicyId);
  add("anycast-ip-list", config.AnycastIpListId);
  add("trust-store", config.ViewerMtlsConfig?.TrustStoreConfig?.TrustStoreId);
  add("connection-function", config.ConnectionFunctionAssociation?.Id);
  referencesByConfig.set(config, references);
  return references;
}

function nameOfArn(arn: string | undefined): string | undefined {
  return arn?.replace(/^arn:aws:cloudfront::\d{12}:realtime-log-config\//, "");
}

/** Written as `origin-access-identity/cloudfront/ID`. */
function identityIdOf(identity: string | undefined): string | undefined {
  return identity?.replace(/^origin-access-identity\/cloudfront\//, "");
}
