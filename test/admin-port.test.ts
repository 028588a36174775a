/**
 * The admin port: health and metrics alone, there before the edge and after it.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { CreateDistributionCommand } from "@aws-sdk/client-cloudfront";
import { buildConfig } from "./support/distribution-config.ts";
import { readMetrics } from "./support/metrics.ts";
import { startTestNode } from "./support/test-node.ts";
import { startTestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

test("The admin port tells health and metrics, and nothing else", async (t) => {
  const node = await startTestNode({ args: ["--admin-port", "0", "--auth", "sigv4"] });
  t.after(() => node.stop());
  const { admin = "" } = node;
  for (const [path, status] of Object.entries({
    "/footlight/v1/health": 200,
    "/footlight/v1/health/live": 200,
    "/footlight/v1/health/ready": 200,
    "/footlight/v1/metrics": 200,
    "/footlight/v1/metrics?format=xml": 400,
    "/footlight/v1/changes": 404,
    "/2020-05-31/distribution": 404,
    "/": 404,
  })) {
    assert.equal((await fetch(`${admin}${path}`)).status, status, path);
  }
  assert.equal((await fetch(`${admin}/footlight/v1/health`, { method: "HEAD" })).status, 200);
  assert.equal((await fetch(`${admin}/footlight/v1/health`, { method: "POST" })).status, 405);
  const health = await (await fetch(`${admin}/footlight/v1/health`)).json();
  assert.deepEqual(health, {
    success: true,
    data: {
      status: "ready",
      id: "000000000000",
      revision: 0,
      edge_workers: 1,
      full_edge_workers: 0,
      follower: {
        ...{ revision: 0, hash: "0".repeat(64) },
        ...{ log_reachable: true, ahead_of_log: 0 },
      },
    },
  });
  assert.equal((await readMetrics(`${admin}/footlight/v1/metrics`)).get("footlight_workers"), 1);
  // The API asks for a key all the same.
  assert.equal((await fetch(`${node.api}/footlight/v1/health/live`)).status, 403);
});

test("A node that drains lives, is not ready, and finishes what it has", async (t) => {
  let held: ServerResponse | undefined;
  const origin = await startTestOrigin((_request, response) => {
    held = response;
  });
  t.after(() => origin.close());
  const node = await startTestNode({ args: ["--admin-port", "0"] });
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({ callerReference: "slow", originPort: origin.port }),
    }),
  );
  const answer = view(node.edge, Distribution?.DomainName ?? "", "/");
  const until = async (path: string, status: number): Promise<void> => {
    while ((await fetch(`${node.admin}${path}`)).status !== status);
  };
  while (held === undefined) await new Promise((resolve) => void setTimeout(resolve, 5));
  assert.equal((await fetch(`${node.api}/footlight/v1/health/ready`)).status, 200);
  node.process.kill("SIGTERM");
  await until("/footlight/v1/health/ready", 503);
  assert.equal((await fetch(`${node.admin}/footlight/v1/health`)).status, 503);
  assert.equal((await fetch(`${node.admin}/footlight/v1/health/live`)).status, 200);
  const exited = once(node.process, "exit");
  held.end("finished");
  assert.equal((await answer).body, "finished");
  assert.deepEqual(await exited, [0, null]);
});

test("With --drain-wait a node that is told to stop serves on, while its health says 503, and then ends", async (t) => {
  const origin = await startTestOrigin((_request, response) => response.end("served"));
  t.after(() => origin.close());
  const node = await startTestNode({ args: ["--admin-port", "0", "--drain-wait", "6"] });
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({ callerReference: "balanced", originPort: origin.port }),
    }),
  );
  const exited = once(node.process, "exit");
  const toldAt = performance.now();
  node.process.kill("SIGTERM");
  while ((await fetch(`${node.admin}/footlight/v1/health`)).status !== 503);
  assert.equal((await view(node.edge, Distribution?.DomainName ?? "", "/")).body, "served");
  assert.deepEqual(await exited, [0, null]);
  assert.ok(performance.now() - toldAt >= 6000, "it ended before load balancers could look");
});
