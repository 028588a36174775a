/** A worker that dies takes nothing with it: the others serve on, a change is still visible at once. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { childrenOf } from "./support/child-processes.ts";
import { createLiveFunction, pageOf } from "./support/live-function.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

let node: TestNode;
let origin: TestOrigin;
before(async () => {
  [node, origin] = await Promise.all([startTestNode({ workers: 2 }), startTestOrigin()]);
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

test("A killed worker is replaced, and the new one serves what was published meanwhile", async () => {
  const { host, update, publish } = await createLiveFunction(node.client, {
    name: "page",
    source: pageOf("one"),
    originPort: origin.port,
  });
  const [victim = 0, other = 0] = workers();
  process.kill(victim, "SIGKILL");
  await update(pageOf("two"));
  await publish();
  assert.equal((await view(node.edge, host, "/")).body, "two");

  await untilReplaced(victim);
  // With the other one gone too, only replacements can answer.
  process.kill(other, "SIGKILL");
  await untilReplaced(other);
  assert.equal((await view(node.edge, host, "/")).body, "two");
});

function workers(): number[] {
  return childrenOf(node.process.pid!, "edge-worker");
}

/** Waits until a worker is gone and two serve: without it, one that took its place. */
async function untilReplaced(gone: number): Promise<void> {
  for (;;) {
    const health = await fetch(`${node.api}/footlight/v1/health`);
    const { data } = (await health.json()) as { data: { edge_workers: number } };
    const now = workers();
    if (data.edge_workers === 2 && now.length === 2 && !now.includes(gone)) return;
  }
}
