/**
 * What becomes of each member of a distribution's configuration: whether the edge does what it says.
 *
 * Its test holds this table against the API's model, so that no member is left out, against the edge's source, and
 * against the list of what is not enforced in docs/choices.md.
 */

export interface MemberJudgements {
  /** The edge does what they say. */
  readonly enforced: readonly string[];
  /** The edge does a part of what they say; docs/choices.md tells which. */
  readonly partly?: readonly string[];
  /** Checked, kept and answered, with nothing for the edge to do by them: docs/choices.md lists them. */
  readonly stored?: readonly string[];
  /** For the API and those who read its answers; no edge of anybody's does anything by them. */
  readonly described?: readonly string[];
}

const behavior: MemberJudgements = {
  enforced: [
    ...["TargetOriginId", "TrustedSigners", "TrustedKeyGroups", "ViewerProtocolPolicy"],
    ...["AllowedMethods", "Compress", "FunctionAssociations", "CachePolicyId"],
    ...["OriginRequestPolicyId", "ResponseHeadersPolicyId", "ForwardedValues"],
    ...["MinTTL", "DefaultTTL", "MaxTTL", "RealtimeLogConfigArn", "GrpcConfig"],
  ],
  stored: [...["SmoothStreaming", "LambdaFunctionAssociations", "FieldLevelEncryptionId"]],
};

/**
 * By the model's structure. Lists that are only `Quantity` and `Items` are left out, and so is what is
 * below a member that is stored.
 */
export const enforcedSettings: Readonly<Record<string, MemberJudgements>> = {
  DistributionConfig: {
    enforced: [
      ...["Aliases", "DefaultRootObject", "Origins", "OriginGroups", "DefaultCacheBehavior"],
      ...["CacheBehaviors", "CustomErrorResponses", "Enabled", "ViewerCertificate"],
      ...["Logging"],
      ...["Restrictions", "IsIPV6Enabled", "ContinuousDeploymentPolicyId", "Staging"],
      ...["TenantConfig", "ConnectionMode", "CacheTagConfig", "ViewerMtlsConfig"],
      ...["ConnectionFunctionAssociation"],
    ],
    partly: ["HttpVersion"],
    stored: ["PriceClass", "WebACLId", "AnycastIpListId"],
    described: ["CallerReference", "Comment"],
  },
  Origin: {
    enforced: [
      ...["Id", "DomainName", "OriginPath", "CustomHeaders", "S3OriginConfig"],
      ...["CustomOriginConfig", "VpcOriginConfig", "ConnectionAttempts", "ConnectionTimeout"],
      ...["ResponseCompletionTimeout", "OriginAccessControlId"],
    ],
    stored: ["OriginShield"],
  },
  OriginCustomHeader: { enforced: ["HeaderName", "HeaderValue"] },
  S3OriginConfig: { enforced: ["OriginAccessIdentity", "OriginReadTimeout"] },
  CustomOriginConfig: {
    enforced: [
      ...["HTTPPort", "HTTPSPort", "OriginProtocolPolicy", "OriginSslProtocols"],
      ...["OriginReadTimeout", "OriginKeepaliveTimeout", "IpAddressType"],
      ...["OriginMtlsConfig"],
    ],
  },
  OriginMtlsConfig: { enforced: ["ClientCertificateArn"] },
  VpcOriginConfig: {
    enforced: ["VpcOriginId", "OriginReadTimeout", "OriginKeepaliveTimeout"],
    described: ["OwnerAccountId"],
  },
  OriginGroup: {
    enforced: ["Id", "FailoverCriteria", "Members"],
    stored: ["SelectionCriteria"],
  },
  OriginGroupFailoverCriteria: { enforced: ["StatusCodes"] },
  OriginGroupMember: { enforced: ["OriginId"] },
  DefaultCacheBehavior: behavior,
  CacheBehavior: { ...behavior, enforced: ["PathPattern", ...behavior.enforced] },
  TrustedSigners: { enforced: ["Enabled"] },
  TrustedKeyGroups: { enforced: ["Enabled"] },
  AllowedMethods: { enforced: ["CachedMethods"] },
  FunctionAssociation: { enforced: ["FunctionARN", "EventType"] },
  ForwardedValues: { enforced: ["QueryString", "Cookies", "Headers", "QueryStringCacheKeys"] },
  CookiePreference: { enforced: ["Forward", "WhitelistedNames"] },
  CustomErrorResponse: {
    enforced: ["ErrorCode", "ResponsePagePath", "ResponseCode", "ErrorCachingMinTTL"],
  },
  ViewerCertificate: {
    enforced: [
      ...["IAMCertificateId", "ACMCertificateArn", "MinimumProtocolVersion"],
      ...["Certificate", "CertificateSource"],
    ],
    stored: ["SSLSupportMethod"],
    described: ["CloudFrontDefaultCertificate"],
  },
  Restrictions: { enforced: ["GeoRestriction"] },
  GrpcConfig: { enforced: ["Enabled"] },
  LoggingConfig: { enforced: ["Enabled", "IncludeCookies", "Bucket", "Prefix"] },
  GeoRestriction: { enforced: ["RestrictionType"] },
  TenantConfig: { enforced: ["ParameterDefinitions"] },
  ParameterDefinition: { enforced: ["Name", "Definition"] },
  ParameterDefinitionSchema: { enforced: ["StringSchema"] },
  // A required one is asked for when a tenant is made.
  StringSchemaConfig: { enforced: ["DefaultValue"], described: ["Comment", "Required"] },
  CacheTagConfig: { enforced: ["HeaderName"] },
  ConnectionFunctionAssociation: { enforced: ["Id"] },
  ViewerMtlsConfig: { enforced: ["Mode", "TrustStoreConfig"] },
  TrustStoreConfig: {
    enforced: ["TrustStoreId", "AdvertiseTrustStoreCaNames", "IgnoreCertificateExpiry"],
  },
};
