import assert from "node:assert/strict";
import { test } from "node:test";
import { buildConfig } from "../../../test/support/distribution-config.ts";
import { createTestAccount, type TestAccount } from "../../../test/support/test-account.ts";
import type { DistributionConfig, Origin } from "../../schema/shapes.ts";
import { tagsOf } from "../../state/tags.ts";
import { associateDistributionWebAcl } from "./associate-distribution-web-acl.ts";
import { createDistributionWithTags } from "./create-distribution-with-tags.ts";
import { createDistribution } from "./create-distribution.ts";
import { deleteDistribution } from "./delete-distribution.ts";
import { disassociateDistributionWebAcl } from "./disassociate-distribution-web-acl.ts";
import { getDistributionConfig } from "./get-distribution-config.ts";
import { getDistribution } from "./get-distribution.ts";
import { listDistributions } from "./list-distributions.ts";
import { sampleConfig } from "../../../test/support/sample-config.ts";
import { updateDistribution } from "./update-distribution.ts";

const v1 = "ETVPDKIKX0DER";
const v2 = "E3UN6WX5RRO2AG";
const webAcl =
  "arn:aws:wafv2:us-east-1:000000000000:global/webacl/acl/11111111-2222-3333-4444-555555555555";

async function create(account: TestAccount, config = sampleConfig()): Promise<string> {
  const { Distribution } = await createDistribution({ DistributionConfig: config }, account);
  return Distribution?.Id ?? "";
}

async function readConfig(account: TestAccount, Id: string): Promise<DistributionConfig> {
  return (await getDistributionConfig({ Id }, account)).DistributionConfig!;
}

test("createDistribution() answers a default root object as it was sent, with a slash in front or not", async () => {
  for (const DefaultRootObject of ["index.html", "/", "/index.html"]) {
    const account = createTestAccount();
    const id = await create(account, { ...sampleConfig(), DefaultRootObject });
    assert.equal((await readConfig(account, id)).DefaultRootObject, DefaultRootObject);
  }
});

