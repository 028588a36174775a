/** One option says where the edge is: to viewers, to functions that serve them, and to test runs. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DescribeFunctionCommand, TestFunctionCommand } from "@aws-sdk/client-cloudfront";
import { createLiveFunction } from "./support/live-function.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";
import { view } from "./support/viewer.ts";

const source = `import cf from 'cloudfront';
function handler() { return { statusCode: 200, body: cf.edgeLocation.name + ' ' + cf.edgeLocation.region }; }`;
const event = {
  version: "1.0",
  context: { eventType: "viewer-request" },
  viewer: { ip: "192.0.2.7" },
  request: { method: "GET", uri: "/", querystring: {}, headers: {}, cookies: {} },
};

let node: TestNode;
before(async () => {
  node = await startTestNode({ args: ["--pop", "SEA19-C3", "--mock-headers"] });
});
after(() => node.stop());

test("X-Amz-Cf-Pop and cf.edgeLocation.name are of one place, in tests too", async () => {
  const { client, edge } = node;
  const { host } = await createLiveFunction(client, { name: "place", source, originPort: 8000 });
  const { headers, body } = await view(edge, host, "/");
  assert.deepEqual([headers["x-amz-cf-pop"], body], ["SEA19-C3", "SEA us-west-2"]);
  const mock = { "x-footlight-mock-pop": "FRA56-P4" };
  const mocked = await view(edge, host, "/", { headers: mock });
  assert.equal(mocked.headers["x-amz-cf-pop"], "FRA56-P4");
  assert.equal(mocked.body, "FRA eu-central-1");

  const { ETag } = await client.send(new DescribeFunctionCommand({ Name: "place" }));
  const { TestResult } = await client.send(
    new TestFunctionCommand({
      Name: "place",
      IfMatch: ETag,
      EventObject: Buffer.from(JSON.stringify(event)),
    }),
  );
  assert.match(TestResult?.FunctionOutput ?? "", /"SEA us-west-2"/);
});
