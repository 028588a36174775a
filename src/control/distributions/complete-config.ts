/**
 * Fills in a DistributionConfig what AWS answers when the caller left it out.
 *
 * Terraform's provider crashes on a distribution whose read-back lacks OriginGroups, or a cache
 * behavior without AllowedMethods, so every member that AWS always shows is there afterwards.
 * Empty ids mean none: Terraform sends them as empty elements.
 *
 * Source: CloudFront API Reference, DistributionConfig, and answers of real distributions.
 */
import type {
  CacheBehavior,
  CustomErrorResponse,
  DefaultCacheBehavior,
  DistributionConfig,
  Origin,
  ViewerCertificate,
} from "../../schema/shapes.ts";

import { ApiError } from "../../model/errors.ts";
import { checkQuantities } from "./check-quantities.ts";

interface List<Item> {
  readonly Quantity?: number | undefined;
  readonly Items?: readonly Item[] | undefined;
}

/** A wrapper as AWS shows it: without Items when there are none. */
function list<Item>(given: List<Item> | undefined): { Quantity: number; Items?: Item[] } {
  const items = given?.Items ?? [];
  return items.length > 0
    ? { Quantity: items.length, Items: [...items] }
    : { Quantity: given?.Quantity ?? 0 };
}

/** `{ [name]: id }`, or nothing for an id that is absent or empty. */
function idMember<Name extends string>(
  name: Name,
  id: string | undefined,
): { [K in Name]?: string } {
  return (id ? { [name]: id } : {}) as { [K in Name]?: string };
}

/**
 * @returns a new configuration; the given one is left alone
 * @throws InvalidArgument, when there is none
 * @throws InconsistentQuantities, when a Quantity is not the number of its Items
 */
export function completeConfig(config: DistributionConfig | undefined): DistributionConfig {
  if (!config) {
    throw new ApiError("InvalidArgument", "The parameter DistributionConfig is required.");
  }
  checkQuantities(config);
  return {
    ...config,
    Aliases: list(config.Aliases),
    DefaultRootObject: config.DefaultRootObject ?? "",
    Origins: {
      Quantity: config.Origins?.Quantity,
      Items: config.Origins?.Items?.map(completeOrigin),
    },
    OriginGroups: list(config.OriginGroups),
    DefaultCacheBehavior:
      config.DefaultCacheBehavior && completeBehavior(config.DefaultCacheBehavior),
    CacheBehaviors: list({
      ...config.CacheBehaviors,
      Items: config.CacheBehaviors?.Items?.map(completeBehavior),
    }),
    CustomErrorResponses: list({
      ...config.CustomErrorResponses,
      Items: config.CustomErrorResponses?.Items?.map(completeErrorResponse),
    }),
    Comment: config.Comment ?? "",
    Logging: {
      Enabled: config.Logging?.Enabled ?? false,
      IncludeCookies: config.Logging?.IncludeCookies ?? false,
      Bucket: config.Logging?.Bucket ?? "",
      Prefix: config.Logging?.Prefix ?? "",
    },
    PriceClass: config.PriceClass ?? "PriceClass_All",
    Enabled: config.Enabled ?? false,
    ViewerCertificate: completeCertificate(config.ViewerCertificate),
    Restrictions: {
      GeoRestriction: {
        RestrictionType: config.Restrictions?.GeoRestriction?.RestrictionType ?? "none",
        ...list(config.Restrictions?.GeoRestriction),
      },
    },
    WebACLId: config.WebACLId ?? "",
    HttpVersion: config.HttpVersion ?? "http2",
    IsIPV6Enabled: config.IsIPV6Enabled ?? true,
    ContinuousDeploymentPolicyId: config.ContinuousDeploymentPolicyId ?? "",
    Staging: config.Staging ?? false,
  };
}

function completeOrigin(origin: Origin): Origin {
  return {
    ...origin,
    OriginPath: origin.OriginPath ?? "",
    CustomHeaders: list(origin.CustomHeaders),
    ...(origin.CustomOriginConfig && {
      CustomOriginConfig: {
        ...origin.CustomOriginConfig,
        OriginSslProtocols: origin.CustomOriginConfig.OriginSslProtocols ?? {
          Quantity: 3,
          Items: ["TLSv1", "TLSv1.1", "TLSv1.2"],
        },
        OriginReadTimeout: origin.CustomOriginConfig.OriginReadTimeout ?? 30,
        OriginKeepaliveTimeout: origin.CustomOriginConfig.OriginKeepaliveTimeout ?? 5,
      },
    }),
    ConnectionAttempts: origin.ConnectionAttempts ?? 3,
    ConnectionTimeout: origin.ConnectionTimeout ?? 10,
    OriginShield: origin.OriginShield ?? { Enabled: false },
    OriginAccessControlId: origin.OriginAccessControlId ?? "",
  };
}

