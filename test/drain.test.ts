/** SIGTERM ends a node without cutting off what it is serving. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import { CreateDistributionCommand, ListFunctionsCommand } from "@aws-sdk/client-cloudfront";
import { buildConfig } from "./support/distribution-config.ts";
import { startTestNode } from "./support/test-node.ts";
import { startTestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

test("A request that is under way when SIGTERM comes is answered, and the node exits 0 after it", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const origin = await startTestOrigin((_request, response) => {
    asked.resolve();
    void answer.promise.then(() => response.end("late, but whole"));
  });
  const node = await startTestNode({ workers: 2, args: ["--drain-ms", "50000"] });
  const { Distribution } = await node.client.send(
    new CreateDistributionCommand({
      DistributionConfig: buildConfig({ callerReference: "drain", originPort: origin.port }),
    }),
  );
  const host = Distribution?.DomainName ?? "";
  const agent = new Agent({ keepAlive: true });
  // The API's connection stays open, idle, as an SDK leaves it.
  await node.client.send(new ListFunctionsCommand({}));
  const viewed = view(node.edge, host, "/", { agent });
  await asked.promise;

  const exited = once(node.process, "exit");
  const started = performance.now();
  node.process.kill("SIGTERM");
  await refusesConnections(node.edge);
  answer.resolve();
  assert.equal((await viewed).body, "late, but whole");
  const [code] = (await exited) as [number | null];
  assert.equal(code, 0);
  assert.ok(performance.now() - started < 40_000, "idle connections held the node up");
  agent.destroy();
  await origin.close();
});

async function refusesConnections(edge: string): Promise<void> {
  const { hostname, port } = new URL(edge);
  for (;;) {
    const socket = connect(Number(port), hostname);
    const [refused] = await Promise.race([
      once(socket, "connect").then(() => [false]),
      once(socket, "error").then(() => [true]),
    ]).catch(() => [true]);
    socket.destroy();
    if (refused) return;
  }
}
