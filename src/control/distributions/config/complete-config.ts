/**
 * Fills in a DistributionConfig what AWS answers when the caller left it out.
 *
 * Terraform's provider crashes on a distribution whose read-back lacks OriginGroups, or a cache
 * behavior without AllowedMethods, so every member that AWS always shows is there afterwards.
 * Empty ids mean none: Terraform sends them as empty elements. What is complete already stays as
 * it is, so that what was read can be sent back.
 *
 * Source: CloudFront API Reference, DistributionConfig, and answers of real distributions.
 */
import { InvalidArgument } from "../../../model/errors.ts";
import type { CustomErrorResponse, DistributionConfig } from "../../../schema/shapes.ts";
import { checkQuantities } from "./check-quantities.ts";
import { completeBehavior } from "./complete-behavior.ts";
import { completeCertificate } from "./complete-certificate.ts";
import { completeOrigin } from "./complete-origin.ts";
import { idMember, wrap } from "./wrapper.ts";

/**
 * @param purpose an update drops what is left over from other settings, as AWS does
 * @returns a new configuration; the given one is left alone
 * @throws InvalidArgument, when there is none
 * @throws InconsistentQuantities, when a Quantity is not the number of its Items
 */
export function completeConfig(
  config: DistributionConfig | undefined,
  purpose: "create" | "update",
): DistributionConfig {
  if (!config) throw new InvalidArgument("The parameter DistributionConfig is required.");
  checkQuantities(config);
  const { AnycastIpListId, ...rest } = config;
  return {
    ...rest,
    Aliases: wrap(config.Aliases?.Items),
    DefaultRootObject: config.DefaultRootObject ?? "",
    Origins: {
      Quantity: config.Origins?.Items?.length ?? 0,
      Items: config.Origins?.Items?.map(completeOrigin) ?? [],
    },
    OriginGroups: wrap(config.OriginGroups?.Items),
    DefaultCacheBehavior:
      config.DefaultCacheBehavior && completeBehavior(config.DefaultCacheBehavior, purpose),
    CacheBehaviors: wrap(
      config.CacheBehaviors?.Items?.map((behavior) => completeBehavior(behavior, purpose)),
    ),
    CustomErrorResponses: wrap(config.CustomErrorResponses?.Items?.map(completeErrorResponse)),
    Comment: config.Comment ?? "",
    Logging: completeLogging(config.Logging),
    PriceClass: config.PriceClass ?? "PriceClass_All",
    Enabled: config.Enabled ?? false,
    ViewerCertificate: completeCertificate(config.ViewerCertificate),
    Restrictions: {
      GeoRestriction: {
        RestrictionType: config.Restrictions?.GeoRestriction?.RestrictionType ?? "none",
        ...wrap(config.Restrictions?.GeoRestriction?.Items),
      },
    },
    WebACLId: config.WebACLId ?? "",
    HttpVersion: config.HttpVersion ?? "http2",
    IsIPV6Enabled: config.IsIPV6Enabled ?? config.ConnectionMode !== "tenant-only",
    ContinuousDeploymentPolicyId: config.ContinuousDeploymentPolicyId ?? "",
    Staging: config.Staging ?? false,
    ...idMember("AnycastIpListId", AnycastIpListId),
  };
}

/** Where logs go is deleted with logging, but cookies also count for the logs set up elsewhere. */
function completeLogging(
  logging: DistributionConfig["Logging"],
): NonNullable<DistributionConfig["Logging"]> {
  const enabled = logging?.Enabled ?? false;
  return {
    Enabled: enabled,
    IncludeCookies: logging?.IncludeCookies ?? false,
    Bucket: enabled ? (logging?.Bucket ?? "") : "",
    Prefix: enabled ? (logging?.Prefix ?? "") : "",
  };
}

function completeErrorResponse(response: CustomErrorResponse): CustomErrorResponse {
  return {
    ...response,
    ResponsePagePath: response.ResponsePagePath ?? "",
    ResponseCode: response.ResponseCode ?? "",
    ErrorCachingMinTTL: response.ErrorCachingMinTTL ?? 10,
  };
}
