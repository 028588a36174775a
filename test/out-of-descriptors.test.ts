/** More connections than a process may have: viewers and callers are served during and after, and told of. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { childrenOf } from "./support/child-processes.ts";
import { createLiveFunction, pageOf, type LiveFunction } from "./support/live-function.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";
import { view } from "./support/viewer.ts";

const openFiles = 256;

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

/** Twice as many connections as there are descriptors, that ask for nothing. */
async function crowd(url: string): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  return Promise.all(
    Array.from({ length: 2 * openFiles }, async () => {
      const socket = connect(Number(port), hostname);
      socket.on("error", () => {});
      await Promise.race([once(socket, "connect"), once(socket, "close")]);
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

async function readHealth(): Promise<Health> {
  const answer = await fetch(`${node.api}/footlight/v1/health`);
  return ((await answer.json()) as { data: Health }).data;
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
  assert.equal((await readHealth()).status, "full");
  await page.update(pageOf("here"));
  await page.publish();
  const [worker = 0] = workers();
  process.kill(worker, "SIGKILL");
  while (!workers().some((pid) => pid !== worker)) await delay(20);
  while ((await readHealth()).edge_workers === 0) await delay(20);
  await viewPages(1);
  leave(sockets);
  await untilHealthIs("ok");
});

test("all of this is logged once when it begins and once when it ends", () => {
  const begun = node.stderr().match(/connections are at the limit of this process/g) ?? [];
  const ended = node.stderr().match(/there is room for connections again/g) ?? [];
  assert.deepEqual([begun.length, ended.length], [2, 2]);
});
