/** Every rule of the policies: a change that breaks it, and the error that says so. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildConfig } from "../../../../test/support/distribution-config.ts";
import { callOperation as call, createdId } from "../../../../test/support/call-operation.ts";
import { createTestAccount, type TestAccount } from "../../../../test/support/test-account.ts";
import type { ErrorCode } from "../../../schema/errors.ts";
import type { OperationName } from "../../../schema/operations.ts";

type Case = readonly [why: string, changes: object, code: ErrorCode, says: RegExp];

const names = (count: number) => Array.from({ length: count }, (_, index) => `name${index}`);
const list = (Items: readonly string[]) => ({ Quantity: Items.length, Items });

/** Each case is refused with its code and words; the configuration without it is accepted. */
function refusals(
  create: OperationName,
  member: string,
  valid: object,
  cases: readonly Case[],
): void {
  test(`${create} accepts what the cases start from`, async () => {
    const answer = await call(createTestAccount(), create, { [member]: valid });
    assert.equal(answer["ETag"], "ETVPDKIKX0DER");
  });
  for (const [why, changes, code, message] of cases) {
    test(`${create} refuses ${why}`, async () => {
      const account = createTestAccount();
      const input = { [member]: { ...valid, ...changes } };
      await assert.rejects(call(account, create, input), { name: code, message });
      assert.equal(account.state().revision, 0);
    });
  }
}

const parameters = (changes: object) => ({
  ParametersInCacheKeyAndForwardedToOrigin: {
    EnableAcceptEncodingGzip: false,
    HeadersConfig: { HeaderBehavior: "none" },
    CookiesConfig: { CookieBehavior: "none" },
    QueryStringsConfig: { QueryStringBehavior: "none" },
    ...changes,
  },
});
const headers = (HeaderBehavior: string, items: readonly string[]) => ({
  HeadersConfig: { HeaderBehavior, Headers: list(items) },
});
const uncached = { MinTTL: 0, DefaultTTL: 0, MaxTTL: 0 };

refusals("CreateCachePolicy", "CachePolicyConfig", { Name: "mine", MinTTL: 1 }, [
  ["a name with a space", { Name: "my policy" }, "InvalidArgument", /Name/],
  [
    "a long comment",
    { Comment: "x".repeat(129) },
    "InvalidArgument",
    /^The parameter Comment is too big\./,
  ],
  [
    "a default under the minimum",
    { MinTTL: 5, DefaultTTL: 4 },
    "InvalidArgument",
    /is 5, DefaultTTL 4/,
  ],
  [
    "a maximum under the default",
    { DefaultTTL: 9, MaxTTL: 8 },
    "InvalidArgument",
    /9 and MaxTTL 8/,
  ],
  ["a negative TTL", { MinTTL: -1 }, "InvalidArgument", /-1/],
  [
    "a whitelist without names",
    parameters(headers("whitelist", [])),
    "InvalidArgument",
    /Headers must have names/,
  ],
  [
    "names without a whitelist",
    parameters({ CookiesConfig: { CookieBehavior: "all", Cookies: list(["a"]) } }),
    "InvalidArgument",
    /CookieBehavior "all" with 1/,
  ],
  [
    "eleven headers",
    parameters(headers("whitelist", names(11))),
    "TooManyHeadersInCachePolicy",
    /11 names, and the limit is 10/,
  ],
  [
    "eleven cookies",
    parameters({ CookiesConfig: { CookieBehavior: "allExcept", Cookies: list(names(11)) } }),
    "TooManyCookiesInCachePolicy",
    /Cookies has 11/,
  ],
  [
    "eleven query strings",
    parameters({
      QueryStringsConfig: { QueryStringBehavior: "whitelist", QueryStrings: list(names(11)) },
    }),
    "TooManyQueryStringsInCachePolicy",
    /QueryStrings has 11/,
  ],
  [
    "names that are too long together",
    parameters(headers("whitelist", ["x".repeat(1025)])),
    "InvalidArgument",
    /1025 characters/,
  ],
  [
    "a name twice",
    parameters(headers("whitelist", ["a", "a"])),
    "InvalidArgument",
    /more than once/,
  ],
  [
    "Accept-Encoding beside a coding, which puts its own into the cache key",
    parameters({
      ...headers("whitelist", ["accept-encoding"]),
      EnableAcceptEncodingGzip: true,
    }),
    "InvalidArgument",
    /contains Accept-Encoding that is not allowed when EnableAcceptEncodingGzip is true/,
  ],
  ["what is no name", parameters(headers("whitelist", ["a b"])), "InvalidArgument", /"a b"/],
  [
    "a quantity that does not match",
    parameters({
      HeadersConfig: { HeaderBehavior: "whitelist", Headers: { Quantity: 2, Items: ["a"] } },
    }),
    "InconsistentQuantities",
    /is 2, but .* has 1/,
  ],
  [
    "headers in the cache key of a policy that does not cache",
    { ...uncached, ...parameters(headers("whitelist", ["a"])) },
    "InvalidArgument",
    /^The parameter HeaderBehavior is invalid for policy with caching disabled\./,
  ],
  [
    "codings of a policy that does not cache",
    { ...uncached, ...parameters({ EnableAcceptEncodingBrotli: true }) },
    "InvalidArgument",
    /EnableAcceptEncodingBrotli is invalid for policy with caching disabled/,
  ],
]);

