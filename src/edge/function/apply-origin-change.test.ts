import assert from "node:assert/strict";
import { test } from "node:test";
import { behavior, distributionOf, originConfig } from "../../../test/edge/viewer-scene.ts";
import type { OriginChange } from "../../runtime/function-runtime.ts";
import { deployDistribution } from "../deployment/deployed-distribution.ts";
import { managedPolicies } from "../deployment/policies.ts";
import { applyOriginChange } from "./apply-origin-change.ts";

const distribution = deployDistribution(
  distributionOf("E1", "d1.cloudfront.localhost", {
    CallerReference: "",
    Comment: "",
    Enabled: true,
    Origins: {
      Quantity: 4,
      Items: [
        originConfig(8080, {
          DomainName: "a.example.com",
          OriginPath: "/a",
          CustomHeaders: { Quantity: 1, Items: [{ HeaderName: "X-Key", HeaderValue: "1" }] },
        }),
        originConfig(8081, { Id: "b", DomainName: "b.example.com" }),
        { Id: "bucket", DomainName: "b.s3.amazonaws.com", OriginAccessControlId: "E123" },
        { Id: "vpc", DomainName: "c.example.com", VpcOriginConfig: { VpcOriginId: "vo_1" } },
      ],
    },
    DefaultCacheBehavior: behavior(),
  }),
  "000000000000",
  managedPolicies,
);

const asked = { path: "/", querystring: undefined, headers: ["X-Sent", "1"] };

function applied(helper: OriginChange["helper"], given: unknown[], from = "origin") {
  const primary = distribution.origins.get(from);
  assert.ok(primary);
  return applyOriginChange({ helper, arguments: given }, { primary }, distribution, asked);
}
const update = (given: unknown, from?: string) => applied("updateRequestOrigin", [given], from);

test("applyOriginChange() inherits what updateRequestOrigin() leaves out", () => {
  const changed = update({ originPath: "/v2" })?.primary;
  assert.deepEqual(changed, { ...distribution.origins.get("origin"), path: "/v2" });
});

test("applyOriginChange() asks a new domain by its own name", () => {
  const changed = update({ domainName: "New.example.com" })?.primary;
  assert.equal(changed?.domainName, "new.example.com");
  assert.equal(changed?.hostHeader, "new.example.com");
  assert.deepEqual(changed?.customHeaders, ["X-Key", "1"]);
});

test("applyOriginChange() takes every member of updateRequestOrigin()", () => {
  const changed = update({
    domainName: "new.example.com",
    hostHeader: "tenant.example.com",
    originPath: "",
    customHeaders: { "x-my-key": "2" },
    connectionAttempts: 1,
    originShield: { enabled: false },
    originAccessControlConfig: { enabled: false },
    timeouts: {
      readTimeout: 7,
      responseCompletionTimeout: 8,
      keepAliveTimeout: 9,
      connectionTimeout: 2,
    },
    customOriginConfig: {
      port: 8443,
      protocol: "https",
      sslProtocols: ["TLSv1.2"],
      ipAddressType: "ipv4",
    },
    sni: "sni.example.com",
    allowedCertificateNames: ["*.example.com"],
  })?.primary;
  assert.deepEqual(
    { ...changed, customHeaderNames: [...(changed?.customHeaderNames ?? [])] },
    {
      id: "origin",
      kind: "custom",
      domainName: "new.example.com",
      hostHeader: "tenant.example.com",
      path: "",
      customHeaders: ["X-My-Key", "2"],
      customHeaderNames: ["x-my-key"],
      connectionAttempts: 1,
      readTimeoutMs: 7000,
      completionTimeoutMs: 8000,
      keepAliveTimeoutMs: 9000,
      connectionTimeoutMs: 2000,
      protocol: "https-only",
      httpPort: 8443,
      httpsPort: 8443,
      sslProtocols: ["TLSv1.2"],
      addressFamily: 4,
      sni: "sni.example.com",
      certificateNames: ["*.example.com"],
      hasAccessControl: false,
      access: undefined,
      clientCertificateId: undefined,
    },
  );
});

