import assert from "node:assert/strict";
import { test } from "node:test";
import { plainCode } from "../../../test/support/memory-deploy.ts";
import { resourceKinds } from "../resources/resource-kinds.ts";
import { Evaluation } from "../template/evaluation.ts";
import { templateOf } from "../template/template.ts";
import type { MapValue } from "../template/value.ts";

/** @param properties YAML, as it stands below `Properties:`, six characters in */
function convert(type: string, properties: string): Readonly<Record<string, unknown>> {
  const text = `Resources:\n  It:\n    Type: AWS::CloudFront::${type}\n    Properties:\n${properties}`;
  const template = templateOf(text, "t.yaml");
  const evaluation = new Evaluation(template, {
    ...{ parameters: new Map(), stack: "shop", account: "123456789012", region: "eu-west-1" },
    ...{ attribute: () => undefined, imported: () => undefined, resolved: () => undefined },
  });
  const value = evaluation.evaluate(template.resources.get("It")!.properties!) as MapValue;
  const kind = resourceKinds.get(`AWS::CloudFront::${type}`)!;
  const reading = { ...plainCode, file: undefined, remark: () => {} };
  return kind.convert(value, { refuse: template.refuse, path: "It" }, reading);
}

const least = `
      DistributionConfig:
        Enabled: "true"
        DefaultCacheBehavior: {TargetOriginId: a, ViewerProtocolPolicy: allow-all, CachePolicyId: p}
        Origins: [{Id: a, DomainName: a.example, CustomOriginConfig: {OriginProtocolPolicy: http-only}}]
`;

test("convert() fills in of a distribution what CloudFormation does, all that an update must send", () => {
  const { DistributionConfig: config } = convert("Distribution", least) as {
    readonly DistributionConfig: Readonly<Record<string, unknown>>;
  };
  const methods = { Quantity: 2, Items: ["GET", "HEAD"] };
  assert.deepEqual(config["DefaultCacheBehavior"], {
    TargetOriginId: "a",
    ViewerProtocolPolicy: "allow-all",
    CachePolicyId: "p",
    TrustedSigners: { Enabled: false, Quantity: 0 },
    TrustedKeyGroups: { Enabled: false, Quantity: 0 },
    ...{ Compress: false, SmoothStreaming: false, FieldLevelEncryptionId: "" },
    LambdaFunctionAssociations: { Quantity: 0 },
    FunctionAssociations: { Quantity: 0 },
    AllowedMethods: { ...methods, CachedMethods: methods },
  });
  assert.deepEqual((config["Origins"] as { Items: unknown[] }).Items[0], {
    ...{ Id: "a", DomainName: "a.example", OriginPath: "", OriginAccessControlId: "" },
    ...{ ConnectionAttempts: 3, ConnectionTimeout: 10, CustomHeaders: { Quantity: 0 } },
    CustomOriginConfig: {
      ...{ HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: "http-only" },
      OriginSslProtocols: { Quantity: 2, Items: ["TLSv1", "SSLv3"] },
      ...{ OriginReadTimeout: 30, OriginKeepaliveTimeout: 5 },
    },
  });
  const { HttpVersion, IsIPV6Enabled, PriceClass, Aliases, WebACLId, Enabled } = config;
  assert.deepEqual(
    { HttpVersion, IsIPV6Enabled, PriceClass, Aliases, WebACLId, Enabled },
    {
      ...{ HttpVersion: "http1.1", IsIPV6Enabled: false, PriceClass: "PriceClass_All" },
      ...{ Aliases: { Quantity: 0 }, WebACLId: "", Enabled: true },
    },
  );
});

