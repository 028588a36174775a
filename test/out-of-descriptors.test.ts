/**
 * More connections than a process may have: viewers and callers are served during and after, and told of.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { childrenOf } from "./support/child-processes.ts";
import { createLiveFunction, pageOf, type LiveFunction } from "./support/live-function.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";
import { view } from "./support/viewer.ts";

/** `npm run soak -- crowd` takes 1024 and four times as many connections. */
const openFiles = Number(process.env["FOOTLIGHT_OPEN_FILES"] ?? 256);
const crowdSize = Number(process.env["FOOTLIGHT_CROWD"] ?? 2 * openFiles);

let node: TestNode;
let page: LiveFunction;
before(async () => {
  node = await startTestNode({ openFiles });
  page = await createLiveFunction(node.client, {
    name: "page",
    source: pageOf("here"),
    originPort: 8000,
  });
});
after(() => node.stop());

/** More connections than there are descriptors, that ask for nothing. */
async function crowd(url: string): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  return Promise.all(
    Array.from({ length: crowdSize }, async () => {
      const socket = connect(Number(port), hostname);
      socket.on("error", () => {});
      // The system connects it; the process may accept it much later, or refuse it before this one notices.
      await new Promise((resolve) => {
        socket.once("connect", resolve).once("close", resolve);
      });
      return socket;
    }),
  );
}

function leave(sockets: readonly Socket[]): void {
  for (const socket of sockets) socket.destroy();
}

async function viewPages(count: number): Promise<void> {
  for (let asked = 0; asked < count; asked += 1) {
    assert.equal((await view(node.edge, page.host, "/")).body, "here");
  }
}

function workers(): number[] {
  return childrenOf(node.process.pid!, "edge-worker");
}

interface Health {
  readonly status: string;
  readonly edge_workers: number;
  readonly full_edge_workers: number;
}

/** Over a connection of its own, which the process accepts after those that came before. */
async function readHealth(): Promise<Health> {
  const { body } = await view(node.api, new URL(node.api).host, "/footlight/v1/health");
  return (JSON.parse(body) as { data: Health }).data;
}

async function untilHealthIs(status: string): Promise<Health> {
  for (;;) {
    const health = await readHealth();
    if (health.status === status) return health;
    await delay(50);
  }
}

test("idle connections beyond a worker's limit give way to viewers who ask", async () => {
  const sockets = await crowd(node.edge);
  await viewPages(10);
  assert.equal((await untilHealthIs("full")).full_edge_workers, 1);
  await node.logs(/connections are at the limit of this process/);
  leave(sockets);
  await viewPages(10);
  assert.equal((await untilHealthIs("ok")).full_edge_workers, 0);
  await node.logs(/there is room for connections again/);
});

test("idle connections beyond the API's limit give way to callers, and new workers can start", async () => {
  const sockets = await crowd(node.api);
  await untilHealthIs("full");
  await page.update(pageOf("here"));
  await page.publish();
  const [worker = 0] = workers();
  process.kill(worker, "SIGKILL");
  // Callers that keep coming need room all this time, so that it begins and ends but once.
  for (;;) {
    // The system is asked first: the node counts the one before until it starts another.
    const isThereAnother = workers().some((pid) => pid !== worker);
    const { edge_workers: serving } = await readHealth();
    if (serving > 0 && isThereAnother) break;
    await delay(20);
  }
  await viewPages(1);
  leave(sockets);
  await untilHealthIs("ok");
});

test("all of this is logged once when it begins and once when it ends", async () => {
  await node.logs(/there is room for connections again[^]*there is room for connections again/);
  const begun = node.stderr().match(/connections are at the limit of this process/g) ?? [];
  const ended = node.stderr().match(/there is room for connections again/g) ?? [];
  assert.deepEqual([begun.length, ended.length], [2, 2]);
});
