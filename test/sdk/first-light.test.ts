/**
 * The main job through the AWS SDK for JavaScript: a function is created, tested, published and
 * attached, real viewers get it, and an update reaches them only when it is published.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CreateCachePolicyCommand,
  CreateDistributionCommand,
  CreateFunctionCommand,
  DescribeFunctionCommand,
  GetDistributionCommand,
  PublishFunctionCommand,
  TestFunctionCommand,
  UpdateFunctionCommand,
  UpdateCachePolicyCommand,
  waitUntilDistributionDeployed,
  type CachePolicyConfig,
} from "@aws-sdk/client-cloudfront";
import { buildConfig } from "../support/distribution-config.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "../support/test-origin.ts";
import { view } from "../support/viewer.ts";

const rewriteTo = (folder: string): Uint8Array =>
  Buffer.from(`function handler(event) {
  var request = event.request;
  request.uri = '${folder}' + request.uri;
  return request;
}`);
const runtime = { Comment: "rewrites", Runtime: "cloudfront-js-2.0" } as const;
const testEvent = {
  version: "1.0",
  context: { eventType: "viewer-request" },
  viewer: { ip: "198.51.100.7" },
  request: { method: "GET", uri: "/docs", headers: { host: { value: "www.example.com" } } },
};

let node: TestNode;
let origin: TestOrigin;

before(async () => {
  [node, origin] = await Promise.all([startTestNode({ workers: 2 }), startTestOrigin()]);
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

test("Viewers get what was published, and never what is in DEVELOPMENT", async () => {
  const { client, edge } = node;
  const created = await client.send(
    new CreateFunctionCommand({
      Name: "rewrite",
      FunctionConfig: runtime,
      FunctionCode: rewriteTo("/one"),
    }),
  );
  assert.equal(created.ETag, "ETVPDKIKX0DER");
  assert.equal(created.FunctionSummary?.Status, "UNPUBLISHED");

  const tested = await client.send(
    new TestFunctionCommand({
      Name: "rewrite",
      IfMatch: created.ETag,
      EventObject: Buffer.from(JSON.stringify(testEvent)),
    }),
  );
  assert.equal(tested.TestResult?.FunctionErrorMessage, "");
  assert.equal(JSON.parse(tested.TestResult?.FunctionOutput ?? "").request.uri, "/one/docs");

  const published = await client.send(
    new PublishFunctionCommand({ Name: "rewrite", IfMatch: created.ETag }),
  );
  assert.equal(published.FunctionSummary?.FunctionMetadata?.Stage, "LIVE");
  assert.equal(published.FunctionSummary?.Status, "UNASSOCIATED");

  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({
        callerReference: "first-light",
        originPort: origin.port,
        viewerRequest: "rewrite",
      }),
    }),
  );
  const host = Distribution?.DomainName ?? "";
  assert.match(host, /^d[a-z0-9]{13}\.cloudfront\.localhost$/);
  assert.equal(Distribution?.Status, "InProgress");
  assert.equal((await view(edge, host, "/docs?a=1")).body, "GET /one/docs?a=1");

  const updated = await client.send(
    new UpdateFunctionCommand({
      Name: "rewrite",
      IfMatch: created.ETag,
      FunctionConfig: runtime,
      FunctionCode: rewriteTo("/two"),
    }),
  );
  assert.equal(updated.ETag, "E3UN6WX5RRO2AG");
  assert.equal((await view(edge, host, "/docs")).body, "GET /one/docs");

  await client.send(new PublishFunctionCommand({ Name: "rewrite", IfMatch: updated.ETag }));
  assert.equal((await view(edge, host, "/docs")).body, "GET /two/docs");

  const live = await client.send(new DescribeFunctionCommand({ Name: "rewrite", Stage: "LIVE" }));
  assert.equal(live.ETag, updated.ETag);
  assert.equal(live.FunctionSummary?.Status, "DEPLOYED");
});

test("A distribution with nothing left to apply says Deployed within a second", async () => {
  const { client } = node;
  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({ callerReference: "deployed", originPort: origin.port }),
    }),
  );
  const waited = await waitUntilDistributionDeployed(
    { client, minDelay: 1, maxDelay: 1, maxWaitTime: 2 },
    { Id: Distribution?.Id },
  );
  assert.equal(waited.state, "SUCCESS");
  const read = await client.send(new GetDistributionCommand({ Id: Distribution?.Id }));
  assert.equal(read.Distribution?.Status, "Deployed");
});

test("A custom policy decides what the origin gets, and its update counts at once", async () => {
  const { client, edge } = node;
  const policy = (names: string[]): CachePolicyConfig => ({
    Name: "some-parameters",
    MinTTL: 0,
    DefaultTTL: 60,
    MaxTTL: 60,
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: false,
      HeadersConfig: { HeaderBehavior: "none" },
      CookiesConfig: { CookieBehavior: "none" },
      QueryStringsConfig: {
        QueryStringBehavior: "whitelist",
        QueryStrings: { Quantity: names.length, Items: names },
      },
    },
  });
  const created = await client.send(
    new CreateCachePolicyCommand({ CachePolicyConfig: policy(["a"]) }),
  );
  const config = buildConfig({ callerReference: "custom-policy", originPort: origin.port });
  const { ForwardedValues: _legacy, MinTTL: _ttl, ...behavior } = config.DefaultCacheBehavior!;
  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        ...config,
        DefaultCacheBehavior: { ...behavior, CachePolicyId: created.CachePolicy?.Id },
      },
    }),
  );
  const host = Distribution?.DomainName ?? "";
  assert.equal((await view(edge, host, "/x?a=1&b=2")).body, "GET /x?a=1");
  await client.send(
    new UpdateCachePolicyCommand({
      Id: created.CachePolicy?.Id,
      IfMatch: created.ETag,
      CachePolicyConfig: policy(["b"]),
    }),
  );
  assert.equal((await view(edge, host, "/x?a=1&b=2")).body, "GET /x?b=2");
});
