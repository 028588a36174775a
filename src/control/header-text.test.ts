/**
 * No setting that enters a header once it is applied takes a text that would leave that header: every
 * place, with every such text, and what sites really have there.
 */
import assert from "node:assert/strict";
import { validateHeaderName, validateHeaderValue } from "node:http";
import { test } from "node:test";
import type { OperationName } from "../schema/operations.ts";
import { callOperation as call } from "../../test/support/call-operation.ts";
import { buildConfig } from "../../test/support/distribution-config.ts";
import { createTestAccount, type TestAccount } from "../../test/support/test-account.ts";
import { isCookieName, isHeaderName, isHeaderValue, isQueryStringName } from "./header-text.ts";

const list = (...Items: readonly unknown[]) => ({ Quantity: Items.length, Items });

/** A control, a character of two bytes, and half a one, which no header can carry. */
const inNoHeader = [
  "a\r\nSet-Cookie: a=b",
  "a\nb",
  "a\rb",
  "a\u0000",
  "a\u007f",
  "\u0100",
  "\ud800",
];
const inNoName = [...inNoHeader, "", "a b", "a\tb", "a,b", "a;b", "ä"];

type Input = readonly [OperationName, object];

interface Place {
  readonly name: string;
  readonly input: (text: string, account: TestAccount) => Input | Promise<Input>;
  readonly refused: readonly string[];
  readonly taken: readonly string[];
}

const cors = (change: object): Input => [
  "CreateResponseHeadersPolicy",
  {
    ResponseHeadersPolicyConfig: {
      Name: "mine",
      CorsConfig: {
        AccessControlAllowOrigins: list("*"),
        AccessControlAllowHeaders: list("*"),
        AccessControlAllowMethods: list("ALL"),
        AccessControlAllowCredentials: false,
        OriginOverride: true,
        ...change,
      },
    },
  },
];

const responseHeaders = (change: object): Input => [
  "CreateResponseHeadersPolicy",
  { ResponseHeadersPolicyConfig: { Name: "mine", ...change } },
];

const none = {
  HeadersConfig: { HeaderBehavior: "none" },
  CookiesConfig: { CookieBehavior: "none" },
  QueryStringsConfig: { QueryStringBehavior: "none" },
};

const selection = (change: object): Input[] => {
  const ParametersInCacheKeyAndForwardedToOrigin = {
    EnableAcceptEncodingGzip: false,
    ...none,
    ...change,
  };
  const CachePolicyConfig = { Name: "mine", MinTTL: 1, ParametersInCacheKeyAndForwardedToOrigin };
  const OriginRequestPolicyConfig = { Name: "mine", ...none, ...change };
  return [
    ["CreateCachePolicy", { CachePolicyConfig }],
    ["CreateOriginRequestPolicy", { OriginRequestPolicyConfig }],
  ];
};

const forwarded = (change: object): Input => {
  const config = buildConfig({ callerReference: "one", originPort: 80 });
  const ForwardedValues = { QueryString: true, Cookies: { Forward: "none" }, ...change };
  const DefaultCacheBehavior = { ...config.DefaultCacheBehavior, ForwardedValues };
  return ["CreateDistribution", { DistributionConfig: { ...config, DefaultCacheBehavior } }];
};

const originHeader = (HeaderName: string, HeaderValue: string): Input => {
  const config = buildConfig({ callerReference: "one", originPort: 80 });
  const CustomHeaders = list({ HeaderName, HeaderValue });
  const Origins = list({ ...config.Origins!.Items![0], CustomHeaders });
  return ["CreateDistribution", { DistributionConfig: { ...config, Origins } }];
};

async function deploymentHeader(Value: string, account: TestAccount): Promise<Input> {
  const config = { ...buildConfig({ callerReference: "s", originPort: 80 }), Staging: true };
  const made = await call(account, "CreateDistribution", { DistributionConfig: config });
  const StagingDistributionDnsNames = list(made["Distribution"]!["DomainName"]);
  const SingleHeaderConfig = { Header: "aws-cf-cd-on", Value };
  const TrafficConfig = { Type: "SingleHeader", SingleHeaderConfig };
  const policy = { Enabled: true, StagingDistributionDnsNames, TrafficConfig };
  return ["CreateContinuousDeploymentPolicy", { ContinuousDeploymentPolicyConfig: policy }];
}

const headerNames = ["x-a", "Accept-Language", "x_under", "!#$%&'*+.^_`|~09"];
const cookieNames = ["session", "wordpress_logged_in_*", "cart[id]", "a?b", "__Host-a"];
const queryNames = ["page", "filter[name]", "%C3%A4", "a.b", "utm_source", "$top", "@type"];
const values = ["", "v", "default-src 'self'; img-src *", "a\tb", "f\u00fcr", `{"group": "csp"}`];

