/** Lines of functions at all edges of a log in NATS, read at any control node. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { resolve } from "node:path";
import { after, before, suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { createLiveFunction, type LiveFunction } from "../support/live-function.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { startTestNode, type TestNode } from "../support/test-node.ts";
import { view } from "../support/viewer.ts";

const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");
const source = `function handler(event) {
  if (event.request.uri !== '/') console.log('path ' + event.request.uri);
  return { statusCode: 200 };
}`;

let server: NatsServer;

suite("function logs of all edges", { skip: skipWithoutNats() }, () => {
  before(async () => {
    server = await NatsServer.start();
  });
  after(() => server.stop());

  test("are told by any control node, and who does not answer is named", async (t) => {
    const scene = await setUp(t, "gathered");
    const { controls, edges, page } = scene;
    const [near, far] = edges as [TestNode, TestNode];
    await viewOn(near, page, "/near");
    await viewOn(far, page, "/far");
    for (const control of controls) {
      const lines = await until(async () => {
        const { stdout } = await logs(control, "page", "--json");
        const found = stdout.split("\n").filter((line) => line !== "");
        return found.length === 2 ? found : undefined;
      });
      const runs = lines.map((line) => JSON.parse(line) as { node: string; lines: string[] });
      // Both may have run in one millisecond.
      assert.deepEqual(
        new Map(runs.map((run) => [run.node, run.lines])),
        new Map([
          ["near", ["path /near"]],
          ["far", ["path /far"]],
        ]),
      );
    }
    // Its processes stand still.
    process.kill(-far.process.pid!, "SIGSTOP");
    try {
      // On a busy machine the other may be slow to answer as well.
      const { stdout, stderr } = await until(async () => {
        const told = await logs(controls[0]!, "page");
        return /path \/near/.test(told.stdout) && told;
      });
      assert.doesNotMatch(stdout, /path \/far/);
      assert.match(stderr, /^footlight logs: no answer from far\b/m);
    } finally {
      process.kill(-far.process.pid!, "SIGCONT");
    }
  });

  test("are followed as functions run, while edges come and go and the server is away", async (t) => {
    const { controls, edges, page } = await setUp(t, "followed");
    const [near, far] = edges as [TestNode, TestNode];
    const args = [bin, "logs", "-f", "page", "--api", controls[1]!.api];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    t.after(() => child.kill("SIGKILL"));
    let told = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      told += text;
    });
    await viewOn(near, page, "/1");
    await viewOn(far, page, "/2");
    await until(() => /path \/1\n/.test(told) && /path \/2\n/.test(told));
    await viewOn(far, page, "/3");
    await until(() => /path \/3\n/.test(told));

    await server.kill();
    await viewOn(near, page, "/4");
    await server.start();
    await until(() => /path \/4\n/.test(told));
    assert.equal(await far.stop(), 0);
    await viewOn(near, page, "/5");
    await until(() => /path \/5\n/.test(told));
    for (const count of [1, 2, 3, 4, 5]) {
      assert.equal(told.split(`path /${count}\n`).length, 2, `/${count} was told not just once`);
    }
  });
});

interface ClusterScene {
  readonly controls: readonly TestNode[];
  readonly edges: readonly TestNode[];
  readonly page: LiveFunction;
}

async function setUp(t: TestContext, prefix: string): Promise<ClusterScene> {
  const first = await start(t, prefix, "control");
  const [second, near, far] = await Promise.all([
    start(t, prefix, "control"),
    start(t, prefix, "edge", ["--node-name", "near", "--edge-group", "eu"]),
    start(t, prefix, "edge", ["--node-name", "far", "--edge-group", "us"]),
  ]);
  const page = await createLiveFunction(first.client, { name: "page", source, originPort: 9000 });
  for (const edge of [near, far]) {
    await until(async () => (await view(edge.edge, page.host, "/")).status !== 403);
  }
  return { controls: [first, second], edges: [near, far], page };
}

async function start(
  t: TestContext,
  prefix: string,
  command: "control" | "edge",
  args: readonly string[] = [],
): Promise<TestNode> {
  const log = ["--log", server.address, "--log-prefix", prefix];
  const node = await startTestNode({ command, args: [...log, ...args] });
  t.after(() => node.stop());
  return node;
}

async function viewOn(edge: TestNode, { host }: LiveFunction, path: string): Promise<void> {
  assert.equal((await view(edge.edge, host, path)).status, 200);
}

function logs(
  { api }: TestNode,
  ...args: string[]
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return promisify(execFile)(process.execPath, [bin, "logs", "--api", api, ...args]);
}

/** Waits until there is something. */
async function until<Value>(
  find: () => Value | undefined | false | Promise<Value | undefined | false>,
): Promise<Value> {
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    await setTimeout(50);
  }
}