function completeBehavior<Behavior extends CacheBehavior | DefaultCacheBehavior>(
  behavior: Behavior,
): Behavior {
  const { CachePolicyId, OriginRequestPolicyId, ResponseHeadersPolicyId, ...rest } = behavior;
  const { AllowedMethods, TrustedSigners, TrustedKeyGroups } = behavior;
  const { ForwardedValues, MinTTL, DefaultTTL, MaxTTL, RealtimeLogConfigArn, ...others } = rest;
  return {
    ...others,
    TrustedSigners: { Enabled: TrustedSigners?.Enabled ?? false, ...list(TrustedSigners) },
    TrustedKeyGroups: { Enabled: TrustedKeyGroups?.Enabled ?? false, ...list(TrustedKeyGroups) },
    AllowedMethods: {
      ...list(AllowedMethods ?? { Items: ["HEAD", "GET"] }),
      CachedMethods: list(AllowedMethods?.CachedMethods ?? { Items: ["HEAD", "GET"] }),
    },
    SmoothStreaming: behavior.SmoothStreaming ?? false,
    Compress: behavior.Compress ?? false,
    LambdaFunctionAssociations: list(behavior.LambdaFunctionAssociations),
    FunctionAssociations: list(behavior.FunctionAssociations),
    FieldLevelEncryptionId: behavior.FieldLevelEncryptionId ?? "",
    GrpcConfig: behavior.GrpcConfig ?? { Enabled: false },
    ...idMember("RealtimeLogConfigArn", RealtimeLogConfigArn),
    ...idMember("CachePolicyId", CachePolicyId),
    ...idMember("OriginRequestPolicyId", OriginRequestPolicyId),
    ...idMember("ResponseHeadersPolicyId", ResponseHeadersPolicyId),
    ...(ForwardedValues && {
      ForwardedValues: {
        ...ForwardedValues,
        Headers: list(ForwardedValues.Headers),
        QueryStringCacheKeys: list(ForwardedValues.QueryStringCacheKeys),
      },
    }),
    ...(MinTTL !== undefined && { MinTTL }),
    ...legacyTtls(behavior),
  } as Behavior;
}

/** Without a cache policy the TTLs are the behavior's own, with AWS's defaults. */
function legacyTtls(behavior: CacheBehavior | DefaultCacheBehavior): {
  DefaultTTL?: number;
  MaxTTL?: number;
} {
  const { CachePolicyId, ForwardedValues, DefaultTTL, MaxTTL, MinTTL = 0 } = behavior;
  if (CachePolicyId || !ForwardedValues) {
    return {
      ...(DefaultTTL !== undefined && { DefaultTTL }),
      ...(MaxTTL !== undefined && { MaxTTL }),
    };
  }
  const defaultTtl = DefaultTTL ?? Math.max(86_400, MinTTL);
  return { DefaultTTL: defaultTtl, MaxTTL: MaxTTL ?? Math.max(31_536_000, defaultTtl) };
}

function completeErrorResponse(response: CustomErrorResponse): CustomErrorResponse {
  return {
    ...response,
    ResponsePagePath: response.ResponsePagePath ?? "",
    ResponseCode: response.ResponseCode ?? "",
    ErrorCachingMinTTL: response.ErrorCachingMinTTL ?? 10,
  };
}

/** AWS mirrors the certificate in the deprecated members Certificate and CertificateSource. */
function completeCertificate(given: ViewerCertificate | undefined): ViewerCertificate {
  const { ACMCertificateArn, IAMCertificateId, MinimumProtocolVersion } = given ?? {};
  const chosen = ACMCertificateArn || IAMCertificateId;
  if (!given || !chosen) {
    return {
      CloudFrontDefaultCertificate: true,
      SSLSupportMethod: "vip",
      MinimumProtocolVersion: MinimumProtocolVersion ?? "TLSv1",
      CertificateSource: "cloudfront",
    };
  }
  return {
    ...given,
    CloudFrontDefaultCertificate: false,
    SSLSupportMethod: given.SSLSupportMethod ?? "sni-only",
    MinimumProtocolVersion: MinimumProtocolVersion ?? "TLSv1",
    Certificate: chosen,
    CertificateSource: ACMCertificateArn ? "acm" : "iam",
  };
}
