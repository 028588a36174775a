/** What a node keeps of a log in NATS for itself: it starts from that, and never goes back. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { CreateFunctionCommand, DescribeFunctionCommand } from "@aws-sdk/client-cloudfront";
import { ownCopyFolder } from "../../src/log/own-copy.ts";
import { createLiveFunction, functionConfig, pageOf } from "../support/live-function.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { fillDisk, smallDisk } from "../support/small-disk.ts";
import { startTestNode, type TestNode, type TestNodeInput } from "../support/test-node.ts";
import { untilCopied } from "../support/until-copied.ts";
import { view } from "../support/viewer.ts";

suite("a node's own copy of the log", { skip: skipWithoutNats() }, () => {
  test("an edge starts from it without NATS, serves, and catches up when NATS comes", async (t) => {
    const { server, control } = await cluster(t);
    const edge = await startNode(t, server, "edge");
    const page = await createLiveFunction(control.client, {
      name: "page",
      source: pageOf("one"),
      originPort: 9000,
    });
    await untilViewerGets(edge, page.host, "one");
    await edge.stop();
    await page.update(pageOf("two"));
    await page.publish();
    await server.kill();

    const again = await startNode(t, server, "edge", { dataFolder: edge.dataFolder });
    assert.equal((await view(again.edge, page.host, "/")).body, "one");
    await again.logs(/the change log cannot be reached; going on with the node's own copy/);
    assert.deepEqual(
      { ...(await followerOf(again)), hash: "", log_outage: "" },
      { revision: 3, hash: "", log_reachable: false, log_outage: "", ahead_of_log: 0 },
    );
    assert.match((await followerOf(again)).log_outage, /no NATS server listens there/);
    await server.start();
    await untilViewerGets(again, page.host, "two");
    assert.equal((await followerOf(again)).log_reachable, true);
  });

  test("an edge that is killed has what it served some moments before", async (t) => {
    const { server, control } = await cluster(t);
    const edge = await startNode(t, server, "edge");
    const page = await createLiveFunction(control.client, {
      name: "page",
      source: pageOf("one"),
      originPort: 9000,
    });
    await untilViewerGets(edge, page.host, "one");
    // Written some times a second: the function, its publish and its distribution.
    await untilCopied(ownCopyFolder(edge.dataFolder, "edge"), 3);
    await edge.kill();
    await server.kill();
    const again = await startNode(t, server, "edge", { dataFolder: edge.dataFolder });
    assert.equal((await view(again.edge, page.host, "/")).body, "one");
  });

  test("a control node reads from it without NATS, refuses changes, and goes on when NATS comes", async (t) => {
    const { server, control } = await cluster(t);
    await control.client.send(createFunction("first"));
    await control.stop();
    await server.kill();
    const again = await startNode(t, server, "control", { dataFolder: control.dataFolder });
    await again.client.send(new DescribeFunctionCommand({ Name: "first" }));
    await assert.rejects(again.client.send(createFunction("second")), {
      name: "ServiceUnavailable",
      message: /cannot reach its change log now/,
    });
    await server.start();
    await untilDone(() => again.client.send(createFunction("second")));
  });

  test("a control node shows at once what another one changed while it was away", async (t) => {
    const { server, control } = await cluster(t);
    const other = await startNode(t, server, "control");
    await control.client.send(createFunction("first"));
    await control.stop();
    await other.client.send(createFunction("second"));
    const again = await startNode(t, server, "control", { dataFolder: control.dataFolder });
    await again.client.send(new DescribeFunctionCommand({ Name: "second" }));
  });

  test("nodes that have none yet wait for NATS, and an edge for a control node to make the log", async (t) => {
    const server = await NatsServer.start();
    t.after(() => server.stop());
    await server.kill();
    // As a server that is just starting, or what stands before it.
    const closing = createServer((socket) => void socket.destroy());
    closing.listen(server.port, "127.0.0.1");
    const edge = startNode(t, server, "edge");
    await once(closing, "connection");
    closing.close();
    await server.start();
    const control = await startNode(t, server, "control");
    await control.client.send(createFunction("first"));
    await (await edge).logs(/waiting for the change log/);
  });

  test("a new node gives up soon where it is told to, and says why", async (t) => {
    const server = await NatsServer.start();
    t.after(() => server.stop());
    const args = ["--log", server.address, "--log-wait", "0"];
    const starting = startTestNode({ command: "edge", args });
    await assert.rejects(starting, /there is none yet: start a control node on it first/);
  });

  test("a control node and an edge of one data folder have one each, and two edges of one are refused", async (t) => {
    const { server, control } = await cluster(t);
    const { dataFolder } = control;
    const edge = await startNode(t, server, "edge", { dataFolder });
    const page = await createLiveFunction(control.client, {
      ...{ name: "page", source: pageOf("one"), originPort: 9000 },
    });
    await untilViewerGets(edge, page.host, "one");
    const says = /Another node that runs keeps its copy .*: give each its own --data/;
    await assert.rejects(startNode(t, server, "edge", { dataFolder }), says);
    const hold = new URL("/footlight/v1/nodes/hold", control.api);
    await fetch(hold, { method: "POST", body: JSON.stringify({ group: "default" }) });
    await page.update(pageOf("two"));
    await page.publish();
    await untilCopied(join(dataFolder, "copy"), 6);
    await control.stop();
    await edge.stop();
    await server.kill();
    // What the edge is held at is its own, whatever the control node has.
    const again = await startNode(t, server, "edge", { dataFolder });
    assert.equal((await view(again.edge, page.host, "/")).body, "one");
    assert.doesNotMatch(edge.stderr() + control.stderr(), /could not write/);
  });

  test("a copy that is damaged is set aside, and a new one begun", async (t) => {
    const { server, control } = await cluster(t);
    await control.client.send(createFunction("first"));
    await control.stop();
    writeFileSync(join(control.dataFolder, "copy", "changes.db"), "no database");
    const again = await startNode(t, server, "control", { dataFolder: control.dataFolder });
    await again.client.send(new DescribeFunctionCommand({ Name: "first" }));
    await again.logs(/own copy of the log cannot be used; it was set aside/);
    const folders = readdirSync(control.dataFolder).filter((name) => name.startsWith("copy"));
    assert.equal(folders.length, 2);
    assert.ok(existsSync(join(control.dataFolder, "copy", "changes.db")));
  });

  test("a copy that a full disk keeps from being opened stays where it is", async (t) => {
    const disk = smallDisk(t, 8);
    if (disk === undefined) return;
    const { server, control } = await cluster(t);
    const page = await createLiveFunction(control.client, {
      ...{ name: "page", source: pageOf("one"), originPort: 9000 },
    });
    const dataFolder = join(disk, "data");
    const input = { dataFolder, args: ["--log", server.address, "--cache", "off"] };
    const edge = await startNode(t, server, "edge", input);
    await untilViewerGets(edge, page.host, "one");
    await edge.stop();
    const copy = ownCopyFolder(dataFolder, "edge");
    const index = join(copy, "changes.db-shm");
    // What is left for it lets an edge start on a full disk, too.
    let makeRoom = fillDisk(disk);
    const full = await startNode(t, server, "edge", input);
    assert.equal((await view(full.edge, page.host, "/")).body, "one");
    await full.stop();
    makeRoom();
    rmSync(index);
    makeRoom = fillDisk(disk);
    const says = /Cannot open the change log .*changes\.db: its disk is full .*\. Make room there/;
    await assert.rejects(startNode(t, server, "edge", input), says);
    makeRoom();
    await server.kill();
    const again = await startNode(t, server, "edge", input);
    assert.equal((await view(again.edge, page.host, "/")).body, "one");
    assert.equal(readdirSync(dataFolder).filter((name) => name.startsWith("copy")).length, 1);
  });
});

interface Cluster {
  readonly server: NatsServer;
  readonly control: TestNode;
}

async function cluster(t: TestContext): Promise<Cluster> {
  const server = await NatsServer.start();
  t.after(() => server.stop());
  return { server, control: await startNode(t, server, "control") };
}

async function startNode(
  t: TestContext,
  { address }: NatsServer,
  command: "control" | "edge",
  input: TestNodeInput = {},
): Promise<TestNode> {
  const admin = command === "edge" ? ["--admin-port", "0"] : [];
  const node = await startTestNode({ command, args: ["--log", address, ...admin], ...input });
  t.after(async () => {
    const { exitCode, signalCode } = node.process;
    if (exitCode === null && signalCode === null) await node.kill();
  });
  return node;
}

interface FollowerFacts {
  readonly revision: number;
  readonly log_reachable: boolean;
  readonly log_outage: string;
}

async function followerOf({ admin }: TestNode): Promise<FollowerFacts> {
  const health = (await (await fetch(`${admin}/footlight/v1/health`)).json()) as {
    readonly data: { readonly follower: FollowerFacts };
  };
  return health.data.follower;
}

function createFunction(name: string): CreateFunctionCommand {
  return new CreateFunctionCommand({
    Name: name,
    FunctionConfig: functionConfig,
    FunctionCode: Buffer.from("function handler(event) { return event.request; }"),
  });
}

async function untilViewerGets({ edge }: TestNode, host: string, body: string): Promise<void> {
  while ((await view(edge, host, "/")).body !== body) await setTimeout(20);
}

async function untilDone(act: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const failure = await act().then(
      () => undefined,
      (error: Error) => error,
    );
    if (failure === undefined) return;
    assert.equal(failure.name, "ServiceUnavailable");
    await setTimeout(20);
  }
}
