/** Distributions and invalidations through the AWS SDK: what it reads it can send back as it is. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CopyDistributionCommand,
  CreateDistributionCommand,
  CreateInvalidationCommand,
  GetDistributionConfigCommand,
  ListInvalidationsCommand,
  UpdateDistributionCommand,
  waitUntilInvalidationCompleted,
  type DistributionConfig,
} from "@aws-sdk/client-cloudfront";
import { sampleConfig } from "../support/sample-config.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";

let node: TestNode;

before(async () => {
  node = await startTestNode();
});
after(async () => {
  await node.stop();
});

/** What `aws cloudfront create-distribution --origin-domain-name` sends. */
const fromCommandLine: DistributionConfig = {
  CallerReference: "cli-1700000000-123456",
  Origins: {
    Quantity: 1,
    Items: [
      {
        Id: "files.s3.amazonaws.com-1700000000-123456",
        DomainName: "files.s3.amazonaws.com",
        OriginPath: "",
        S3OriginConfig: { OriginAccessIdentity: "" },
      },
    ],
  },
  DefaultCacheBehavior: {
    TargetOriginId: "files.s3.amazonaws.com-1700000000-123456",
    ForwardedValues: { QueryString: false, Cookies: { Forward: "none" } },
    TrustedSigners: { Enabled: false, Quantity: 0 },
    ViewerProtocolPolicy: "allow-all",
    MinTTL: 0,
  },
  Comment: "",
  Enabled: true,
};

for (const [what, config] of Object.entries({ fromCommandLine, sample: sampleConfig() })) {
  test(`The SDK sends back what it read of a distribution, unchanged (${what})`, async () => {
    const { client } = node;
    const made = await client.send(new CreateDistributionCommand({ DistributionConfig: config }));
    const Id = made.Distribution?.Id;
    const read = await client.send(new GetDistributionConfigCommand({ Id }));
    assert.deepEqual(read.DistributionConfig, made.Distribution?.DistributionConfig);
    const { DistributionConfig, ETag: IfMatch } = read;
    const updated = await client.send(
      new UpdateDistributionCommand({ Id, IfMatch, DistributionConfig }),
    );
    assert.deepEqual(updated.Distribution?.DistributionConfig, DistributionConfig);
    assert.equal(updated.ETag, "E3UN6WX5RRO2AG");

    const copied = await client.send(
      new CopyDistributionCommand({
        PrimaryDistributionId: Id,
        IfMatch: updated.ETag,
        Staging: true,
        Enabled: false,
        CallerReference: `copy of ${what}`,
      }),
    );
    const copy = copied.Distribution?.DistributionConfig;
    assert.deepEqual([copy?.Staging, copy?.Enabled], [true, false]);
  });
}

test("The SDK's waiter ends when an invalidation is completed", async () => {
  const { client } = node;
  const DistributionConfig = { ...fromCommandLine, CallerReference: "invalidated" };
  const { Distribution } = await client.send(new CreateDistributionCommand({ DistributionConfig }));
  const DistributionId = Distribution?.Id;
  const InvalidationBatch = {
    CallerReference: "one",
    Paths: { Quantity: 2, Items: ["/index.html", "/images/*"] },
  };
  const { Invalidation } = await client.send(
    new CreateInvalidationCommand({ DistributionId, InvalidationBatch }),
  );
  assert.equal(Invalidation?.Status, "InProgress");
  assert.deepEqual(Invalidation.InvalidationBatch, InvalidationBatch);
  const waited = await waitUntilInvalidationCompleted(
    { client, minDelay: 1, maxDelay: 1, maxWaitTime: 2 },
    { DistributionId, Id: Invalidation.Id },
  );
  assert.equal(waited.state, "SUCCESS");
  const { InvalidationList } = await client.send(new ListInvalidationsCommand({ DistributionId }));
  assert.deepEqual(
    InvalidationList?.Items?.map(({ Id, Status }) => [Id, Status]),
    [[Invalidation.Id, "Completed"]],
  );
});