test("createDistribution() fills in what AWS fills in", async () => {
  const account = createTestAccount();
  const minimal = buildConfig({ callerReference: "minimal", originPort: 80 });
  const output = await createDistribution({ DistributionConfig: minimal }, account);
  const { Id = "", DomainName = "", DistributionConfig, ...rest } = output.Distribution!;
  assert.match(Id, /^E[A-Z0-9]{13}$/);
  assert.match(DomainName, /^d[a-z0-9]{13}\.cloudfront\.localhost$/);
  assert.equal(output.ETag, v1);
  assert.equal(output.Location, `https://cloudfront.amazonaws.com/2020-05-31/distribution/${Id}`);
  assert.deepEqual(rest, {
    ARN: `arn:aws:cloudfront::000000000000:distribution/${Id}`,
    Status: "InProgress",
    LastModifiedTime: new Date(account.now),
    InProgressInvalidationBatches: 0,
    ActiveTrustedSigners: { Enabled: false, Quantity: 0 },
    ActiveTrustedKeyGroups: { Enabled: false, Quantity: 0 },
  });
  assert.deepEqual(DistributionConfig, {
    CallerReference: "minimal",
    Comment: "",
    Enabled: true,
    Aliases: { Quantity: 0 },
    DefaultRootObject: "",
    Origins: {
      Quantity: 1,
      Items: [
        {
          Id: "local",
          DomainName: "localhost",
          OriginPath: "",
          CustomHeaders: { Quantity: 0 },
          CustomOriginConfig: {
            HTTPPort: 80,
            HTTPSPort: 443,
            OriginProtocolPolicy: "http-only",
            OriginSslProtocols: { Quantity: 3, Items: ["TLSv1", "TLSv1.1", "TLSv1.2"] },
            OriginReadTimeout: 30,
            OriginKeepaliveTimeout: 5,
          },
          ConnectionAttempts: 3,
          ConnectionTimeout: 10,
          OriginShield: { Enabled: false },
          OriginAccessControlId: "",
        },
      ],
    },
    OriginGroups: { Quantity: 0 },
    DefaultCacheBehavior: {
      TargetOriginId: "local",
      ViewerProtocolPolicy: "allow-all",
      TrustedSigners: { Enabled: false, Quantity: 0 },
      TrustedKeyGroups: { Enabled: false, Quantity: 0 },
      AllowedMethods: {
        Quantity: 2,
        Items: ["HEAD", "GET"],
        CachedMethods: { Quantity: 2, Items: ["HEAD", "GET"] },
      },
      SmoothStreaming: false,
      Compress: false,
      LambdaFunctionAssociations: { Quantity: 0 },
      FunctionAssociations: { Quantity: 0 },
      FieldLevelEncryptionId: "",
      GrpcConfig: { Enabled: false },
      ForwardedValues: {
        QueryString: true,
        Cookies: { Forward: "none" },
        Headers: { Quantity: 0 },
        QueryStringCacheKeys: { Quantity: 0 },
      },
      MinTTL: 0,
      DefaultTTL: 86_400,
      MaxTTL: 31_536_000,
    },
    CacheBehaviors: { Quantity: 0 },
    CustomErrorResponses: { Quantity: 0 },
    Logging: { Enabled: false, IncludeCookies: false, Bucket: "", Prefix: "" },
    PriceClass: "PriceClass_All",
    ViewerCertificate: {
      CloudFrontDefaultCertificate: true,
      SSLSupportMethod: "vip",
      MinimumProtocolVersion: "TLSv1",
      CertificateSource: "cloudfront",
    },
    Restrictions: { GeoRestriction: { RestrictionType: "none", Quantity: 0 } },
    WebACLId: "",
    HttpVersion: "http2",
    IsIPV6Enabled: true,
    ContinuousDeploymentPolicyId: "",
    Staging: false,
  });
});

test("createDistribution() shows an S3 origin's timeout, also when it is AWS's default", async () => {
  const account = createTestAccount();
  const timeoutOf = async (s3: object, callerReference: string): Promise<number | undefined> => {
    const minimal = buildConfig({ callerReference, originPort: 80 });
    const [{ CustomOriginConfig: _, ...origin }] = minimal.Origins!.Items! as [Origin];
    const S3OriginConfig = { OriginAccessIdentity: "", ...s3 };
    minimal.Origins!.Items = [{ ...origin, S3OriginConfig }];
    const output = await createDistribution({ DistributionConfig: minimal }, account);
    return output.Distribution?.DistributionConfig?.Origins?.Items?.[0]?.S3OriginConfig
      ?.OriginReadTimeout;
  };
  assert.equal(await timeoutOf({}, "default"), 30);
  assert.equal(await timeoutOf({ OriginReadTimeout: 60 }, "own"), 60);
});

test("createDistribution() answers methods in AWS's order, and behaviors in the caller's", async () => {
  const account = createTestAccount();
  const config = await readConfig(account, await create(account));
  assert.deepEqual(config.DefaultCacheBehavior?.AllowedMethods?.Items, [
    "HEAD",
    "DELETE",
    "POST",
    "GET",
    "OPTIONS",
    "PUT",
    "PATCH",
  ]);
  const patterns = config.CacheBehaviors?.Items?.map(({ PathPattern }) => PathPattern);
  assert.deepEqual(patterns, ["/legacy/*", "*.png", "/files/?.txt"]);
});

test("createDistribution() mirrors the certificate in the deprecated members", async () => {
  const account = createTestAccount();
  const { ViewerCertificate: shown } = await readConfig(account, await create(account));
  assert.equal(shown?.Certificate, shown?.ACMCertificateArn);
  assert.equal(shown?.CertificateSource, "acm");
  assert.equal(shown?.CloudFrontDefaultCertificate, false);

  const deprecated = sampleConfig("deprecated");
  deprecated.Aliases = { Quantity: 0 };
  deprecated.ViewerCertificate = {
    Certificate: "ASCAEXAMPLE",
    CertificateSource: "iam",
    SSLSupportMethod: "sni-only",
  };
  const read = await readConfig(account, await create(account, deprecated));
  assert.equal(read.ViewerCertificate?.IAMCertificateId, "ASCAEXAMPLE");
});

