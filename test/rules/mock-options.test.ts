/**
 * A node's --mock-viewer and --mock-headers, as a person uses them who tries a function out by country.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  PublishFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { startNode } from "../../src/node/start-node.ts";
import { buildConfig } from "../support/distribution-config.ts";
import { functionConfig } from "../support/live-function.ts";
import { startTestNode, temporaryFolder } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";

const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const allViewerAndCloudFront = "33f36d7e-f396-46d9-90e0-52428a34d9dc";

const source = `function handler(event) {
  var country = event.request.headers['cloudfront-viewer-country'];
  return { statusCode: 200, body: country ? country.value : 'nowhere' };
}`;

test("a function by country is tried out over HTTP, by rules that change and by headers", async (t) => {
  const rules = join(temporaryFolder(), "viewers.json");
  const write = (...list: object[]) => writeFileSync(rules, JSON.stringify({ rules: list }));
  write({ viewers: ["127.0.0.0/8"], country: "DE" });
  const node = await startTestNode({ args: ["--mock-viewer", rules, "--mock-headers"] });
  t.after(() => node.stop());
  const { client } = node;
  const Name = "by-country";
  const { ETag } = await client.send(
    new CreateFunctionCommand({
      Name,
      FunctionConfig: functionConfig,
      FunctionCode: Buffer.from(source),
    }),
  );
  await client.send(new PublishFunctionCommand({ Name, IfMatch: ETag }));
  const input = { callerReference: Name, originPort: 8000, viewerRequest: Name };
  const config = buildConfig({ ...input, cachePolicy: cachingDisabled });
  const DefaultCacheBehavior = {
    ...config.DefaultCacheBehavior!,
    OriginRequestPolicyId: allViewerAndCloudFront,
  };
  const { Distribution } = await client.send(
    new CreateDistributionCommand({ DistributionConfig: { ...config, DefaultCacheBehavior } }),
  );
  const host = Distribution?.DomainName ?? "";
  const countryOf = async (headers: Record<string, string> = {}) =>
    (await view(node.edge, host, "/", { headers })).body;

  assert.equal(await countryOf(), "DE");
  assert.equal(await countryOf({ "x-footlight-mock-country": "FR" }), "FR");
  writeFileSync(rules, '{"rules": [{"country": "Sweden"}]}');
  await node.logs(/viewers\.json says .*two capital letters.*what was read before stays in use/);
  assert.equal(await countryOf(), "DE");
  write({ country: "SE" });
  while ((await countryOf()) !== "SE") await sleep(50);
});

test("a node refuses --mock-headers beyond loopback, unless told so", async () => {
  const started = startNode({ mockHeaders: true, edgeHost: "0.0.0.0", log: "memory:" });
  await assert.rejects(started, /^OptionError: --edge-host 0\.0\.0\.0 is not loopback/);
});
