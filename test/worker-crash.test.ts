/** A worker that dies takes nothing with it: the others serve on, a change is still visible at once. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CreateDistributionCommand,
  CreateFunctionCommand,
  PublishFunctionCommand,
  UpdateFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { childrenOf } from "./support/child-processes.ts";
import { buildConfig } from "./support/distribution-config.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

const config = { Comment: "", Runtime: "cloudfront-js-2.0" } as const;
const codeOf = (text: string): Uint8Array =>
  Buffer.from(`function handler() { return { statusCode: 200, body: '${text}' }; }`);

let node: TestNode;
let origin: TestOrigin;
before(async () => {
  [node, origin] = await Promise.all([startTestNode({ workers: 2 }), startTestOrigin()]);
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

test("A killed worker is replaced, and the new one serves what was published meanwhile", async () => {
  const { client, edge } = node;
  const { ETag } = await client.send(
    new CreateFunctionCommand({
      Name: "page",
      FunctionConfig: config,
      FunctionCode: codeOf("one"),
    }),
  );
  await client.send(new PublishFunctionCommand({ Name: "page", IfMatch: ETag }));
  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({
        callerReference: "crash",
        originPort: origin.port,
        viewerRequest: "page",
      }),
    }),
  );
  const host = Distribution?.DomainName ?? "";

  const [victim = 0, other = 0] = childrenOf(node.process.pid!, "edge-worker");
  process.kill(victim, "SIGKILL");
  const updated = await client.send(
    new UpdateFunctionCommand({
      Name: "page",
      IfMatch: ETag,
      FunctionConfig: config,
      FunctionCode: codeOf("two"),
    }),
  );
  await client.send(new PublishFunctionCommand({ Name: "page", IfMatch: updated.ETag }));
  assert.equal((await view(edge, host, "/")).body, "two");

  await untilWorkersServe(node, 2);
  assert.ok(!childrenOf(node.process.pid!, "edge-worker").includes(victim));
  // With the other one gone too, only the replacement can answer.
  process.kill(other, "SIGKILL");
  await untilWorkersServe(node, 1);
  assert.equal((await view(edge, host, "/")).body, "two");
});

test("A worker that no longer acknowledges is replaced, and the change it held up is answered", async () => {
  await untilWorkersServe(node, 2);
  const [victim = 0] = childrenOf(node.process.pid!, "edge-worker");
  process.kill(victim, "SIGSTOP");
  const started = performance.now();
  await node.client.send(
    new CreateFunctionCommand({ Name: "late", FunctionConfig: config, FunctionCode: codeOf("x") }),
  );
  const waitedMs = performance.now() - started;
  assert.ok(waitedMs > 4000 && waitedMs < 8000, `answered after ${waitedMs} ms`);
  assert.ok(!childrenOf(node.process.pid!, "edge-worker").includes(victim));
});

test("A worker that is stuck is replaced, though nothing is changed", async () => {
  await untilWorkersServe(node, 2);
  const [victim = 0] = childrenOf(node.process.pid!, "edge-worker");
  process.kill(victim, "SIGSTOP");
  await untilWorkersServe(node, 1);
  await untilWorkersServe(node, 2);
  assert.ok(!childrenOf(node.process.pid!, "edge-worker").includes(victim));
});

async function untilWorkersServe({ api }: TestNode, count: number): Promise<void> {
  for (;;) {
    const health = await fetch(`${api}/footlight/v1/health`);
    const { data } = (await health.json()) as { data: { edge_workers: number } };
    if (data.edge_workers === count) return;
  }
}
