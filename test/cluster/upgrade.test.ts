/**
 * Control nodes and edges of several releases on one log, upgraded in either order.
 *
 * What the previous release has left is kept as files. With FOOTLIGHT_PREVIOUS_RELEASE, a commit, that
 * release runs as well, from its sources: `npm run soak -- upgrade`.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import {
  DescribeFunctionCommand,
  ListDistributionsCommand,
  ListFunctionsCommand,
  PublishFunctionCommand,
  UpdateFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { restoreStreams } from "../support/kept-streams.ts";
import { createLiveFunction, functionConfig, pageOf } from "../support/live-function.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { checkOut, makeNextRelease } from "../support/other-release.ts";
import {
  startTestNode,
  temporaryFolder,
  type TestNode,
  type TestNodeInput,
} from "../support/test-node.ts";
import { view } from "../support/viewer.ts";

const fixtures = resolve(import.meta.dirname, "fixtures/release-of-format-2");
const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");
const previousRelease = process.env["FOOTLIGHT_PREVIOUS_RELEASE"] ?? "";

suite("what the previous release has left", () => {
  test("a node of its own goes on with its file", async (t) => {
    const dataFolder = temporaryFolder();
    const file = readFileSync(join(fixtures, "changes.db.gz"));
    writeFileSync(join(dataFolder, "changes.db"), gunzipSync(file));
    const node = await startTestNode({ dataFolder });
    t.after(() => node.kill());
    const host = await hostOf(node);
    assert.equal((await view(node.edge, host, "/")).body, "one");
    await change(node, "two");
    assert.equal((await view(node.edge, host, "/")).body, "two");
    await node.stop();
    const again = await startTestNode({ dataFolder });
    t.after(() => again.kill());
    assert.equal((await view(again.edge, host, "/")).body, "two");
    assert.equal(await countFunctions(again), 2);
  });

  suite("in NATS", { skip: skipWithoutNats() }, () => {
    for (const order of ["an edge first", "a control node first"]) {
      test(`is taken over by ${order}`, async (t) => {
        const server = await startServer(t);
        await restoreStreams(server, join(fixtures, "streams.json"));
        const early = order === "an edge first" ? await start(t, server, "edge") : undefined;
        const control = await start(t, server, "control");
        const host = await hostOf(control);
        const edge = early ?? (await start(t, server, "edge"));
        assert.equal((await view(edge.edge, host, "/")).body, "one");
        await change(control, "two");
        await untilViewerGets(edge, host, "two");
        const late = await start(t, server, "edge");
        assert.equal((await view(late.edge, host, "/")).body, "two");
        assert.equal(await countFunctions(control), 2);
      });
    }
  });
});

suite("the next release", { skip: skipWithoutNats() }, () => {
  test("holds today's nodes at its changes: they serve on, say so, and go on once upgraded", async (t) => {
    const next = makeNextRelease();
    const server = await startServer(t);
    const control = await start(t, server, "control");
    const edge = await start(t, server, "edge", { args: ["--admin-port", "0"] });
    const page = await createLiveFunction(control.client, {
      ...{ name: "page", source: pageOf("one"), originPort: 9000 },
    });
    await untilViewerGets(edge, page.host, "one");
    const newer = await start(t, server, "control", { root: next });
    await change(newer, "two");
    await edge.logs(/function-updated\W+in version 2\. Start that version/);
    assert.equal((await view(edge.edge, page.host, "/")).body, "one");
    const { status, follower } = await healthOf(edge);
    assert.equal(status, 200);
    assert.equal(follower.holding?.entry_kind, "function-updated in version 2");
    for (const { api } of [control, newer]) {
      let listed = "";
      while (!/ edge .* holding /.test(listed)) {
        const ran = await promisify(execFile)(process.execPath, [bin, "nodes", "--api", api]);
        listed = ran.stdout;
        await setTimeout(50);
      }
      assert.match(listed, /was written by a newer Footlight/);
    }
    await assert.rejects(change(control, "three"), {
      name: "ServiceUnavailable",
      message: /older than the one that made change 4 \(function-updated in version 2\)/,
    });

    // One that is started again, or is new, holds there too.
    await edge.stop();
    const again = await start(t, server, "edge", { dataFolder: edge.dataFolder });
    assert.equal((await view(again.edge, page.host, "/")).body, "one");
    const fresh = await start(t, server, "edge");
    assert.equal((await view(fresh.edge, page.host, "/")).body, "one");
    await again.stop();
    const upgraded = await start(t, server, "edge", { dataFolder: edge.dataFolder, root: next });
    await untilViewerGets(upgraded, page.host, "two");
    await control.stop();
    const { dataFolder } = control;
    const upgradedControl = await start(t, server, "control", { dataFolder, root: next });
    await change(upgradedControl, "three");
    await untilViewerGets(upgraded, page.host, "three");
  });

  test("follows today's control nodes", async (t) => {
    const next = makeNextRelease();
    const server = await startServer(t);
    const control = await start(t, server, "control");
    const newer = await start(t, server, "edge", { root: next });
    const page = await createLiveFunction(control.client, {
      ...{ name: "page", source: pageOf("one"), originPort: 9000 },
    });
    await untilViewerGets(newer, page.host, "one");
    await page.update(pageOf("two"));
    await page.publish();
    await untilViewerGets(newer, page.host, "two");
  });
});

suite(
  "beside the previous release",
  { skip: skipWithoutNats() || (previousRelease === "" && "it needs FOOTLIGHT_PREVIOUS_RELEASE") },
  () => {
    test("edges are upgraded first: they follow an old control node, and a new one after it", async (t) => {
      const { root, server, page, control, edge } = await startPrevious(t);
      await edge.stop();
      const upgraded = await start(t, server, "edge", { dataFolder: edge.dataFolder });
      assert.equal((await view(upgraded.edge, page.host, "/")).body, "one");
      await change(control, "two");
      await untilViewerGets(upgraded, page.host, "two");
      const oldEdge = await start(t, server, "edge", { root });
      await control.stop();
      const { dataFolder } = control;
      const upgradedControl = await start(t, server, "control", { dataFolder });
      await change(upgradedControl, "three");
      await untilViewerGets(upgraded, page.host, "three");
      assert.equal((await view(oldEdge.edge, page.host, "/")).body, "two");
    });

    test("control nodes are upgraded first: an old edge stays, says so, and serves; a start of it fails", async (t) => {
      const { root, server, page, control, edge } = await startPrevious(t);
      const other = await start(t, server, "control", { root });
      await control.stop();
      const upgraded = await start(t, server, "control", { dataFolder: control.dataFolder });
      await change(upgraded, "two");
      const says = /written by a newer Footlight: format 3, and this one reads up to format 2/;
      await edge.logs(says);
      assert.equal((await view(edge.edge, page.host, "/")).body, "one");
      // It still answers, from before that change, and takes none.
      await assert.rejects(change(other, "three"));
      await edge.stop();
      const { dataFolder } = edge;
      await assert.rejects(start(t, server, "edge", { root, dataFolder }), says);
      const upgradedEdge = await start(t, server, "edge", { dataFolder });
      assert.equal((await view(upgradedEdge.edge, page.host, "/")).body, "two");
    });
  },
);

async function startPrevious(t: TestContext) {
  const root = checkOut(previousRelease);
  const server = await startServer(t);
  const control = await start(t, server, "control", { root });
  const edge = await start(t, server, "edge", { root });
  const page = await createLiveFunction(control.client, {
    ...{ name: "page", source: pageOf("one"), originPort: 9000 },
  });
  await untilViewerGets(edge, page.host, "one");
  return { root, server, page, control, edge };
}

async function startServer(t: TestContext): Promise<NatsServer> {
  const server = await NatsServer.start();
  t.after(() => server.stop());
  return server;
}

async function start(
  t: TestContext,
  { address }: NatsServer,
  command: "control" | "edge",
  { args = [], ...input }: TestNodeInput = {},
): Promise<TestNode> {
  const node = await startTestNode({ command, args: ["--log", address, ...args], ...input });
  t.after(() => node.kill());
  return node;
}

/** Has the function answer something else. */
async function change({ client }: TestNode, text: string): Promise<void> {
  const { ETag } = await client.send(new DescribeFunctionCommand({ Name: "page" }));
  const updated = await client.send(
    new UpdateFunctionCommand({
      Name: "page",
      IfMatch: ETag,
      FunctionConfig: functionConfig,
      FunctionCode: Buffer.from(pageOf(text)),
    }),
  );
  await client.send(new PublishFunctionCommand({ Name: "page", IfMatch: updated.ETag }));
}

async function hostOf({ client }: TestNode): Promise<string> {
  const { DistributionList } = await client.send(new ListDistributionsCommand({}));
  return DistributionList?.Items?.[0]?.DomainName ?? "there is no distribution";
}

async function countFunctions({ client }: TestNode): Promise<number | undefined> {
  const listed = await client.send(new ListFunctionsCommand({ Stage: "DEVELOPMENT" }));
  return listed.FunctionList?.Items?.length;
}

interface EdgeHealth {
  readonly status: number;
  readonly follower: { readonly holding?: { readonly entry_kind: string } };
}

async function healthOf({ admin }: TestNode): Promise<EdgeHealth> {
  const response = await fetch(`${admin}/footlight/v1/health`);
  const { data } = (await response.json()) as { readonly data: Pick<EdgeHealth, "follower"> };
  return { status: response.status, follower: data.follower };
}

async function untilViewerGets({ edge }: TestNode, host: string, body: string): Promise<void> {
  while ((await view(edge, host, "/")).body !== body) await setTimeout(20);
}