test("createDistribution() refuses a caller reference that was used, even with the same configuration", async () => {
  const account = createTestAccount();
  const id = await create(account);
  await assert.rejects(create(account), {
    code: "DistributionAlreadyExists",
    status: 409,
    message: new RegExp(`Already exists: ${id}$`),
  });
});

test("createDistribution() refuses one more than the account may have", async () => {
  const account = createTestAccount();
  account.quotas = { ...account.quotas, distributionsPerAccount: 1 };
  await create(account);
  const another = buildConfig({ callerReference: "another", originPort: 80 });
  await assert.rejects(create(account, another), { code: "TooManyDistributions" });
});

test("createDistributionWithTags() keeps the tags, and refuses AWS's own", async () => {
  const account = createTestAccount();
  const withTag = (Key: string, reference: string): Promise<unknown> =>
    createDistributionWithTags(
      {
        DistributionConfigWithTags: {
          DistributionConfig: buildConfig({ callerReference: reference, originPort: 80 }),
          Tags: { Items: [{ Key, Value: "1" }] },
        },
      },
      account,
    );
  await withTag("team", "tagged");
  const [id] = account.state().distributions.keys();
  const arn = `arn:aws:cloudfront::000000000000:distribution/${id}`;
  assert.deepEqual(tagsOf(account.state(), arn), [{ Key: "team", Value: "1" }]);
  await assert.rejects(withTag("aws:team", "refused"), { code: "InvalidTagging" });
});

for (const [name, call] of Object.entries({
  updateDistribution: (account: TestAccount, Id: string, IfMatch?: string) =>
    updateDistribution({ Id, IfMatch, DistributionConfig: sampleConfig() }, account),
  deleteDistribution: (account: TestAccount, Id: string, IfMatch?: string) =>
    deleteDistribution({ Id, IfMatch }, account),
})) {
  test(`${name}() says first that nothing has the id, then what is wrong with IfMatch`, async () => {
    const account = createTestAccount();
    await assert.rejects(call(account, "E1"), { code: "NoSuchDistribution", status: 404 });
    const id = await create(account);
    const before = account.state();
    await assert.rejects(call(account, id), { code: "InvalidIfMatchVersion", status: 400 });
    await assert.rejects(call(account, id, ""), { code: "InvalidIfMatchVersion" });
    await assert.rejects(call(account, id, "*"), { code: "InvalidIfMatchVersion" });
    await assert.rejects(call(account, id, v2), { code: "PreconditionFailed", status: 412 });
    assert.equal(account.state(), before);
  });
}

test("updateDistribution() counts a version and has the edges deploy it", async () => {
  const account = createTestAccount();
  const id = await create(account);
  account.now = "2026-02-02T00:00:00.000Z";
  account.deployedRevision = account.state().revision;
  const DistributionConfig = { ...sampleConfig(), Comment: "changed" };
  const update = { Id: id, IfMatch: v1, DistributionConfig };
  const { Distribution, ETag } = await updateDistribution(update, account);
  assert.equal(ETag, v2);
  assert.equal(Distribution?.Status, "InProgress");
  assert.deepEqual(Distribution?.LastModifiedTime, new Date(account.now));
  const status = async (): Promise<unknown> =>
    (await getDistribution({ Id: id }, account)).Distribution?.Status;
  assert.equal(await status(), "InProgress");
  account.deployedRevision = account.state().revision;
  assert.equal(await status(), "Deployed");
});