test("convert() reads what CloudFormation calls otherwise, and lists that the API counts", () => {
  const { DistributionConfig: config, Tags } = convert(
    "Distribution",
    `
      DistributionConfig:
        Enabled: true
        IPV6Enabled: "true"
        Aliases: [www.example.com]
        Logging: {Bucket: logs.s3.amazonaws.com}
        ViewerCertificate: {AcmCertificateArn: arn, SslSupportMethod: sni-only}
        Restrictions: {GeoRestriction: {RestrictionType: whitelist, Locations: [AT, DE]}}
        CustomErrorResponses: [{ErrorCode: "404", ResponseCode: 200, ResponsePagePath: /index.html}]
        OriginGroups:
          Quantity: 1
          Items:
            - Id: g
              FailoverCriteria: {StatusCodes: {Quantity: 2, Items: ["500", 502]}}
              Members: {Quantity: 2, Items: [{OriginId: a}, {OriginId: b}]}
        DefaultCacheBehavior:
          TargetOriginId: a
          ViewerProtocolPolicy: allow-all
          CachedMethods: [GET, HEAD, OPTIONS]
          AllowedMethods: [GET, HEAD, OPTIONS]
          TrustedKeyGroups: [k]
          ForwardedValues: {QueryString: "false", Cookies: {Forward: whitelist, WhitelistedNames: [a]}}
        Origins:
          - {Id: a, DomainName: a.s3.amazonaws.com, S3OriginConfig: {}, OriginCustomHeaders: [{HeaderName: x, HeaderValue: 1}]}
          - {Id: b, DomainName: b.example, CustomOriginConfig: {OriginProtocolPolicy: https-only, OriginSSLProtocols: [TLSv1.2], HTTPSPort: "8443"}}
      Tags: [{Key: team, Value: web}]
`,
  ) as { DistributionConfig: Record<string, never>; Tags: unknown };
  const three = { Quantity: 3, Items: ["GET", "HEAD", "OPTIONS"] };
  const shown = config as unknown as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  assert.deepEqual(Tags, { Items: [{ Key: "team", Value: "web" }] });
  assert.deepEqual(shown["Aliases"], { Quantity: 1, Items: ["www.example.com"] });
  assert.deepEqual(shown["Logging"], {
    ...{ Enabled: true, Bucket: "logs.s3.amazonaws.com", IncludeCookies: false, Prefix: "" },
  });
  assert.deepEqual(shown["ViewerCertificate"], {
    ...{ ACMCertificateArn: "arn", SSLSupportMethod: "sni-only" },
  });
  assert.deepEqual(shown["Restrictions"], {
    GeoRestriction: { RestrictionType: "whitelist", Quantity: 2, Items: ["AT", "DE"] },
  });
  assert.deepEqual(shown["CustomErrorResponses"]!["Items"], [
    {
      ErrorCode: 404,
      ResponseCode: "200",
      ResponsePagePath: "/index.html",
      ErrorCachingMinTTL: 300,
    },
  ]);
  assert.deepEqual(shown["OriginGroups"]!["Items"], [
    {
      ...{ Id: "g", SelectionCriteria: "default" },
      FailoverCriteria: { StatusCodes: { Quantity: 2, Items: [500, 502] } },
      Members: { Quantity: 2, Items: [{ OriginId: "a" }, { OriginId: "b" }] },
    },
  ]);
  const behavior = shown["DefaultCacheBehavior"]!;
  assert.deepEqual(behavior["AllowedMethods"], { ...three, CachedMethods: three });
  assert.deepEqual(behavior["TrustedKeyGroups"], { Enabled: true, Quantity: 1, Items: ["k"] });
  assert.equal(behavior["MinTTL"], 0);
  assert.deepEqual(behavior["ForwardedValues"], {
    QueryString: false,
    Cookies: { Forward: "whitelist", WhitelistedNames: { Quantity: 1, Items: ["a"] } },
    ...{ Headers: { Quantity: 0 }, QueryStringCacheKeys: { Quantity: 0 } },
  });
  const [a, b] = shown["Origins"]!["Items"] as Record<string, unknown>[];
  assert.deepEqual(a!["S3OriginConfig"], { OriginAccessIdentity: "", OriginReadTimeout: 30 });
  assert.deepEqual(a!["CustomHeaders"], {
    Quantity: 1,
    Items: [{ HeaderName: "x", HeaderValue: "1" }],
  });
  const custom = b!["CustomOriginConfig"] as Readonly<Record<string, unknown>>;
  assert.deepEqual(custom["OriginSslProtocols"], { Quantity: 1, Items: ["TLSv1.2"] });
  assert.equal(custom["HTTPSPort"], 8443);
});

