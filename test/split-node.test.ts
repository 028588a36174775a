/** A node's halves as processes of their own: an edge follows the change log that a control plane writes. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createLiveFunction, pageOf } from "./support/live-function.ts";
import { startTestNode, temporaryFolder, type TestNode } from "./support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

/** The edge asks the log every ten milliseconds; a loaded machine may take much longer. */
const patienceMs = 60_000;

let control: TestNode;
let edge: TestNode;
let origin: TestOrigin;
before(async () => {
  const dataFolder = temporaryFolder();
  origin = await startTestOrigin();
  control = await startTestNode({ command: "control", dataFolder });
  edge = await startTestNode({ command: "edge", dataFolder });
});
after(async () => {
  await Promise.all([control.stop(), edge.stop(), origin.close()]);
});

test("footlight edge serves what footlight control was told, and goes on when that is gone", async () => {
  const { host, update, publish } = await createLiveFunction(control.client, {
    name: "page",
    source: pageOf("one"),
    originPort: origin.port,
  });
  await untilViewerGets(host, "one");

  await update(pageOf("two"));
  await publish();
  await untilViewerGets(host, "two");

  assert.equal(await control.stop(), 0);
  assert.equal((await view(edge.edge, host, "/")).body, "two");
});

async function untilViewerGets(host: string, body: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = await view(edge.edge, host, "/");
    if (answer.body === body) return;
    assert.ok(performance.now() < deadline, `still ${answer.status} ${answer.body.slice(0, 100)}`);
  }
}