test("CreateCachePolicy fills in AWS's default TTLs, which give way to a greater minimum", async () => {
  const ttls = async (config: object) => {
    const input = { CachePolicyConfig: { Name: "mine", ...config } };
    const { CachePolicy } = await call(createTestAccount(), "CreateCachePolicy", input);
    const { MinTTL, DefaultTTL, MaxTTL } = CachePolicy!["CachePolicyConfig"] as Record<
      string,
      number
    >;
    return [MinTTL, DefaultTTL, MaxTTL];
  };
  assert.deepEqual(await ttls({ MinTTL: 1 }), [1, 86_400, 31_536_000]);
  assert.deepEqual(await ttls({ MinTTL: 100_000 }), [100_000, 100_000, 31_536_000]);
  assert.deepEqual(await ttls({ MinTTL: 0, DefaultTTL: 40_000_000 }), [0, 40_000_000, 40_000_000]);
});

const request = {
  Name: "mine",
  HeadersConfig: { HeaderBehavior: "none" },
  CookiesConfig: { CookieBehavior: "none" },
  QueryStringsConfig: { QueryStringBehavior: "none" },
};

refusals("CreateOriginRequestPolicy", "OriginRequestPolicyConfig", request, [
  [
    "Authorization by itself",
    headers("whitelist", ["Origin", "authorization"]),
    "InvalidArgument",
    /Authorization that is not allowed/,
  ],
  [
    "other headers than CloudFront's beside all",
    headers("allViewerAndWhitelistCloudFront", ["CloudFront-Viewer-TLS", "Origin"]),
    "InvalidArgument",
    /got "Origin"/,
  ],
  ["eleven headers", headers("allExcept", names(11)), "TooManyHeadersInOriginRequestPolicy", /11/],
  [
    "eleven cookies",
    { CookiesConfig: { CookieBehavior: "whitelist", Cookies: list(names(11)) } },
    "TooManyCookiesInOriginRequestPolicy",
    /11/,
  ],
  [
    "eleven query strings",
    { QueryStringsConfig: { QueryStringBehavior: "whitelist", QueryStrings: list(names(11)) } },
    "TooManyQueryStringsInOriginRequestPolicy",
    /11/,
  ],
]);

const cors = (changes: object) => ({
  CorsConfig: {
    AccessControlAllowOrigins: list(["https://example.com"]),
    AccessControlAllowHeaders: list(["x-a"]),
    AccessControlAllowMethods: list(["GET"]),
    AccessControlAllowCredentials: true,
    OriginOverride: true,
    ...changes,
  },
});
const custom = (...items: readonly string[]) => ({
  CustomHeadersConfig: {
    Quantity: items.length,
    Items: items.map((Header) => ({ Header, Value: "v", Override: true })),
  },
});
const removed = (...items: readonly string[]) => ({
  RemoveHeadersConfig: { Quantity: items.length, Items: items.map((Header) => ({ Header })) },
});

