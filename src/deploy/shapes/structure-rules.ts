/**
 * Where CloudFormation's properties are others than the API's members of the same structure. All else follows from the
 * shapes that the AWS SDK exports.
 *
 * Source: CloudFormation's resource schemas of AWS::CloudFront::*, their properties and defaults.
 */
export type Members = Readonly<Record<string, unknown>>;

export interface StructureRule {
  /** CloudFormation's name → the API's; with a point in it for a member of a member. */
  readonly names?: Readonly<Record<string, string>>;
  /** The API's members that CloudFormation has not. */
  readonly hidden?: readonly string[];
  /** Properties that CloudFormation has and nobody should use: what to write instead. */
  readonly instead?: Readonly<Record<string, string>>;
  /** Members that the API requires, and CloudFormation does not. */
  readonly optional?: readonly string[];
  /** What stands for members that are left out, as the API has them. */
  readonly defaults?: Members;
  /** What depends on more than one member. */
  readonly finish?: (members: Members) => Members;
}

const readMethods = { Quantity: 2, Items: ["GET", "HEAD"] } as const;
const none = { Quantity: 0 } as const;
/** What CloudFormation takes, unlike the API, for an origin that names none. */
const oldProtocols = { Quantity: 2, Items: ["TLSv1", "SSLv3"] } as const;

const behavior: StructureRule = {
  names: { CachedMethods: "AllowedMethods.CachedMethods" },
  defaults: {
    TrustedSigners: { Enabled: false, ...none },
    TrustedKeyGroups: { Enabled: false, ...none },
    ...{ Compress: false, SmoothStreaming: false, FieldLevelEncryptionId: "" },
    ...{ LambdaFunctionAssociations: none, FunctionAssociations: none },
  },
  finish: (members) => ({
    ...members,
    AllowedMethods: {
      ...readMethods,
      CachedMethods: readMethods,
      ...(members["AllowedMethods"] as object | undefined),
    },
    // Without a cache policy the TTLs are the behavior's own.
    ...(members["ForwardedValues"] !== undefined && { MinTTL: members["MinTTL"] ?? 0 }),
  }),
};

