/**
 * What an account keeps besides functions and distributions: policies, origin access, keys and
 * all else that CloudFront stores as a configuration under an id. One form for all kinds, so that
 * one mechanism serves them.
 */
import type * as aws from "../schema/shapes.ts";
import type { Published } from "./function-versions.ts";

/** A source in base64, as the state keeps bytes. */
type ConnectionFunction = Omit<
  aws.CreateConnectionFunctionRequest,
  "Tags" | "ConnectionFunctionCode"
> & { readonly ConnectionFunctionCode: string };

/** What its bundle in Amazon S3 held when it was last read whole: a trust store is what it is until it is updated. */
type TrustStore = Omit<aws.CreateTrustStoreRequest, "Tags"> & {
  /** Certificates of authorities, in PEM; absent until a bundle was read. */
  readonly Bundle?: string;
  /** Why the bundle that was named last is not the one that counts; empty where it does. */
  readonly BundleProblem?: string;
};

/** Each kind, and the configuration that a resource of it has. */
export interface ResourceConfigs {
  "cache-policy": aws.CachePolicyConfig;
  "origin-request-policy": aws.OriginRequestPolicyConfig;
  "response-headers-policy": aws.ResponseHeadersPolicyConfig;
  "origin-access-control": aws.OriginAccessControlConfig;
  "origin-access-identity": aws.CloudFrontOriginAccessIdentityConfig;
  "public-key": aws.PublicKeyConfig;
  "key-group": aws.KeyGroupConfig;
  "continuous-deployment-policy": aws.ContinuousDeploymentPolicyConfig;
  "field-level-encryption-config": aws.FieldLevelEncryptionConfig;
  "field-level-encryption-profile": aws.FieldLevelEncryptionProfileConfig;
  "realtime-log-config": aws.CreateRealtimeLogConfigRequest;
  "streaming-distribution": aws.StreamingDistributionConfig;
  "vpc-origin": aws.VpcOriginEndpointConfig;
  "anycast-ip-list": Omit<aws.CreateAnycastIpListRequest, "Tags">;
  "distribution-tenant": Omit<aws.CreateDistributionTenantRequest, "Tags">;
  "connection-group": Omit<aws.CreateConnectionGroupRequest, "Tags">;
  "trust-store": TrustStore;
  "connection-function": ConnectionFunction;
  /** Its id is the distribution's. */
  "monitoring-subscription": aws.MonitoringSubscription;
  /** Its id is the ARN of the resource that the policy is for. */
  "resource-policy": { readonly PolicyDocument: string };
}

export type ResourceKind = keyof ResourceConfigs;

export interface Resource<Kind extends ResourceKind = ResourceKind> {
  readonly kind: Kind;
  readonly id: string;
  /** Complete: every member that AWS fills in is filled in. */
  readonly config: ResourceConfigs[Kind];
  /** What the resource was given when it was created, beside its id; by the API's member name. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Counts from 1, and is 0 for what AWS itself provides; the ETag is made from it. */
  readonly version: number;
  /** The log's revision of its last change. */
  readonly deployRevision: number;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdTime: string;
  readonly lastModifiedTime: string;
  /** The copy in stage LIVE, for the kinds that have stages; absent until the first publish. */
  readonly live?: ResourceCopy<Kind>;
  /** Its versions, for the kinds that have stages; absent as long as `live` is. */
  readonly published?: Published;
}

export type ResourceCopy<Kind extends ResourceKind = ResourceKind> = Pick<
  Resource<Kind>,
  "config" | "version" | "createdTime" | "lastModifiedTime"
>;