test("convert() reads the other kinds", () => {
  assert.deepEqual(
    convert(
      "Function",
      `
      Name: fn
      AutoPublish: "true"
      FunctionCode: "x"
      FunctionConfig: {Runtime: cloudfront-js-2.0, KeyValueStoreAssociations: [{KeyValueStoreARN: arn}]}
`,
    ),
    {
      ...{ Name: "fn", AutoPublish: true, FunctionCode: "eA==" },
      FunctionConfig: {
        ...{ Comment: "", Runtime: "cloudfront-js-2.0" },
        KeyValueStoreAssociations: { Quantity: 1, Items: [{ KeyValueStoreARN: "arn" }] },
      },
    },
  );
  assert.deepEqual(
    convert(
      "ContinuousDeploymentPolicy",
      `
      ContinuousDeploymentPolicyConfig:
        Enabled: true
        StagingDistributionDnsNames: [d1.example]
        Type: SingleWeight
        SingleWeightPolicyConfig: {Weight: "0.05"}
`,
    ),
    {
      ContinuousDeploymentPolicyConfig: {
        Enabled: true,
        StagingDistributionDnsNames: { Quantity: 1, Items: ["d1.example"] },
        TrafficConfig: { Type: "SingleWeight", SingleWeightConfig: { Weight: 0.05 } },
      },
    },
  );
  assert.deepEqual(
    convert(
      "ResponseHeadersPolicy",
      `
      ResponseHeadersPolicyConfig:
        Name: r
        CustomHeadersConfig: {Items: [{Header: x, Value: y, Override: true}]}
        RemoveHeadersConfig: {Items: []}
`,
    ),
    {
      ResponseHeadersPolicyConfig: {
        ...{ Name: "r", Comment: "" },
        CustomHeadersConfig: { Quantity: 1, Items: [{ Header: "x", Value: "y", Override: true }] },
        RemoveHeadersConfig: { Quantity: 0 },
      },
    },
  );
  assert.deepEqual(
    convert(
      "DistributionTenant",
      "\n      {DistributionId: E1, Name: t-one, Domains: [a.example]}\n",
    ),
    {
      ...{ DistributionId: "E1", Name: "t-one", Domains: [{ Domain: "a.example" }] },
      ...{ Enabled: true, Customizations: {}, Parameters: [] },
    },
  );
});

test("convert() refuses by name, file and line what the API has no member or no value for", () => {
  for (const [find, put, message] of [
    [
      "        Enabled",
      "        Ipv6Enabled: true\n        Enabled",
      /t\.yaml:7: .*It\.DistributionConfig\.Ipv6Enabled: IPV6Enabled is how it is spelled/,
    ],
    [
      "        Enabled",
      "        IsIPV6Enabled: true\n        Enabled",
      /t\.yaml:7: .*does not know the property It\.DistributionConfig\.IsIPV6Enabled/,
    ],
    [
      "        Enabled",
      "        CNAMEs: [a]\n        Enabled",
      /t\.yaml:7: It\.DistributionConfig\.CNAMEs: write Aliases instead/,
    ],
    ['"true"', "maybe", /It\.DistributionConfig\.Enabled must be true or false, got "maybe"/],
    [
      "allow-all",
      "allow-some",
      /ViewerProtocolPolicy must be one of allow-all, https-only, redirect-to-https, got "allow-some"/,
    ],
    [
      "http-only}",
      "http-only, HTTPPort: x}",
      /Origins\[0\]\.CustomOriginConfig\.HTTPPort must be a whole number, got "x"/,
    ],
    [
      "TargetOriginId: a, ",
      "",
      /It\.DistributionConfig\.DefaultCacheBehavior needs TargetOriginId/,
    ],
    [
      "Origins: [",
      "Origins: x\n        # [",
      /It\.DistributionConfig\.Origins must be a list, got "x"/,
    ],
  ] as const) {
    assert.throws(() => convert("Distribution", least.replace(find, put)), { message }, put);
  }
});
