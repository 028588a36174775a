/**
 * What a distribution's configuration names besides its functions: the one list that in-use
 * refusals, association limits and ListDistributionsBy… are made from.
 */
import type { DistributionConfig } from "../schema/shapes.ts";
import { behaviorsOf } from "./distribution.ts";
import type { ResourceKind } from "./resource.ts";

/** Resources by the id, and what else distributions are listed by. */
export type ReferenceKind =
  | Extract<
      ResourceKind,
      | "cache-policy"
      | "origin-request-policy"
      | "response-headers-policy"
      | "key-group"
      | "origin-access-control"
      | "origin-access-identity"
      | "continuous-deployment-policy"
      | "realtime-log-config"
      | "field-level-encryption-config"
      | "vpc-origin"
      | "anycast-ip-list"
      | "trust-store"
      | "connection-function"
    >
  | "web-acl"
  | "connection-mode";

type Named = string | undefined;
type Behavior = ReturnType<typeof behaviorsOf>[number];

const ofBehaviors = (read: (behavior: Behavior) => Named | readonly Named[]) => {
  return (config: DistributionConfig): readonly Named[] => behaviorsOf(config).flatMap(read);
};

type Origin = NonNullable<NonNullable<DistributionConfig["Origins"]>["Items"]>[number];

const ofOrigins = (read: (origin: Origin) => Named) => {
  return (config: DistributionConfig): readonly Named[] => (config.Origins?.Items ?? []).map(read);
};

const readers: Readonly<Record<ReferenceKind, (config: DistributionConfig) => readonly Named[]>> = {
  "cache-policy": ofBehaviors(({ CachePolicyId }) => CachePolicyId),
  "origin-request-policy": ofBehaviors(({ OriginRequestPolicyId }) => OriginRequestPolicyId),
  "response-headers-policy": ofBehaviors(({ ResponseHeadersPolicyId }) => ResponseHeadersPolicyId),
  "key-group": ofBehaviors(({ TrustedKeyGroups }) => TrustedKeyGroups?.Items ?? []),
  "origin-access-control": ofOrigins(({ OriginAccessControlId }) => OriginAccessControlId),
  // `origin-access-identity/cloudfront/ID`
  "origin-access-identity": ofOrigins(({ S3OriginConfig }) =>
    S3OriginConfig?.OriginAccessIdentity?.split("/").at(-1),
  ),
  "continuous-deployment-policy": (config) => [config.ContinuousDeploymentPolicyId],
  // `arn:aws:cloudfront::ACCOUNT:realtime-log-config/NAME`, and the name is the id
  "realtime-log-config": ofBehaviors(({ RealtimeLogConfigArn }) =>
    RealtimeLogConfigArn?.split("/").at(-1),
  ),
  "field-level-encryption-config": ofBehaviors(
    ({ FieldLevelEncryptionId }) => FieldLevelEncryptionId,
  ),
  "vpc-origin": ofOrigins(({ VpcOriginConfig }) => VpcOriginConfig?.VpcOriginId),
  "anycast-ip-list": ({ AnycastIpListId }) => [AnycastIpListId],
  "trust-store": ({ ViewerMtlsConfig }) => [ViewerMtlsConfig?.TrustStoreConfig?.TrustStoreId],
  "connection-function": ({ ConnectionFunctionAssociation }) => [ConnectionFunctionAssociation?.Id],
  "web-acl": ({ WebACLId }) => [WebACLId],
  "connection-mode": ({ ConnectionMode }) => [ConnectionMode ?? "direct"],
};

/** Whether distributions name resources of that kind at all. */
export function isReferenceKind(kind: ResourceKind): kind is ResourceKind & ReferenceKind {
  return Object.hasOwn(readers, kind);
}

type References = Partial<Record<ReferenceKind, ReadonlySet<string>>>;

const known = new WeakMap<DistributionConfig, References>();

/**
 * Configurations are never changed in place, so what one names is worked out once a kind.
 *
 * @returns the ids that it names, without the empty ones, which mean none
 */
export function referencesOf(config: DistributionConfig, kind: ReferenceKind): ReadonlySet<string> {
  let references = known.get(config);
  if (references === undefined) known.set(config, (references = {}));
  return (references[kind] ??= new Set(
    readers[kind](config).filter((id) => id !== undefined && id !== "") as string[],
  ));
}
