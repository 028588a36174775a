/** Settings of a whole distribution: what breaks their rules. */
import { cachingDisabledId } from "../../../model/managed-cache-policies.ts";
import {
  type Config,
  origin,
  wrapped,
  many,
  set,
  legacy,
  standard,
  without,
  testRefused,
  testAccepted,
} from "../../../../test/support/config-contract.ts";
import { customOrigin } from "../../../../test/support/sample-config.ts";

/** What passthrough wants: nothing is kept anywhere. */
function passThrough(config: Config): void {
  standard(config).CachePolicyId = cachingDisabledId;
  set(config, { ViewerMtlsConfig: { Mode: "passthrough" }, CacheBehaviors: { Quantity: 0 } });
}

testRefused([
  [
    "a Quantity is not the number of its items",
    "InconsistentQuantities",
    (c) => (c.Aliases.Quantity = 3),
    /DistributionConfig\.Aliases\.Quantity is 3/,
  ],
  [
    "a Quantity deep inside is wrong",
    "InconsistentQuantities",
    (c) => (standard(c).AllowedMethods.CachedMethods.Quantity = 1),
  ],
  [
    "a Quantity has no Items",
    "InconsistentQuantities",
    (c) => set(c, { CacheBehaviors: { Quantity: 1 } }),
  ],
  [
    "there are 101 aliases",
    "TooManyDistributionCNAMEs",
    (c) => set(c, { Aliases: wrapped(...many(101, "a").map((n) => `${n}.example.com`)) }),
  ],
  [
    "there are 76 cache behaviors",
    "TooManyCacheBehaviors",
    (c) =>
      set(c, {
        CacheBehaviors: wrapped(...many(76).map((PathPattern) => ({ ...legacy(c), PathPattern }))),
      }),
    /^Your request contains more CacheBehaviors than are allowed per distribution\. .* 76 items, and the limit is 75$/,
  ],
  [
    "there are 101 origins",
    "TooManyOrigins",
    (c) => set(c, { Origins: wrapped(...many(101).map((Id) => customOrigin(Id))) }),
  ],
  [
    "there are 11 origin groups",
    "TooManyOriginGroupsPerDistribution",
    (c) =>
      set(c, {
        OriginGroups: wrapped(...many(11).map((Id) => ({ ...c.OriginGroups.Items[0], Id }))),
      }),
  ],
  [
    "the comment has 129 characters",
    "InvalidArgument",
    (c) => (c.Comment = "c".repeat(129)),
    /Comment/,
  ],
  [
    "the default root object has 256 characters",
    "InvalidDefaultRootObject",
    (c) => (c.DefaultRootObject = "x".repeat(256)),
  ],
  [
    "the default root object has a character that is not allowed",
    "InvalidDefaultRootObject",
    (c) => (c.DefaultRootObject = "a page.html"),
  ],
  [
    "logging has no bucket",
    "InvalidArgument",
    (c) => (c.Logging.Bucket = ""),
    /does not refer to a valid S3 bucket/,
  ],
  ["logging goes to no bucket", "InvalidArgument", (c) => (c.Logging.Bucket = "logs.example.com")],
  [
    "a log bucket's name is made to be slow",
    "InvalidArgument",
    (c) => (c.Logging.Bucket = `b${".s3-".repeat(100_000)}`),
  ],
  ["the log prefix begins with a slash", "InvalidArgument", (c) => (c.Logging.Prefix = "/logs")],
  ["the web ACL is neither ARN nor id", "InvalidWebACLId", (c) => (c.WebACLId = "acl")],
  [
    "the web ACL is regional",
    "InvalidWebACLId",
    (c) =>
      (c.WebACLId =
        "arn:aws:wafv2:eu-west-1:000000000000:regional/webacl/a/11111111-2222-3333-4444-555555555555"),
  ],
  [
    "the cache tag header is no header name",
    "InvalidArgument",
    (c) => set(c, { CacheTagConfig: { HeaderName: "cache tag" } }),
  ],
  [
    "mutual TLS has no trust store",
    "InvalidArgument",
    (c) => set(c, { ViewerMtlsConfig: { Mode: "required" } }),
  ],
  [
    "mutual TLS in passthrough has a trust store",
    "InvalidArgument",
    (c) => {
      passThrough(c);
      set(c.ViewerMtlsConfig, { TrustStoreConfig: { TrustStoreId: "ts_1" } });
    },
    /Mode passthrough: it takes no TrustStoreConfig/,
  ],
  [
    "mutual TLS in passthrough keeps what origins answer",
    "InvalidArgument",
    (c) => {
      passThrough(c);
      standard(c).CachePolicyId = "658327ea-f89d-4fab-a63d-7e88639e58f6";
    },
    /Mode passthrough: every cache behavior must have the cache policy CachingDisabled/,
  ],
  [
    "mutual TLS in passthrough has an Origin Shield",
    "InvalidArgument",
    (c) => {
      passThrough(c);
      set(origin(c), { OriginShield: { Enabled: true, OriginShieldRegion: "us-east-1" } });
    },
    /Mode passthrough: the origin \S+ may not have Origin Shield/,
  ],
  [
    "an error code is none",
    "InvalidErrorCode",
    (c) => (c.CustomErrorResponses.Items[0]!.ErrorCode = 418),
  ],
  [
    "an error code comes twice",
    "InvalidErrorCode",
    (c) => (c.CustomErrorResponses.Items[0]!.ErrorCode = 500),
  ],
  [
    "a response code is none",
    "InvalidResponseCode",
    (c) => (c.CustomErrorResponses.Items[0]!.ResponseCode = "201"),
  ],
  [
    "a response code has no page",
    "InvalidArgument",
    (c) => without(c.CustomErrorResponses.Items[0]!, "ResponsePagePath"),
    /^Your request must specify both ResponsePagePath and ResponseCode together or none of them/,
  ],
  [
    "a page has no response code",
    "InvalidArgument",
    (c) => without(c.CustomErrorResponses.Items[0]!, "ResponseCode"),
  ],
  [
    "a page's path has no slash",
    "InvalidRelativePath",
    (c) => (c.CustomErrorResponses.Items[0]!.ResponsePagePath = "404.html"),
  ],
  [
    "an error is cached for less than nothing",
    "InvalidArgument",
    (c) => (c.CustomErrorResponses.Items[1]!.ErrorCachingMinTTL = -1),
  ],
  [
    "a country does not exist",
    "InvalidLocationCode",
    (c) => (c.Restrictions.GeoRestriction.Items[0] = "XX"),
  ],
  [
    "a country is in lower case",
    "InvalidLocationCode",
    (c) => (c.Restrictions.GeoRestriction.Items[0] = "de"),
  ],
  [
    "no restriction has countries",
    "InvalidGeoRestrictionParameter",
    (c) => (c.Restrictions.GeoRestriction.RestrictionType = "none"),
  ],
  [
    "a restriction has no countries",
    "InvalidGeoRestrictionParameter",
    (c) => set(c.Restrictions, { GeoRestriction: { RestrictionType: "blacklist", Quantity: 0 } }),
  ],
  [
    "a certificate is not in us-east-1",
    "InvalidViewerCertificate",
    (c) =>
      (c.ViewerCertificate.ACMCertificateArn = "arn:aws:acm:eu-west-1:000000000000:certificate/1"),
    /isn't in us-east-1 region/,
  ],
  [
    "there are two certificates",
    "InvalidViewerCertificate",
    (c) => (c.ViewerCertificate.IAMCertificateId = "ASCA"),
  ],
  [
    "a certificate stands beside the default one",
    "InvalidViewerCertificate",
    (c) => (c.ViewerCertificate.CloudFrontDefaultCertificate = true),
  ],
  [
    "a certificate has no support method",
    "InvalidArgument",
    (c) => without(c.ViewerCertificate, "SSLSupportMethod"),
    /SSLSupportMethod/,
  ],
  [
    "SNI is asked for with SSLv3",
    "InvalidMinimumProtocolVersion",
    (c) => (c.ViewerCertificate.MinimumProtocolVersion = "SSLv3"),
  ],
  [
    "dedicated addresses have a new protocol",
    "InvalidMinimumProtocolVersion",
    (c) => (c.ViewerCertificate.SSLSupportMethod = "vip"),
  ],
  [
    "an alias is no domain name",
    "InvalidArgument",
    (c) => (c.Aliases.Items[0] = "exa mple.com"),
    /CNAME/,
  ],
  ["an alias has one label", "InvalidArgument", (c) => (c.Aliases.Items[0] = "example")],
  [
    "an alias has a wildcard inside",
    "InvalidArgument",
    (c) => (c.Aliases.Items[0] = "a.*.example.com"),
  ],
  [
    "an alias comes twice",
    "InvalidArgument",
    (c) => (c.Aliases.Items[1] = "WWW.example.com"),
    /twice/,
  ],
  [
    "an alias looks like a distribution's own name",
    "InvalidArgument",
    (c) => (c.Aliases.Items[0] = "d1.cloudfront.localhost"),
  ],
  [
    "a standard distribution has tenants",
    "InvalidArgument",
    (c) => set(c, { TenantConfig: { ParameterDefinitions: [] } }),
    /TenantConfig/,
  ],
  ["an anycast list does not exist", "EntityNotFound", (c) => (c.AnycastIpListId = "aip_1")],
  [
    "a connection function does not exist",
    "EntityNotFound",
    (c) => set(c, { ConnectionFunctionAssociation: { Id: "cf_1" } }),
  ],
  [
    "a trust store does not exist",
    "EntityNotFound",
    (c) =>
      set(c, {
        ViewerMtlsConfig: { Mode: "required", TrustStoreConfig: { TrustStoreId: "ts_1" } },
      }),
  ],
]);

testAccepted([
  ["mutual TLS passes certificates through", passThrough],
  [
    "aliases have no certificate",
    (c) => set(c, { ViewerCertificate: { CloudFrontDefaultCertificate: true } }),
  ],
  [
    "the web ACL is AWS WAF's",
    (c) =>
      (c.WebACLId =
        "arn:aws:wafv2:us-east-1:000000000000:global/webacl/acl/11111111-2222-3333-4444-555555555555"),
  ],
  [
    "the web ACL is AWS WAF Classic's",
    (c) => (c.WebACLId = "11111111-2222-3333-4444-555555555555"),
  ],
  [
    "there is a cache tag header",
    (c) => set(c, { CacheTagConfig: { HeaderName: "x-amz-meta-cache-tag" } }),
  ],
]);
