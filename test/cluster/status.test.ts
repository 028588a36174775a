/** What all edges have applied, as Status tells it, and who is there. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { after, before, suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import {
  CreateInvalidationCommand,
  DescribeFunctionCommand,
  GetDistributionCommand,
  GetInvalidationCommand,
} from "@aws-sdk/client-cloudfront";
import type { ListedNode } from "../../src/cli/nodes.ts";
import { createLiveFunction, pageOf } from "../support/live-function.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";

const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");

let server: NatsServer;

suite("what all edges have", { skip: skipWithoutNats() }, () => {
  before(async () => {
    server = await NatsServer.start();
  });
  after(() => server.stop());

  test("is in progress until the last edge has applied it, or is gone", async (t) => {
    // Before that a busy machine has made the changes, and has asked what became of them.
    const control = await start(t, "status", "control", ["--gone-after", "20"]);
    const [near, far] = [
      await start(t, "status", "edge", ["--edge-group", "eu", "--node-name", "near"]),
      await start(t, "status", "edge", ["--edge-group", "us", "--node-name", "far"]),
    ];
    const { client } = control;
    await untilNodes(control, (all) => all.length === 3);
    const page = await createLiveFunction(client, {
      ...{ name: "page", source: pageOf("one"), originPort: 9000 },
    });
    const get = new GetDistributionCommand({ Id: page.distributionId });
    const describe = new DescribeFunctionCommand({ Name: "page", Stage: "LIVE" });
    await until(async () => (await client.send(get)).Distribution?.Status === "Deployed");
    await until(async () => (await client.send(describe)).FunctionSummary?.Status === "DEPLOYED");

    // Its processes stand still: it is there, and has nothing.
    process.kill(-far.process.pid!, "SIGSTOP");
    await page.update(pageOf("two"));
    await page.publish();
    const invalidation = await client.send(
      new CreateInvalidationCommand({
        DistributionId: page.distributionId,
        InvalidationBatch: {
          CallerReference: "once",
          Paths: { Quantity: 1, Items: ["/*"] },
        },
      }),
    );
    const getInvalidation = new GetInvalidationCommand({
      DistributionId: page.distributionId,
      Id: invalidation.Invalidation?.Id,
    });
    await untilNodes(control, (all) => all.some(({ name, lag }) => name === "near" && lag === 0));
    const statuses = async (): Promise<unknown[]> => [
      (await client.send(get)).Distribution?.Status,
      (await client.send(describe)).FunctionSummary?.Status,
      (await client.send(getInvalidation)).Invalidation?.Status,
    ];
    assert.deepEqual(await statuses(), ["InProgress", "IN_PROGRESS", "InProgress"]);

    await untilNodes(control, (all) =>
      all.some(({ name, state }) => name === "far" && state === "gone"),
    );
    assert.deepEqual(await statuses(), ["Deployed", "DEPLOYED", "Completed"]);

    process.kill(-far.process.pid!, "SIGCONT");
    await untilNodes(control, (all) =>
      all.every(({ state, lag }) => state === "ready" && lag === 0),
    );
    assert.equal(await far.stop(), 0);
    await untilNodes(control, (all) => all.every(({ name }) => name !== "far"));
    assert.equal(near.process.exitCode, null);
  });

  test("a group that is held stays and is not waited for, and has all once it is released", async (t) => {
    const control = await start(t, "held", "control");
    const args = ["--edge-group", "eu", "--node-name", "kept"];
    const kept = await start(t, "held", "edge", args);
    const other = await start(t, "held", "edge", ["--edge-group", "us"]);
    await untilNodes(control, (all) => all.length === 3);
    const page = await createLiveFunction(control.client, {
      ...{ name: "page", source: pageOf("one"), originPort: 9000 },
    });
    const get = new GetDistributionCommand({ Id: page.distributionId });
    const isDeployed = async (): Promise<boolean> =>
      (await control.client.send(get)).Distribution?.Status === "Deployed";
    await until(isDeployed);
    const bodyOf = async (edge: string): Promise<string> => (await view(edge, page.host, "/")).body;
    const footlight = async (...words: string[]): Promise<string> =>
      (await promisify(execFile)(process.execPath, [bin, "nodes", ...words, "--api", control.api]))
        .stdout;

    assert.match(
      await footlight("hold", "eu"),
      /^The edges of eu stay at revision \d+ and serve on/,
    );
    await page.update(pageOf("two"));
    await page.publish();
    await until(async () => (await bodyOf(other.edge)) === "two");
    await until(isDeployed);
    assert.equal(await bodyOf(kept.edge), "one");
    await until(async () => /kept .* edge +eu .* held /.test(await footlight()));
    // Whoever comes new to the group stays where it is, too.
    const late = await start(t, "held", "edge", ["--edge-group", "eu"]);
    assert.equal(await bodyOf(late.edge), "one");
    await assert.rejects(
      footlight("hold", "eu"),
      /The group "eu" is held already, at revision \d+/,
    );

    await footlight("release", "eu");
    await until(async () => (await bodyOf(kept.edge)) === "two");
    await until(async () => (await bodyOf(late.edge)) === "two");
    await untilNodes(control, (all) => all.every(({ state }) => state === "ready"));
  });

  test("every control node shows all nodes, and two whole nodes wait for each other", async (t) => {
    const [first, second] = [
      await start(t, "whole", "start", ["--node-name", "first"]),
      await start(t, "whole", "start", ["--node-name", "second"]),
    ];
    for (const node of [first, second]) {
      await untilNodes(
        node,
        (all) =>
          all.map(({ name, kind }) => `${name} ${kind}`).join() === "first whole,second whole",
      );
    }
    const page = await createLiveFunction(first.client, {
      ...{ name: "page", source: pageOf("one"), originPort: 9000 },
    });
    const get = new GetDistributionCommand({ Id: page.distributionId });
    for (const { client } of [first, second]) {
      await until(async () => (await client.send(get)).Distribution?.Status === "Deployed");
    }
    // Who is slow to answer is not ready for a moment.
    await until(async () => {
      const nodes = [bin, "nodes", "--api", second.api];
      const { stdout } = await promisify(execFile)(process.execPath, nodes);
      assert.match(stdout, /^NAME +ID +KIND +GROUP +REVISION +LAG +STATE/);
      return /first +[0-9a-f]{12} +whole +default +\d+ +0 +ready/.test(stdout);
    });
  });
});

test("A node on a file of its own shows itself, and has what it was told at once", async (t) => {
  const node = await startTestNode({ args: ["--node-name", "alone"] });
  t.after(() => node.kill());
  const page = await createLiveFunction(node.client, {
    ...{ name: "page", source: pageOf("one"), originPort: 9000 },
  });
  const get = new GetDistributionCommand({ Id: page.distributionId });
  assert.equal((await node.client.send(get)).Distribution?.Status, "Deployed");
  const listed: string[] = [];
  await untilNodes(node, (all) => {
    listed.push(...all.map(({ name, kind, state, lag }) => `${name} ${kind} ${state} ${lag}`));
    return true;
  });
  assert.deepEqual(listed, ["alone whole ready 0"]);
});

async function start(
  t: TestContext,
  prefix: string,
  command: "control" | "edge" | "start",
  args: readonly string[] = [],
): Promise<TestNode> {
  const log = ["--log", server.address, "--log-prefix", prefix];
  const node = await startTestNode({ command, args: [...log, ...args] });
  t.after(async () => {
    if (node.process.exitCode !== null || node.process.signalCode !== null) return;
    const exited = once(node.process, "exit");
    process.kill(-node.process.pid!, "SIGKILL");
    await exited;
  });
  return node;
}

async function untilNodes(
  { api }: TestNode,
  isSo: (all: readonly ListedNode[]) => boolean,
): Promise<void> {
  await until(async () => {
    const response = await fetch(new URL("/footlight/v1/nodes", api));
    const { data } = (await response.json()) as {
      readonly data: { readonly items: readonly ListedNode[] };
    };
    return isSo(data.items);
  });
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await setTimeout(20);
}
