import assert from "node:assert/strict";
import { test } from "node:test";
import { noOriginResources, type OriginResources } from "./origin-resources.ts";
import { originSettings } from "./origin-settings.ts";

function withControl(SigningBehavior: "always" | "never" | "no-override"): OriginResources {
  return {
    ...noOriginResources,
    findAccessControl: (id) =>
      id === "E1"
        ? {
            Name: "ours",
            SigningBehavior,
            SigningProtocol: "sigv4",
            OriginAccessControlOriginType: "s3",
          }
        : undefined,
  };
}

const bucket = {
  Id: "b",
  DomainName: "b.s3.us-east-1.amazonaws.com",
  OriginAccessControlId: "E1",
  S3OriginConfig: { OriginAccessIdentity: "" },
};

test("originSettings() asks a bucket by HTTPS alone where all requests are signed", () => {
  assert.equal(originSettings(bucket, withControl("always")).protocol, "https-only");
  for (const behavior of ["never", "no-override"] as const) {
    assert.equal(originSettings(bucket, withControl(behavior)).protocol, "match-viewer");
  }
  const local = { ...bucket, DomainName: "minio.localhost" };
  assert.equal(originSettings(local, withControl("always")).protocol, "match-viewer");
});

test("originSettings() leaves the protocol of a custom origin that is signed for as it is set", () => {
  const { S3OriginConfig: _, ...origin } = bucket;
  const custom = { HTTPPort: 9000, HTTPSPort: 443, OriginProtocolPolicy: "http-only" } as const;
  const settings = originSettings(
    { ...origin, DomainName: "minio.localhost", CustomOriginConfig: custom },
    withControl("always"),
  );
  assert.equal(settings.protocol, "http-only");
  assert.equal(settings.httpPort, 9000);
  assert.equal(settings.access?.behavior, "always");
});

test("originSettings() signs by an origin access identity, and by nothing where there is none", () => {
  const by = (OriginAccessIdentity: string) =>
    originSettings({
      ...bucket,
      OriginAccessControlId: "",
      S3OriginConfig: { OriginAccessIdentity },
    });
  assert.deepEqual(by("origin-access-identity/cloudfront/E2").access, {
    behavior: "always",
    protocol: "sigv4",
    originType: "s3",
    isIdentity: true,
    names: ["E2"],
  });
  assert.equal(by("origin-access-identity/cloudfront/E2").protocol, "match-viewer");
  assert.equal(by("").access, undefined);
});

test("originSettings() takes a website endpoint as what it is: plain HTTP on its port, nothing signed", () => {
  const settings = originSettings({
    Id: "site",
    DomainName: "site.s3-website-us-east-1.amazonaws.com",
    CustomOriginConfig: { HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: "http-only" },
  });
  const { kind, protocol, httpPort, access } = settings;
  assert.deepEqual(
    { kind, protocol, httpPort, access },
    {
      kind: "custom",
      protocol: "http-only",
      httpPort: 80,
      access: undefined,
    },
  );
});

test("originSettings() takes ports, protocols and TLS versions of a VPC origin from where it was created", () => {
  const vpc = {
    Id: "v",
    DomainName: "internal-lb.example.com",
    ConnectionTimeout: 3,
    VpcOriginConfig: { VpcOriginId: "vo_1", OriginReadTimeout: 7, OriginKeepaliveTimeout: 9 },
  };
  const settings = originSettings(vpc, {
    ...noOriginResources,
    findVpcOrigin: (id) =>
      id === "vo_1"
        ? {
            Name: "lb",
            Arn: "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/lb/1",
            HTTPPort: 8080,
            HTTPSPort: 8443,
            OriginProtocolPolicy: "https-only",
            OriginSslProtocols: { Quantity: 1, Items: ["TLSv1.1"] },
            IpAddressType: "ipv4",
          }
        : undefined,
  });
  const { kind, protocol, httpPort, httpsPort, sslProtocols } = settings;
  assert.deepEqual([kind, protocol, httpPort, httpsPort], ["vpc", "https-only", 8080, 8443]);
  assert.deepEqual(sslProtocols, ["TLSv1.1"]);
  assert.equal(settings.addressFamily, 4);
  const { connectionTimeoutMs, readTimeoutMs, keepAliveTimeoutMs } = settings;
  assert.deepEqual([connectionTimeoutMs, readTimeoutMs, keepAliveTimeoutMs], [3000, 7000, 9000]);
});