refusals(
  "CreateResponseHeadersPolicy",
  "ResponseHeadersPolicyConfig",
  { Name: "mine", ...cors({}) },
  [
    ["a policy that does nothing", { CorsConfig: undefined }, "InvalidArgument", /at least one of/],
    [
      "every origin with credentials",
      cors({ AccessControlAllowOrigins: list(["*"]) }),
      "InvalidArgument",
      /^The parameter Access-Control-Allow-Origin cannot contain \* when allowCredentials is true\.$/,
    ],
    [
      "every method with credentials",
      cors({ AccessControlAllowMethods: list(["ALL"]) }),
      "InvalidArgument",
      /Access-Control-Allow-Methods cannot contain ALL/,
    ],
    [
      "headers of any ending with credentials",
      cors({ AccessControlAllowHeaders: list(["x-*"]) }),
      "InvalidArgument",
      /Access-Control-Allow-Headers cannot contain \*/,
    ],
    [
      "every exposed header with credentials",
      cors({ AccessControlExposeHeaders: list(["*"]) }),
      "InvalidArgument",
      /Access-Control-Expose-Headers cannot contain \*/,
    ],
    [
      "every method among others",
      cors({
        AccessControlAllowMethods: list(["ALL", "GET"]),
        AccessControlAllowCredentials: false,
      }),
      "InvalidArgument",
      /must be alone/,
    ],
    [
      "a header with two stars",
      cors({
        AccessControlAllowHeaders: list(["x-*-*"]),
        AccessControlAllowCredentials: false,
      }),
      "InvalidArgument",
      /one "\*" in a name/,
    ],
    [
      "no method",
      cors({ AccessControlAllowMethods: list([]) }),
      "InvalidArgument",
      /AccessControlAllowMethods must have at least one/,
    ],
    [
      "eleven custom headers",
      custom(...names(11)),
      "TooManyCustomHeadersInResponseHeadersPolicy",
      /11/,
    ],
    ["eleven removals", removed(...names(11)), "TooManyRemoveHeadersInResponseHeadersPolicy", /11/],
    [
      "a security header as a custom one",
      custom("X-Frame-Options"),
      "InvalidArgument",
      /X-Frame-Options that is a security header/,
    ],
    ["a custom header twice", custom("x-a", "X-A"), "InvalidArgument", /more than once/],
    ["a custom header with no name", custom("a b"), "InvalidArgument", /no header name/],
    [
      "removing what CloudFront needs",
      removed("Via"),
      "InvalidArgument",
      /Via that cannot be removed/,
    ],
    [
      "removing X-Edge-…",
      removed("x-edge-a"),
      "InvalidArgument",
      /x-edge-a that cannot be removed/,
    ],
    [
      "a CSP over 1,783 characters",
      {
        SecurityHeadersConfig: {
          ContentSecurityPolicy: { Override: true, ContentSecurityPolicy: "x".repeat(1784) },
        },
      },
      "TooLongCSPInResponseHeadersPolicy",
      /1784/,
    ],
    [
      "a report address with block mode",
      {
        SecurityHeadersConfig: {
          XSSProtection: { Override: true, Protection: true, ModeBlock: true, ReportUri: "/r" },
        },
      },
      "InvalidArgument",
      /ReportUri when ModeBlock/,
    ],
    [
      "a sampling rate with five decimals",
      { ServerTimingHeadersConfig: { Enabled: true, SamplingRate: 0.00001 } },
      "InvalidArgument",
      /four decimal places/,
    ],
  ],
);

async function withStaging(account: TestAccount): Promise<string> {
  const DistributionConfig = {
    ...buildConfig({ callerReference: "staging", originPort: 80 }),
    Staging: true,
  };
  const { Distribution } = await call(account, "CreateDistribution", { DistributionConfig });
  return Distribution!["DomainName"];
}

const weight = (Weight: number, SessionStickinessConfig?: object) => ({
  Type: "SingleWeight",
  SingleWeightConfig: { Weight, ...(SessionStickinessConfig && { SessionStickinessConfig }) },
});
const header = (Header: string, Value = "on") => ({
  Type: "SingleHeader",
  SingleHeaderConfig: { Header, Value },
});

