/** The sample configurations of NATS: nodes do with their rights what they must, and an edge no more. */
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import {
  DescribeFunctionCommand,
  GetDistributionCommand,
  PublishFunctionCommand,
  UpdateFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { freePort } from "../support/free-port.ts";
import { JetStreamLog } from "../../src/log/jetstream-log.ts";
import { defaultJetStreamOptions } from "../../src/log/jetstream-options.ts";
import { createLiveFunction, functionConfig, pageOf } from "../support/live-function.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { patientClient } from "../support/patient-client.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";

const passwords = { CONTROL_PASSWORD: "of-control", EDGE_PASSWORD: "of-edges" };

suite("sample configurations of NATS", { skip: skipWithoutNats() }, () => {
  test("one server: a change reaches an edge, which cannot append", async (t) => {
    const server = await startServer(t, "one-server.conf");
    const control = await startNode(t, "control", as("control", server));
    const edge = await startNode(t, "edge", as("edge", server));
    await publishAndWait(control, [edge]);

    const asEdge = `nats://edge:${passwords.EDGE_PASSWORD}@127.0.0.1:${server.port}`;
    const log = await JetStreamLog.open(asEdge, defaultJetStreamOptions, false);
    t.after(() => log.close());
    await assert.rejects(log.append(new Uint8Array(1), await log.lastRevision()));
  });

  test("three servers and a site of its own: one server may be lost", async (t) => {
    const clusterPorts = [await freePort(), await freePort(), await freePort()];
    const routes = clusterPorts.map((port) => `nats-route://127.0.0.1:${port}`);
    const leafPort = await freePort();
    const starting = clusterPorts.map(async (port, index) =>
      startServer(t, "three-servers.conf", {
        NATS_NAME: `footlight-${index + 1}`,
        NATS_CLUSTER_LISTEN: `127.0.0.1:${port}`,
        NATS_LEAF_LISTEN: `127.0.0.1:${index === 0 ? leafPort : await freePort()}`,
        ...Object.fromEntries(routes.map((route, at) => [`NATS_ROUTE_${at + 1}`, route])),
      }),
    );
    const servers = await Promise.all(starting);
    const site = await startServer(t, "site.conf", {
      NATS_NAME: "site-1",
      NATS_REMOTE: `nats-leaf://edge:${passwords.EDGE_PASSWORD}@127.0.0.1:${leafPort}`,
    });
    const list = servers.map(({ port }) => `127.0.0.1:${port}`).join(",");
    const address = `nats://control:${passwords.CONTROL_PASSWORD}@${list}`;
    // Servers that have just met elect a leader first, and a leaf node connects when it can.
    const control = await startNode(t, "control", ["--log", address, "--log-replicas", "3"]);
    const edge = await startNode(t, "edge", as("edge", servers[1]!));
    const atSite = await startNode(t, "edge", as("edge", site));
    const page = await publishAndWait(control, [edge, atSite]);

    await servers[2]!.kill();
    await untilPublished(control, "two");
    for (const { edge: url } of [edge, atSite]) {
      while ((await view(url, page.host, "/")).body !== "two") await setTimeout(20);
    }
  });
});

async function publishAndWait(
  control: TestNode,
  edges: readonly TestNode[],
): ReturnType<typeof createLiveFunction> {
  const client = patientClient(control.api);
  const page = await createLiveFunction(client, {
    ...{ name: "page", source: pageOf("one"), originPort: 9000 },
  });
  const get = new GetDistributionCommand({ Id: page.distributionId });
  while ((await client.send(get)).Distribution?.Status !== "Deployed") await setTimeout(20);
  for (const { edge } of edges) {
    while ((await view(edge, page.host, "/")).body !== "one") await setTimeout(20);
  }
  // An edge that serves may not have been heard of yet.
  let listed = 0;
  while (listed <= edges.length) {
    const response = await fetch(new URL("/footlight/v1/nodes", control.api));
    const { data } = (await response.json()) as { readonly data: { readonly items: unknown[] } };
    listed = data.items.length;
  }
  assert.equal(listed, edges.length + 1);
  return page;
}

function as(user: "control" | "edge", { port }: NatsServer): string[] {
  const password = passwords[user === "control" ? "CONTROL_PASSWORD" : "EDGE_PASSWORD"];
  return ["--log", `nats://${user}:${password}@127.0.0.1:${port}`];
}

async function startServer(
  t: TestContext,
  file: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<NatsServer> {
  const path = resolve(import.meta.dirname, "../../examples/nats", file);
  const variables = { ...passwords, NATS_LISTEN: "127.0.0.1:4222", ...environment };
  const server = await NatsServer.start(["-c", path], variables);
  t.after(() => server.stop());
  return server;
}

async function startNode(
  t: TestContext,
  command: "control" | "edge",
  args: readonly string[],
): Promise<TestNode> {
  const node = await startTestNode({ command, args });
  t.after(() => node.kill());
  return node;
}

/**
 * The two that are left may have to elect a leader first, for seconds. What was refused meanwhile may have been kept all the
 * same, so each attempt goes on from what is there.
 */
async function untilPublished({ client }: TestNode, text: string): Promise<void> {
  for (;;) {
    try {
      const { ETag } = await client.send(new DescribeFunctionCommand({ Name: "page" }));
      const code = { FunctionConfig: functionConfig, FunctionCode: Buffer.from(pageOf(text)) };
      const updated = await client.send(
        new UpdateFunctionCommand({ Name: "page", IfMatch: ETag, ...code }),
      );
      await client.send(new PublishFunctionCommand({ Name: "page", IfMatch: updated.ETag }));
      return;
    } catch (error) {
      assert.match(String(error), /ServiceUnavailable|PreconditionFailed/);
      await setTimeout(50);
    }
  }
}
