import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginAccess } from "../../deployment/origin-access.ts";
import { signingScope } from "./signing-scope.ts";

const keys = { accessKeyId: "AKIA", secretAccessKey: "secret" };
const access: OriginAccess = {
  behavior: "always",
  protocol: "sigv4",
  originType: "s3",
  isIdentity: false,
  names: [],
};

test("signingScope() reads the region in a domain name", () => {
  const regions = {
    "b.s3.eu-west-1.amazonaws.com": "eu-west-1",
    "b.s3-eu-west-1.amazonaws.com": "eu-west-1",
    "b.s3.dualstack.ap-southeast-2.amazonaws.com": "ap-southeast-2",
    "b.s3.cn-north-1.amazonaws.com.cn": "cn-north-1",
    "b.s3.us-gov-west-1.amazonaws.com": "us-gov-west-1",
    "b.s3.amazonaws.com": "us-east-1",
    // A bucket that is named like a region, or like the service.
    "eu-west-1.s3.amazonaws.com": "us-east-1",
    "s3.eu-west-1.s3.us-west-2.amazonaws.com": "us-west-2",
    "ap-123456789012.s3-accesspoint.us-west-2.amazonaws.com": "us-west-2",
    // Others that name their regions as AWS does.
    "b.s3.eu-central-1.wasabisys.com": "eu-central-1",
    "b.s3.us-west-004.backblazeb2.com": "us-west-004",
    "minio.localhost": "us-east-1",
  };
  for (const [domainName, region] of Object.entries(regions)) {
    assert.deepEqual(signingScope(domainName, access, keys), { service: "s3", region }, domainName);
  }
});

test("signingScope() signs for the service of the origin's type", () => {
  const scopes = {
    mediastore: "c.data.mediastore.eu-west-1.amazonaws.com",
    mediapackagev2: "a.egress.b.mediapackagev2.eu-west-1.amazonaws.com",
    lambda: "abcdef.lambda-url.eu-west-1.on.aws",
  } as const;
  for (const [originType, domainName] of Object.entries(scopes)) {
    const signed = { ...access, originType: originType as OriginAccess["originType"] };
    assert.deepEqual(signingScope(domainName, signed, keys), {
      service: originType,
      region: "eu-west-1",
    });
  }
  assert.deepEqual(signingScope("ap-1.s3-object-lambda.eu-west-1.amazonaws.com", access, keys), {
    service: "s3-object-lambda",
    region: "eu-west-1",
  });
});

test("signingScope() takes a region that is configured where the name says none", () => {
  const configured = { ...keys, region: "garage" };
  assert.equal(signingScope("minio", access, configured).region, "garage");
  assert.equal(
    signingScope("b.s3.eu-west-1.amazonaws.com", access, configured).region,
    "eu-west-1",
  );
  assert.equal(signingScope("minio", { ...access, region: "mars" }, configured).region, "mars");
});

test("signingScope() is for all regions in version 4A", () => {
  const signed = { ...access, protocol: "sigv4a" as const };
  const scope = signingScope("mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com", signed, {
    ...keys,
    region: "eu-west-1",
  });
  assert.deepEqual(scope, { service: "s3", region: "*" });
});