const trafficCases = [
  ["more than 15 percent", weight(0.16), /Weight must be from 0 to 0\.15, got 0\.16/],
  ["a short idle time", weight(0.1, { IdleTTL: 299, MaximumTTL: 300 }), /IdleTTL.*299/],
  ["a long session", weight(0.1, { IdleTTL: 300, MaximumTTL: 3601 }), /MaximumTTL.*3601/],
  ["idling longer than the session", weight(0.1, { IdleTTL: 600, MaximumTTL: 300 }), /600 and 300/],
  ["a header of another name", header("x-staging"), /must begin with "aws-cf-cd-"/],
  ["an empty value", header("aws-cf-cd-on", ""), /1 to 1783 characters/],
  ["a type without its settings", { Type: "SingleWeight" }, /SingleWeightConfig is missing/],
  ["the settings of both types", { ...weight(0.1), ...header("aws-cf-cd-on") }, /no other/],
] as const;

for (const [why, TrafficConfig, message] of trafficCases) {
  test(`CreateContinuousDeploymentPolicy refuses ${why}`, async () => {
    const account = createTestAccount();
    const input = {
      ContinuousDeploymentPolicyConfig: {
        StagingDistributionDnsNames: list([await withStaging(account)]),
        Enabled: true,
        TrafficConfig,
      },
    };
    const created = call(account, "CreateContinuousDeploymentPolicy", input);
    await assert.rejects(created, { name: "InvalidArgument", message });
  });
}

test("CreateContinuousDeploymentPolicy takes a staging distribution of its own", async () => {
  const account = createTestAccount();
  const policy = (...domains: readonly string[]) =>
    call(account, "CreateContinuousDeploymentPolicy", {
      ContinuousDeploymentPolicyConfig: {
        StagingDistributionDnsNames: list(domains),
        Enabled: true,
        TrafficConfig: weight(0.15, { IdleTTL: 300, MaximumTTL: 3600 }),
      },
    });
  await assert.rejects(policy(), { name: "InvalidArgument" });
  await assert.rejects(policy("none.cloudfront.localhost"), { name: "InvalidArgument" });
  const staging = await withStaging(account);
  await policy(staging);
  await assert.rejects(policy(staging), { name: "StagingDistributionInUse" });
});

test("CreateResponseHeadersPolicy takes a star beside other values, which it may not cover", async () => {
  const { CorsConfig } = cors({
    AccessControlAllowOrigins: list(["*", "https://a"]),
    AccessControlAllowHeaders: list(["*", "Authorization", "x-*-id"]),
    AccessControlExposeHeaders: list(["*", "x-a"]),
    AccessControlAllowCredentials: false,
  });
  const policy = { Name: "mine", CorsConfig };
  const answer = await call(createTestAccount(), "CreateResponseHeadersPolicy", {
    ResponseHeadersPolicyConfig: policy,
  });
  assert.deepEqual(answer["ResponseHeadersPolicy"]!["ResponseHeadersPolicyConfig"], policy);
});

test("a policy stays while a cache behavior names it, in AWS's words", async () => {
  const account = createTestAccount();
  const input = { CachePolicyConfig: { Name: "mine", MinTTL: 1 } };
  const Id = await createdId(account, "CreateCachePolicy", input);
  const base = buildConfig({ callerReference: "user", originPort: 80, enabled: false });
  const { ForwardedValues: _, MinTTL: __, ...behavior } = base.DefaultCacheBehavior!;
  const DistributionConfig = {
    ...base,
    DefaultCacheBehavior: { ...behavior, CachePolicyId: Id },
  };
  const user = await createdId(account, "CreateDistribution", { DistributionConfig });
  const remove = () => call(account, "DeleteCachePolicy", { Id, IfMatch: "ETVPDKIKX0DER" });
  await assert.rejects(remove(), {
    name: "CachePolicyInUse",
    message: new RegExp(
      `^The specified cache policy is currently associated with a cache behavior\\..*${user}`,
    ),
  });
  const { DistributionIdList } = await call(account, "ListDistributionsByCachePolicyId", {
    CachePolicyId: Id,
  });
  assert.deepEqual(DistributionIdList!["Items"], [user]);
  await call(account, "DeleteDistribution", { Id: user, IfMatch: "ETVPDKIKX0DER" });
  await remove();
  await assert.rejects(call(account, "ListDistributionsByCachePolicyId", { CachePolicyId: Id }), {
    name: "NoSuchCachePolicy",
  });
});