const custom = { port: 80, protocol: "http", sslProtocols: ["TLSv1.2"] };
const refused: [name: string, change: unknown][] = [
  ["nothing", undefined],
  ["a string", "a.example.com"],
  ["a port in domainName", { domainName: "a.example.com:80" }],
  ["an IPv4 address", { domainName: "10.0.0.1" }],
  ["an IPv6 address", { domainName: "::1" }],
  ["a long domainName", { domainName: "a".repeat(254) }],
  ["a domainName with a line end", { domainName: "a\r\nb" }],
  ["a hostHeader with a port", { hostHeader: "a:80" }],
  ["an originPath without a slash", { originPath: "a" }],
  ["an originPath that ends with a slash", { originPath: "/a/" }],
  ["an originPath with a query", { originPath: "/a?b" }],
  ["a long originPath", { originPath: `/${"a".repeat(255)}` }],
  ["custom headers in a list", { customHeaders: [] }],
  ["a forbidden custom header", { customHeaders: { via: "a" } }],
  ["a custom header of AWS's", { customHeaders: { "x-amz-a": "a" } }],
  ["a custom header in upper case", { customHeaders: { "X-A": "a" } }],
  ["a custom header that is in the request", { customHeaders: { "x-sent": "a" } }],
  ["a custom header with a line end", { customHeaders: { "x-a": "a\r\nb" } }],
  ["a custom header that is no string", { customHeaders: { "x-a": 1 } }],
  ["no connectionAttempts", { connectionAttempts: 0 }],
  ["too many connectionAttempts", { connectionAttempts: 4 }],
  ["a readTimeout of 121", { timeouts: { readTimeout: 121 } }],
  ["a connectionTimeout of 11", { timeouts: { connectionTimeout: 11 } }],
  ["half a keepAliveTimeout", { timeouts: { keepAliveTimeout: 0.5 } }],
  ["a completion before a read", { timeouts: { readTimeout: 5, responseCompletionTimeout: 4 } }],
  ["a shield without enabled", { originShield: { region: "us-east-1" } }],
  ["a shield without a region", { originShield: { enabled: true } }],
  ["access control without details", { originAccessControlConfig: { enabled: true } }],
  ["customOriginConfig without a port", { customOriginConfig: { ...custom, port: undefined } }],
  ["a port below 1024", { customOriginConfig: { ...custom, port: 22 } }],
  ["another protocol", { customOriginConfig: { ...custom, protocol: "ftp" } }],
  ["no sslProtocols", { customOriginConfig: { ...custom, sslProtocols: [] } }],
  ["unknown sslProtocols", { customOriginConfig: { ...custom, sslProtocols: ["TLSv1.3"] } }],
  ["ipAddressType alone", { customOriginConfig: { ...custom, ipAddressType: "ipv4" } }],
  ["21 certificate names", { allowedCertificateNames: Array(21).fill("a.example.com") }],
];

for (const [name, change] of refused) {
  test(`applyOriginChange() refuses updateRequestOrigin() with ${name}`, () => {
    assert.equal(update(change), undefined);
  });
}

test("applyOriginChange() refuses a VPC origin's change", () => {
  assert.equal(update({ originPath: "/a" }, "vpc"), undefined);
});

test("applyOriginChange() refuses hostHeader while access control is on, and takes it when off", () => {
  assert.equal(update({ hostHeader: "a.example.com" }, "bucket"), undefined);
  const off = { hostHeader: "a.example.com", originAccessControlConfig: { enabled: false } };
  assert.equal(update(off, "bucket")?.primary.hostHeader, "a.example.com");
});

test("applyOriginChange() selects another origin with all its settings", () => {
  const select = (...given: unknown[]) => applied("selectRequestOriginById", given);
  assert.deepEqual(select("b"), { primary: { ...distribution.origins.get("b") } });
  assert.equal(select("b", { hostHeader: "x.example.com" })?.primary.hostHeader, "x.example.com");
  assert.equal(select("vpc")?.primary.id, "vpc");
  assert.equal(select("unknown"), undefined);
  assert.equal(select(), undefined);
});

test("applyOriginChange() makes a group of two origins", () => {
  const make = (change: object) => applied("createRequestOriginGroup", [change]);
  const failoverCriteria = { statusCodes: [500, 503] };
  const group = make({
    originIds: [{ originId: "b", originOverrides: { sni: "s.example.com" } }, "origin"],
    failoverCriteria,
  });
  assert.equal(group?.primary.sni, "s.example.com");
  assert.equal(group?.failover?.secondary.id, "origin");
  assert.deepEqual(group?.failover?.statuses, new Set([500, 503]));
  assert.equal(make({ originIds: ["b"], failoverCriteria }), undefined);
  assert.equal(make({ originIds: ["b", "unknown"], failoverCriteria }), undefined);
  assert.equal(make({ originIds: ["b", "origin"] }), undefined);
  const codes = { statusCodes: [200] };
  assert.equal(make({ originIds: ["b", "origin"], failoverCriteria: codes }), undefined);
});