export const structureRules: Readonly<Record<string, StructureRule>> = {
  DistributionConfigWithTags: { optional: ["Tags"] },
  StreamingDistributionConfigWithTags: { optional: ["Tags"] },
  StreamingDistributionConfig: {
    hidden: ["CallerReference"],
    defaults: { Aliases: none, PriceClass: "PriceClass_All" },
  },
  // A streaming distribution's; of others there is a list.
  TrustedSigners: { names: { AwsAccountNumbers: "Items" } },
  DistributionConfig: {
    names: { IPV6Enabled: "IsIPV6Enabled" },
    hidden: ["CallerReference"],
    instead: {
      CNAMEs: "Aliases",
      CustomOrigin: "Origins, with a CustomOriginConfig",
      S3Origin: "Origins, with an S3OriginConfig",
    },
    defaults: {
      ...{ DefaultRootObject: "", Comment: "", WebACLId: "", HttpVersion: "http1.1" },
      ...{ OriginGroups: none, CacheBehaviors: none, CustomErrorResponses: none },
      ...{ IsIPV6Enabled: false, Staging: false, ContinuousDeploymentPolicyId: "" },
      Logging: { Enabled: false, IncludeCookies: false, Bucket: "", Prefix: "" },
      Restrictions: { GeoRestriction: { RestrictionType: "none", ...none } },
      ViewerCertificate: { CloudFrontDefaultCertificate: true },
    },
    finish: (members) =>
      members["ConnectionMode"] === "tenant-only"
        ? withoutStreaming(members)
        : { Aliases: none, PriceClass: "PriceClass_All", ...members },
  },
  Origin: {
    names: { OriginCustomHeaders: "CustomHeaders" },
    defaults: {
      ...{ OriginPath: "", CustomHeaders: none, OriginAccessControlId: "" },
      ...{ ConnectionAttempts: 3, ConnectionTimeout: 10 },
    },
  },
  CustomOriginConfig: {
    names: { OriginSSLProtocols: "OriginSslProtocols" },
    defaults: {
      ...{ HTTPPort: 80, HTTPSPort: 443, OriginSslProtocols: oldProtocols },
      ...{ OriginReadTimeout: 30, OriginKeepaliveTimeout: 5 },
    },
  },
  S3OriginConfig: { defaults: { OriginAccessIdentity: "", OriginReadTimeout: 30 } },
  VpcOriginConfig: { defaults: { OriginReadTimeout: 30, OriginKeepaliveTimeout: 5 } },
  OriginGroup: { defaults: { SelectionCriteria: "default" } },
  ViewerCertificate: {
    names: {
      AcmCertificateArn: "ACMCertificateArn",
      IamCertificateId: "IAMCertificateId",
      SslSupportMethod: "SSLSupportMethod",
    },
    hidden: ["Certificate", "CertificateSource"],
  },
  CacheBehavior: behavior,
  DefaultCacheBehavior: behavior,
  ForwardedValues: {
    defaults: { Cookies: { Forward: "none" }, Headers: none, QueryStringCacheKeys: none },
  },
  LambdaFunctionAssociation: { defaults: { IncludeBody: false } },
  CustomErrorResponse: {
    defaults: { ErrorCachingMinTTL: 300, ResponsePagePath: "", ResponseCode: "" },
  },
  GeoRestriction: { names: { Locations: "Items" } },
  LoggingConfig: {
    hidden: ["Enabled"],
    defaults: { IncludeCookies: false, Bucket: "", Prefix: "" },
    finish: (members) => ({ Enabled: members["Bucket"] !== "", ...members }),
  },
  CachePolicyConfig: { defaults: { Comment: "" } },
  OriginRequestPolicyConfig: { defaults: { Comment: "" } },
  ResponseHeadersPolicyConfig: { defaults: { Comment: "" } },
  OriginAccessControlConfig: { defaults: { Description: "" } },
  CloudFrontOriginAccessIdentityConfig: { hidden: ["CallerReference"], defaults: { Comment: "" } },
  PublicKeyConfig: { defaults: { Comment: "" } },
  KeyGroupConfig: { defaults: { Comment: "" } },
  ContinuousDeploymentPolicyConfig: {
    names: {
      Type: "TrafficConfig.Type",
      SingleHeaderPolicyConfig: "TrafficConfig.SingleHeaderConfig",
      SingleWeightPolicyConfig: "TrafficConfig.SingleWeightConfig",
    },
  },
  FunctionConfig: { defaults: { Comment: "", KeyValueStoreAssociations: none } },
  ImportSource: { names: { SourceArn: "SourceARN" } },
  KinesisStreamConfig: { names: { RoleArn: "RoleARN", StreamArn: "StreamARN" } },
  VpcOriginEndpointConfig: {
    names: { OriginSSLProtocols: "OriginSslProtocols" },
    defaults: {
      ...{ HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: "match-viewer" },
      OriginSslProtocols: oldProtocols,
    },
  },
};

/** A multi-tenant distribution can't have what the others must. */
function withoutStreaming(members: Members): Members {
  const drop = (given: unknown): Members => {
    const { SmoothStreaming: _, ...rest } = given as Members;
    return rest;
  };
  const { DefaultCacheBehavior, CacheBehaviors, IsIPV6Enabled, ...rest } = members;
  const items = (CacheBehaviors as { readonly Items?: readonly unknown[] }).Items ?? [];
  return {
    ...rest,
    ...(IsIPV6Enabled === true && { IsIPV6Enabled }),
    ...(DefaultCacheBehavior !== undefined && { DefaultCacheBehavior: drop(DefaultCacheBehavior) }),
    CacheBehaviors: items.length === 0 ? none : { Quantity: items.length, Items: items.map(drop) },
  };
}