const places: readonly Place[] = [
  {
    name: "ContentSecurityPolicy",
    input: (ContentSecurityPolicy) =>
      responseHeaders({
        SecurityHeadersConfig: { ContentSecurityPolicy: { Override: true, ContentSecurityPolicy } },
      }),
    refused: inNoHeader,
    taken: values,
  },
  {
    name: "XSSProtection.ReportUri",
    input: (ReportUri) =>
      responseHeaders({
        SecurityHeadersConfig: { XSSProtection: { Override: true, Protection: true, ReportUri } },
      }),
    refused: inNoHeader,
    taken: ["", "/report", "https://example.com/report?a=b"],
  },
  {
    name: "the value of a custom header",
    input: (Value) =>
      responseHeaders({ CustomHeadersConfig: list({ Header: "x-a", Value, Override: true }) }),
    refused: inNoHeader,
    taken: values,
  },
  {
    name: "the name of a custom header",
    input: (Header) =>
      responseHeaders({ CustomHeadersConfig: list({ Header, Value: "v", Override: true }) }),
    refused: [...inNoName, "Content-Length", "transfer-encoding", "Connection", "X-Frame-Options"],
    taken: [...headerNames, "Cache-Control", "Server"],
  },
  {
    name: "a removed header",
    input: (Header) => responseHeaders({ RemoveHeadersConfig: list({ Header }) }),
    refused: inNoName,
    taken: [...headerNames, "Server", "X-Powered-By"],
  },
  {
    name: "AccessControlAllowOrigins",
    input: (origin) => cors({ AccessControlAllowOrigins: list(origin) }),
    refused: [...inNoName, "ALL", "https://a.example.com/path", "exa*le.org", "a.*.org", "*a.org"],
    taken: [
      "*",
      "null",
      "https://example.com",
      "http://*.example.org",
      "*.example.org",
      "*.example.org:1*",
      "http://example.org:*",
      "localhost:3000",
      "http://127.0.0.1:8080",
      "http://[::1]:8080",
      "capacitor://localhost",
    ],
  },
  {
    name: "AccessControlAllowHeaders",
    input: (name) => cors({ AccessControlAllowHeaders: list(name) }),
    refused: inNoName,
    taken: ["*", "x-*-id", "Authorization"],
  },
  {
    name: "AccessControlExposeHeaders",
    input: (name) => cors({ AccessControlExposeHeaders: list(name) }),
    refused: inNoName,
    taken: ["*", "ETag"],
  },
  ...[0, 1].flatMap((which): Place[] => {
    const policy = ["a cache policy", "an origin request policy"][which];
    return [
      {
        name: `Headers of ${policy}`,
        input: (name) =>
          selection({ HeadersConfig: { HeaderBehavior: "whitelist", Headers: list(name) } })[
            which
          ]!,
        refused: [...inNoName, "a=b c", "a:b"],
        taken: headerNames,
      },
      {
        name: `Cookies of ${policy}`,
        input: (name) =>
          selection({ CookiesConfig: { CookieBehavior: "whitelist", Cookies: list(name) } })[
            which
          ]!,
        refused: [...inNoName, "a=b"],
        taken: cookieNames,
      },
      {
        name: `QueryStrings of ${policy}`,
        input: (name) =>
          selection({
            QueryStringsConfig: { QueryStringBehavior: "whitelist", QueryStrings: list(name) },
          })[which]!,
        refused: [...inNoName, "a=b", "a&b", "a#b"],
        taken: queryNames,
      },
    ];
  }),
  {
    name: "ForwardedValues.Headers",
    input: (name) => forwarded({ Headers: list(name) }),
    refused: [...inNoName, "a:b"],
    taken: [...headerNames, "*"],
  },
  {
    name: "ForwardedValues.Cookies.WhitelistedNames",
    input: (name) => forwarded({ Cookies: { Forward: "whitelist", WhitelistedNames: list(name) } }),
    refused: [...inNoName, "a=b"],
    taken: [...cookieNames, "*"],
  },
  {
    name: "ForwardedValues.QueryStringCacheKeys",
    input: (name) => forwarded({ QueryStringCacheKeys: list(name) }),
    refused: [...inNoName, "a=b", "a&b"],
    taken: queryNames,
  },
  {
    name: "the name of an origin's custom header",
    input: (name) => originHeader(name, "v"),
    refused: [...inNoName, "Host"],
    taken: headerNames,
  },
  {
    name: "the value of an origin's custom header",
    input: (value) => originHeader("x-a", value),
    refused: inNoHeader,
    taken: values,
  },
  {
    name: "the value of a continuous deployment policy's header",
    input: deploymentHeader,
    refused: ["", ...inNoHeader],
    taken: ["on", "f\u00fcr"],
  },
];

for (const { name, input, refused, taken } of places) {
  test(`${name}: what is no text for a header is refused, and changes nothing`, async () => {
    for (const text of refused) {
      const account = createTestAccount();
      const [operation, members] = await input(text, account);
      const before = account.state();
      await assert.rejects(
        call(account, operation, members),
        { name: /^Invalid(Argument|QueryStringParameters)$/ },
        JSON.stringify(text),
      );
      assert.equal(account.state(), before);
    }
  });

  test(`${name}: what sites have there is taken`, async () => {
    for (const text of taken) {
      const account = createTestAccount();
      await call(account, ...(await input(text, account)));
    }
  });
}

test("isHeaderName() and isHeaderValue() take what node:http writes, of characters up to U+01FF", () => {
  const writes = (check: () => void): boolean => {
    try {
      check();
      return true;
    } catch {
      return false;
    }
  };
  for (let unit = 0; unit <= 0x1ff; unit++) {
    const text = String.fromCharCode(unit);
    const name = writes(() => validateHeaderName(text));
    const value = writes(() => validateHeaderValue("x", text));
    assert.equal(isHeaderName(text), name, `name U+${unit.toString(16)}`);
    assert.equal(isHeaderValue(text), value, `value U+${unit.toString(16)}`);
    if (isCookieName(text) || isQueryStringName(text)) assert.ok(value, `U+${unit.toString(16)}`);
  }
  assert.equal(isHeaderValue("\u{1F600}"), false);
});
