/** Cache behaviors, with what they forward and whom they trust: what breaks their rules. */
import {
  wrapped,
  many,
  set,
  legacy,
  standard,
  without,
  testRefused,
  testAccepted,
} from "../../../../test/support/config-contract.ts";
import { cachingOptimized } from "../../../../test/support/sample-config.ts";

testRefused([
  [
    "a target does not exist",
    "NoSuchOrigin",
    (c) => (standard(c).TargetOriginId = "gone"),
    /One or more of your origins or origin groups do not exist/,
  ],
  [
    "a path pattern has a space",
    "InvalidArgument",
    (c) => (legacy(c).PathPattern = "/a b"),
    /PathPattern/,
  ],
  [
    "a path pattern has 256 characters",
    "InvalidArgument",
    (c) => (legacy(c).PathPattern = "a".repeat(256)),
  ],
  [
    "a path pattern comes twice",
    "InvalidArgument",
    (c) => (legacy(c).PathPattern = "*.png"),
    /twice/,
  ],
  [
    "the allowed methods are no set of AWS's",
    "InvalidArgument",
    (c) => set(legacy(c).AllowedMethods, wrapped("GET", "HEAD", "POST")),
  ],
  [
    "the cached methods are not allowed",
    "InvalidArgument",
    (c) => set(legacy(c).AllowedMethods, { CachedMethods: wrapped("GET", "HEAD", "OPTIONS") }),
  ],
  [
    "a group's behavior allows writing",
    "InvalidArgument",
    (c) => (standard(c).TargetOriginId = "group"),
    /AllowedMethods cannot include POST, PUT, PATCH, or DELETE for a cached behavior associated with an origin group/,
  ],
  [
    "a cache policy stands beside ForwardedValues",
    "InvalidArgument",
    (c) => set(legacy(c), { CachePolicyId: cachingOptimized }),
    /ForwardedValues cannot be used when a cache policy is associated/,
  ],
  [
    "a cache policy stands beside a TTL",
    "InvalidArgument",
    (c) => (standard(c).MinTTL = 0),
    /MinTTL cannot be used when a cache policy is associated/,
  ],
  [
    "there is neither policy nor MinTTL",
    "InvalidArgument",
    (c) => without(legacy(c), "MinTTL"),
    /The parameter MinTTL is required\./,
  ],
  [
    "there is neither policy nor ForwardedValues",
    "InvalidArgument",
    (c) => without(legacy(c), "ForwardedValues"),
    /ForwardedValues is required/,
  ],
  [
    "an origin request policy has no cache policy",
    "InvalidArgument",
    (c) => without(standard(c), "CachePolicyId"),
  ],
  ["MinTTL is above DefaultTTL", "InvalidTTLOrder", (c) => (legacy(c).MinTTL = 61)],
  ["DefaultTTL is above MaxTTL", "InvalidTTLOrder", (c) => (legacy(c).DefaultTTL = 3_601)],
  ["MinTTL is negative", "InvalidArgument", (c) => (legacy(c).MinTTL = -1)],
  [
    "a cache policy does not exist",
    "NoSuchCachePolicy",
    (c) => (standard(c).CachePolicyId = "gone"),
    /The specified cache policy does not exist/,
  ],
  [
    "an origin request policy does not exist",
    "NoSuchOriginRequestPolicy",
    (c) => (standard(c).OriginRequestPolicyId = "gone"),
  ],
  [
    "a response headers policy does not exist",
    "NoSuchResponseHeadersPolicy",
    (c) => (standard(c).ResponseHeadersPolicyId = "gone"),
  ],
  [
    "a realtime log config is another account's",
    "RealtimeLogConfigOwnerMismatch",
    (c) =>
      (standard(c).RealtimeLogConfigArn =
        "arn:aws:cloudfront::111111111111:realtime-log-config/theirs"),
  ],
  [
    "a realtime log config is no ARN",
    "InvalidArgument",
    (c) => (standard(c).RealtimeLogConfigArn = "mine"),
  ],
  [
    "fields are to be encrypted without POST",
    "IllegalFieldLevelEncryptionConfigAssociationWithCacheBehavior",
    (c) => (legacy(c).FieldLevelEncryptionId = "gone"),
  ],
  [
    "a realtime log config does not exist",
    "NoSuchRealtimeLogConfig",
    (c) =>
      (standard(c).RealtimeLogConfigArn =
        "arn:aws:cloudfront::000000000000:realtime-log-config/gone"),
  ],
  [
    "a field-level encryption config does not exist",
    "NoSuchFieldLevelEncryptionConfig",
    (c) => (standard(c).FieldLevelEncryptionId = "gone"),
  ],
  [
    "gRPC has no POST",
    "InvalidArgument",
    (c) => set(legacy(c), { GrpcConfig: { Enabled: true } }),
    /GrpcConfig/,
  ],
  [
    "gRPC has no HTTP/2",
    "InvalidArgument",
    (c) => {
      set(standard(c), { GrpcConfig: { Enabled: true } });
      c.HttpVersion = "http1.1";
    },
  ],
  [
    "11 headers are forwarded",
    "TooManyHeadersInForwardedValues",
    (c) => set(legacy(c).ForwardedValues, { Headers: wrapped(...many(11)) }),
  ],
  [
    "11 cookies are forwarded",
    "TooManyCookieNamesInWhiteList",
    (c) => set(legacy(c).ForwardedValues.Cookies, { WhitelistedNames: wrapped(...many(11)) }),
  ],
  [
    "11 query strings are keys",
    "TooManyQueryStringParameters",
    (c) => set(legacy(c).ForwardedValues, { QueryStringCacheKeys: wrapped(...many(11)) }),
  ],
  [
    "listed cookies have no list",
    "InvalidForwardCookies",
    (c) => without(legacy(c).ForwardedValues.Cookies, "WhitelistedNames"),
  ],
  [
    "query strings are keys and not forwarded",
    "InvalidArgument",
    (c) => (legacy(c).ForwardedValues.QueryString = false),
    /^The parameter QueryString cannot be false if query strings are set in QueryStringCacheKeys\. They are page$/,
  ],
  [
    "a query string without a name is a key",
    "InvalidQueryStringParameters",
    (c) => set(legacy(c).ForwardedValues, { QueryStringCacheKeys: wrapped("page", "") }),
  ],
  [
    "all headers stand beside one",
    "InvalidArgument",
    (c) => set(legacy(c).ForwardedValues, { Headers: wrapped("*", "Accept") }),
  ],
  [
    "all headers are forwarded with a MinTTL",
    "InvalidArgument",
    (c) => {
      set(legacy(c).ForwardedValues, { Headers: wrapped("*") });
      legacy(c).MinTTL = 1;
    },
  ],
  [
    "S3 is forwarded the Host header",
    "InvalidHeadersForS3Origin",
    (c) => {
      legacy(c).TargetOriginId = "bucket";
      set(legacy(c).ForwardedValues, { Headers: wrapped("host") });
    },
  ],
  [
    "a group with S3 is forwarded all headers",
    "InvalidHeadersForS3Origin",
    (c) => {
      c.OriginGroups.Items[0]!.Members.Items[1]!.OriginId = "bucket";
      legacy(c).TargetOriginId = "group";
      set(legacy(c).ForwardedValues, { Headers: wrapped("*") });
    },
  ],
  [
    "a key group does not exist",
    "TrustedKeyGroupDoesNotExist",
    (c) => set(standard(c), { TrustedKeyGroups: { Enabled: true, ...wrapped("gone") } }),
  ],
  [
    "there are 5 key groups",
    "TooManyKeyGroupsAssociatedToDistribution",
    (c) => set(standard(c), { TrustedKeyGroups: { Enabled: true, ...wrapped(...many(5)) } }),
  ],
  [
    "key groups are enabled and none is named",
    "InvalidArgument",
    (c) => set(standard(c), { TrustedKeyGroups: { Enabled: true, Quantity: 0 } }),
  ],
  [
    "signers are named and not enabled",
    "InvalidArgument",
    (c) => set(standard(c), { TrustedSigners: { Enabled: false, ...wrapped("self") } }),
  ],
  [
    "a signer is no account",
    "TrustedSignerDoesNotExist",
    (c) => set(standard(c), { TrustedSigners: { Enabled: true, ...wrapped("me") } }),
  ],
  [
    "there are 6 signers",
    "TooManyTrustedSigners",
    (c) =>
      set(standard(c), {
        TrustedSigners: { Enabled: true, ...wrapped(...many(6, "10000000000")) },
      }),
  ],
]);

testAccepted([
  [
    "ids are empty",
    (c) =>
      set(standard(c), {
        OriginRequestPolicyId: "",
        ResponseHeadersPolicyId: "",
        RealtimeLogConfigArn: "",
      }),
  ],
  [
    "a signer is the account itself",
    (c) =>
      set(standard(c), { TrustedSigners: { Enabled: true, ...wrapped("self", "111111111111") } }),
  ],
  ["gRPC has what it needs", (c) => set(standard(c), { GrpcConfig: { Enabled: true } })],
]);
