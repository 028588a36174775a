/** What a configuration names that the account made itself, and what distributions show of it. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { createTestAccount, type TestAccount } from "../../../test/support/test-account.ts";
import { resourceOperations as resources } from "../resources/operations.ts";
import { associateDistributionWebAcl } from "./associate-distribution-web-acl.ts";
import { createDistribution } from "./create-distribution.ts";
import { customOrigin, s3Origin, sampleConfig } from "../../../test/support/sample-config.ts";

async function createOriginAccessControl(
  account: TestAccount,
  type: "s3" | "lambda",
): Promise<string> {
  const { OriginAccessControl } = await resources.CreateOriginAccessControl!(
    {
      OriginAccessControlConfig: {
        Name: type,
        SigningProtocol: "sigv4",
        SigningBehavior: "always",
        OriginAccessControlOriginType: type,
      },
    },
    account,
  );
  return OriginAccessControl?.Id ?? "";
}

async function createKeyGroup(account: TestAccount): Promise<{ group: string; key: string }> {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const EncodedKey = publicKey.export({ type: "spki", format: "pem" }).toString();
  const { PublicKey } = await resources.CreatePublicKey!(
    { PublicKeyConfig: { CallerReference: "key", Name: "key", EncodedKey } },
    account,
  );
  const key = PublicKey?.Id ?? "";
  const { KeyGroup } = await resources.CreateKeyGroup!(
    { KeyGroupConfig: { Name: "group", Items: [key] } },
    account,
  );
  return { group: KeyGroup?.Id ?? "", key };
}

test("createDistribution() shows the keys of its trusted key groups, and its signers", async () => {
  const account = createTestAccount();
  const { group, key } = await createKeyGroup(account);
  const config = sampleConfig();
  const trusted = { Enabled: true, Quantity: 1, Items: [group] };
  config.DefaultCacheBehavior!.TrustedKeyGroups = trusted;
  config.CacheBehaviors!.Items![0]!.TrustedKeyGroups = trusted;
  config.CacheBehaviors!.Items![1]!.TrustedSigners = {
    Enabled: true,
    Quantity: 2,
    Items: ["self", "000000000000"],
  };
  const { Distribution } = await createDistribution({ DistributionConfig: config }, account);
  assert.deepEqual(Distribution?.ActiveTrustedKeyGroups, {
    Enabled: true,
    Quantity: 1,
    Items: [{ KeyGroupId: group, KeyPairIds: { Quantity: 1, Items: [key] } }],
  });
  assert.deepEqual(Distribution?.ActiveTrustedSigners, {
    Enabled: true,
    Quantity: 1,
    Items: [{ AwsAccountNumber: "self", KeyPairIds: { Quantity: 0 } }],
  });
});

test("createDistribution() takes an origin access control for origins of its type, and local ones", async () => {
  const account = createTestAccount();
  const forLambda = await createOriginAccessControl(account, "lambda");
  const forS3 = await createOriginAccessControl(account, "s3");
  const create = (id: string, DomainName = "bucket.s3.amazonaws.com"): Promise<unknown> => {
    const config = sampleConfig(`${id} ${DomainName}`);
    config.Aliases = { Quantity: 0 };
    config.Origins!.Items![2] = { ...s3Origin(), DomainName, OriginAccessControlId: id };
    return createDistribution({ DistributionConfig: config }, account);
  };
  await create(forS3);
  await create(forS3, "localhost");
  await assert.rejects(create(forLambda), {
    code: "InvalidDomainNameForOriginAccessControl",
    status: 400,
  });
  const config = sampleConfig("custom");
  const DomainName = "bucket.s3.amazonaws.com";
  config.Origins!.Items![0] = {
    ...customOrigin("custom"),
    DomainName,
    OriginAccessControlId: forS3,
  };
  await assert.rejects(createDistribution({ DistributionConfig: config }, account), {
    code: "IllegalOriginAccessConfiguration",
    message: /^Illegal configuration: The origin type and OAC origin type differ\./,
  });
});

test("createDistribution() says in AWS's words that an origin access identity does not exist", async () => {
  const config = sampleConfig();
  const OriginAccessIdentity = "origin-access-identity/cloudfront/ENONE";
  config.Origins!.Items![2]!.S3OriginConfig = { OriginAccessIdentity };
  await assert.rejects(createDistribution({ DistributionConfig: config }, createTestAccount()), {
    code: "InvalidOriginAccessIdentity",
    message: /^The specified origin access identity does not exist or is not valid\. Id: ENONE$/,
  });
});

test("A web ACL has as many distributions as the quota says, however they come by it", async () => {
  const account = createTestAccount();
  account.quotas = { ...account.quotas, distributionsPerWebAcl: 1 };
  const WebACLArn =
    "arn:aws:wafv2:us-east-1:000000000000:global/webacl/a/11111111-2222-3333-4444-555555555555";
  const create = async (
    reference: string,
    WebACLId: string,
  ): ReturnType<typeof createDistribution> => {
    const config = { ...sampleConfig(reference), Aliases: { Quantity: 0 }, WebACLId };
    return createDistribution({ DistributionConfig: config }, account);
  };
  const first = await create("first", WebACLArn);
  await assert.rejects(create("second", WebACLArn), { code: "EntityLimitExceeded" });
  const third = await create("third", "");
  const associate = (of: typeof first): Promise<unknown> =>
    associateDistributionWebAcl({ Id: of.Distribution?.Id, IfMatch: of.ETag, WebACLArn }, account);
  await assert.rejects(associate(third), { code: "EntityLimitExceeded" });
  await associate(first);
});

test("createDistribution() refuses one distribution too many for what it shares", async () => {
  const account = createTestAccount();
  account.quotas = { ...account.quotas, distributionsPerOriginAccessControl: 1 };
  const OriginAccessControlId = await createOriginAccessControl(account, "s3");
  const create = (reference: string): Promise<unknown> => {
    const config = sampleConfig(reference);
    config.Aliases = { Quantity: 0 };
    config.Origins!.Items![2] = { ...s3Origin(), OriginAccessControlId };
    return createDistribution({ DistributionConfig: config }, account);
  };
  await create("first");
  await assert.rejects(create("second"), {
    code: "TooManyDistributionsAssociatedToOriginAccessControl",
  });
});