test("updateDistribution() refuses another caller reference", async () => {
  const account = createTestAccount();
  const DistributionConfig = sampleConfig("another");
  await assert.rejects(
    updateDistribution({ Id: await create(account), IfMatch: v1, DistributionConfig }, account),
    { code: "IllegalUpdate", message: /You cannot update Origin or CallerReference/ },
  );
});

test("updateDistribution() changes a behavior from legacy settings to a policy in one update", async () => {
  const account = createTestAccount();
  const id = await create(account);
  const config = await readConfig(account, id);
  const [first, ...others] = config.CacheBehaviors?.Items ?? [];
  const { ForwardedValues, MinTTL, DefaultTTL, MaxTTL, ...kept } = first!;
  assert.ok(ForwardedValues && MinTTL === 0 && DefaultTTL && MaxTTL);
  const CachePolicyId = "658327ea-f89d-4fab-a63d-7e88639e58f6";
  config.CacheBehaviors = { Quantity: 3, Items: [{ ...kept, CachePolicyId }, ...others] };
  const update = { Id: id, IfMatch: v1, DistributionConfig: config };
  await updateDistribution(update, account);
  const read = (await readConfig(account, id)).CacheBehaviors?.Items?.[0];
  assert.deepEqual(
    [read?.CachePolicyId, read?.MinTTL, read?.ForwardedValues],
    [CachePolicyId, undefined, undefined],
  );
});

test("deleteDistribution() wants it disabled, and the edges to know", async () => {
  const account = createTestAccount();
  const id = await create(account);
  await assert.rejects(deleteDistribution({ Id: id, IfMatch: v1 }, account), {
    code: "DistributionNotDisabled",
    status: 409,
    message: /The distribution you are trying to delete has not been disabled\./,
  });
  const DistributionConfig = { ...(await readConfig(account, id)), Enabled: false };
  account.deployedRevision = account.state().revision;
  await updateDistribution({ Id: id, IfMatch: v1, DistributionConfig }, account);
  await assert.rejects(deleteDistribution({ Id: id, IfMatch: v2 }, account), {
    code: "DistributionNotDisabled",
  });
  account.deployedRevision = account.state().revision;
  await deleteDistribution({ Id: id, IfMatch: v2 }, account);
  await assert.rejects(getDistribution({ Id: id }, account), { code: "NoSuchDistribution" });
});

test("listDistributions() spells HTTP versions in upper case", async () => {
  const account = createTestAccount();
  await create(account);
  const { DistributionList } = await listDistributions({}, account);
  const [entry] = DistributionList?.Items ?? [];
  assert.deepEqual([entry?.HttpVersion, entry?.ETag], ["HTTP2AND3", v1]);
  assert.deepEqual(
    [DistributionList?.Marker, DistributionList?.MaxItems, DistributionList?.IsTruncated],
    ["", 100, false],
  );
});

test("associateDistributionWebAcl() names a web ACL, and disassociating leaves none", async () => {
  const account = createTestAccount();
  const id = await create(account);
  const associate = (IfMatch: string | undefined, WebACLArn = webAcl, Id = id): Promise<unknown> =>
    associateDistributionWebAcl({ Id, IfMatch, WebACLArn }, account);
  await assert.rejects(associate(v1, webAcl, "E1"), { code: "EntityNotFound", status: 404 });
  await assert.rejects(associate(undefined), { code: "InvalidIfMatchVersion" });
  await assert.rejects(associate(v2), { code: "PreconditionFailed" });
  await assert.rejects(associate(v1, "acl"), { code: "InvalidArgument" });
  assert.deepEqual(await associate(v1), { Id: id, WebACLArn: webAcl, ETag: v2 });
  assert.equal((await readConfig(account, id)).WebACLId, webAcl);
  const { ETag } = await disassociateDistributionWebAcl({ Id: id, IfMatch: v2 }, account);
  assert.equal(ETag, "E1F83G8C2ARO7P");
  assert.equal((await readConfig(account, id)).WebACLId, "");
});
