import assert from "node:assert/strict";
import { test } from "node:test";
import { callOperation as call, createdId } from "../../../../test/support/call-operation.ts";
import { buildConfig } from "../../../../test/support/distribution-config.ts";
import { createTestAccount } from "../../../../test/support/test-account.ts";

const v1 = "ETVPDKIKX0DER";

test("a distribution has one monitoring subscription at most, and none without the distribution", async () => {
  const account = createTestAccount();
  const status = { RealtimeMetricsSubscriptionStatus: "Enabled" };
  const MonitoringSubscription = { RealtimeMetricsSubscriptionConfig: status };
  const create = (DistributionId: string) =>
    call(account, "CreateMonitoringSubscription", { DistributionId, MonitoringSubscription });
  await assert.rejects(create("none"), { name: "NoSuchDistribution" });

  const config = buildConfig({ callerReference: "a", originPort: 80 });
  const DistributionId = await createdId(account, "CreateDistribution", {
    DistributionConfig: config,
  });
  const get = () => call(account, "GetMonitoringSubscription", { DistributionId });
  await assert.rejects(get(), { name: "NoSuchMonitoringSubscription" });
  await create(DistributionId);
  assert.deepEqual(await get(), { MonitoringSubscription });
  await assert.rejects(create(DistributionId), { name: "MonitoringSubscriptionAlreadyExists" });
  await call(account, "DeleteMonitoringSubscription", { DistributionId });
  await assert.rejects(get(), { name: "NoSuchMonitoringSubscription" });
});

test("a resource policy is put once or again, for a resource that exists", async () => {
  const account = createTestAccount();
  const Id = await createdId(account, "CreateVpcOrigin", {
    VpcOriginEndpointConfig: {
      Name: "v",
      Arn: "arn",
      HTTPPort: 80,
      HTTPSPort: 443,
      OriginProtocolPolicy: "http-only",
    },
  });
  const ResourceArn = `arn:aws:cloudfront::000000000000:vpcorigin/${Id}`;
  const put = (PolicyDocument: string, arn = ResourceArn) =>
    call(account, "PutResourcePolicy", { ResourceArn: arn, PolicyDocument });
  const get = () => call(account, "GetResourcePolicy", { ResourceArn });
  await assert.rejects(get(), { name: "EntityNotFound", message: /has no resource policy/ });
  await assert.rejects(put("no JSON"), { name: "InvalidArgument" });
  const twice = /PolicyDocument must be a JSON object, and it says "a" twice/;
  await assert.rejects(put('{"a":1,"a":2}'), { name: "InvalidArgument", message: twice });
  await assert.rejects(put("{}", `${ResourceArn}x`), { name: "EntityNotFound" });
  await put('{"a":1}');
  await put('{"a":2}');
  assert.deepEqual(await get(), { ResourceArn, PolicyDocument: '{"a":2}' });
  await call(account, "DeleteResourcePolicy", { ResourceArn });
  await assert.rejects(get(), { name: "EntityNotFound" });
});

test("a streaming distribution is deleted when it is disabled, and its tags with it", async () => {
  const account = createTestAccount();
  const StreamingDistributionConfig = {
    CallerReference: "s",
    S3Origin: { DomainName: "b.s3.amazonaws.com", OriginAccessIdentity: "" },
    Comment: "",
    TrustedSigners: { Enabled: false, Quantity: 0 },
    Enabled: true,
  };
  const { StreamingDistribution, Location } = await call(
    account,
    "CreateStreamingDistributionWithTags",
    {
      StreamingDistributionConfigWithTags: {
        StreamingDistributionConfig,
        Tags: { Items: [{ Key: "a", Value: "b" }] },
      },
    },
  );
  const { Id, ARN: Resource, DomainName } = StreamingDistribution!;
  assert.match(DomainName, /^s[a-z0-9]{13}\.cloudfront\.localhost$/);
  assert.match(Location!, /\/streaming-distribution\/E/);
  const { Tags } = await call(account, "ListTagsForResource", { Resource });
  assert.deepEqual(Tags!["Items"], [{ Key: "a", Value: "b" }]);
  await assert.rejects(call(account, "DeleteStreamingDistribution", { Id, IfMatch: v1 }), {
    name: "StreamingDistributionNotDisabled",
  });
  const { ETag } = await call(account, "UpdateStreamingDistribution", {
    Id,
    IfMatch: v1,
    StreamingDistributionConfig: { ...StreamingDistributionConfig, Enabled: false },
  });
  await call(account, "DeleteStreamingDistribution", { Id, IfMatch: ETag });
  await assert.rejects(call(account, "ListTagsForResource", { Resource }), {
    name: "NoSuchResource",
  });
});

test("a real-time log configuration is found by its name or its ARN, and by no other account's", async () => {
  const account = createTestAccount();
  const KinesisStreamConfig = {
    RoleARN: "arn:aws:iam::1:role/r",
    StreamARN: "arn:aws:kinesis:::s",
  };
  await call(account, "CreateRealtimeLogConfig", {
    Name: "logs",
    SamplingRate: 100,
    Fields: ["timestamp"],
    EndPoints: [{ StreamType: "Kinesis", KinesisStreamConfig }],
  });
  const ARN = "arn:aws:cloudfront::000000000000:realtime-log-config/logs";
  for (const input of [{ ARN }, { Name: "logs" }, { Name: "logs", ARN }]) {
    const { RealtimeLogConfig } = await call(account, "GetRealtimeLogConfig", input);
    assert.equal(RealtimeLogConfig!["ARN"], ARN);
  }
  const foreign = ARN.replace("000000000000", "111111111111");
  for (const operation of ["GetRealtimeLogConfig", "DeleteRealtimeLogConfig"] as const) {
    await assert.rejects(call(account, operation, { ARN: foreign }), {
      name: "NoSuchRealtimeLogConfig",
    });
  }
  await assert.rejects(call(account, "GetRealtimeLogConfig", {}), { name: "InvalidArgument" });
});

test("a streaming distribution's origin access identity is there, and stays", async () => {
  const account = createTestAccount();
  const create = (CallerReference: string, id: string) =>
    createdId(account, "CreateStreamingDistribution", {
      StreamingDistributionConfig: {
        CallerReference,
        S3Origin: {
          DomainName: "b.s3.amazonaws.com",
          OriginAccessIdentity: `origin-access-identity/cloudfront/${id}`,
        },
        Comment: "",
        TrustedSigners: { Enabled: false, Quantity: 0 },
        Enabled: false,
      },
    });
  await assert.rejects(create("a", "ENONE"), { name: "InvalidOriginAccessIdentity" });
  const Id = await createdId(account, "CreateCloudFrontOriginAccessIdentity", {
    CloudFrontOriginAccessIdentityConfig: { CallerReference: "i", Comment: "" },
  });
  const streaming = await create("b", Id);
  const remove = () => call(account, "DeleteCloudFrontOriginAccessIdentity", { Id, IfMatch: v1 });
  await assert.rejects(remove(), {
    name: "CloudFrontOriginAccessIdentityInUse",
    message: new RegExp(`used by streaming distribution ${streaming}`),
  });
  await call(account, "DeleteStreamingDistribution", { Id: streaming, IfMatch: v1 });
  await remove();
});
