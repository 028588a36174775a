/**
 * A worker that dies takes nothing with it: the others serve on, a change is still visible at once.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { peerPortsOf } from "./support/connections-of.ts";
import { untilReplaced, workersOf } from "./support/edge-workers.ts";
import { createLiveFunction, pageOf } from "./support/live-function.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

let node: TestNode;
let origin: TestOrigin;
/** How long the whole node took to start, in milliseconds: a busy machine's worker takes longer, as this did. */
let startMs = 0;
before(async () => {
  origin = await startTestOrigin();
  const began = performance.now();
  node = await startTestNode({ workers: 2 });
  startMs = performance.now() - began;
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

test("A killed worker is replaced within a second, and the new one serves what was published meanwhile", async (t) => {
  const { host, update, publish } = await createLiveFunction(node.client, {
    name: "page",
    source: pageOf("one"),
    originPort: origin.port,
  });
  const [victim = 0, other = 0] = workersOf(node);
  const killed = performance.now();
  process.kill(victim, "SIGKILL");
  await update(pageOf("two"));
  await publish();
  assert.equal((await view(node.edge, host, "/")).body, "two");

  await untilReplaced(node, victim, 2);
  const replaced = performance.now() - killed;
  t.diagnostic(
    `replaced in ${replaced.toFixed(0)} ms; the node had started in ${startMs.toFixed(0)} ms`,
  );
  assert.ok(replaced < Math.max(1000, 1.5 * startMs), `it took ${replaced.toFixed(0)} ms`);
  // With the other one gone too, only replacements can answer.
  process.kill(other, "SIGKILL");
  await untilReplaced(node, other, 2);
  assert.equal((await view(node.edge, host, "/")).body, "two");
});

const isLinux = process.platform === "linux";

test(
  "A killed worker takes no request of another's viewers with it",
  { skip: !isLinux },
  async (t) => {
    const { host } = await createLiveFunction(node.client, {
      name: "kept",
      source: pageOf("kept"),
      originPort: origin.port,
    });
    const viewers = await Promise.all(Array.from({ length: 24 }, () => keepAsking(host)));
    t.after(() => viewers.forEach(({ socket }) => socket.destroy()));
    const [victim = 0] = workersOf(node);
    const lost = peerPortsOf(victim);
    const isLost = ({ port }: AskingViewer) => lost.has(port);
    assert.ok(viewers.some(isLost) && !viewers.every(isLost));
    const before = viewers.map(({ answered }) => answered());
    process.kill(victim, "SIGKILL");
    await untilReplaced(node, victim, 2);
    const others = viewers.filter((viewer) => !isLost(viewer));
    const enough = (viewer: AskingViewer) =>
      viewer.socket.closed || viewer.answered() >= before[viewers.indexOf(viewer)]! + 50;
    while (!others.every(enough)) await wait(20);
    assert.deepEqual(
      others.map(({ socket, others }) => [socket.closed, others()]),
      others.map(() => [false, []]),
    );
    assert.ok(viewers.filter(isLost).every(({ socket }) => socket.closed));
  },
);

interface AskingViewer {
  readonly socket: Socket;
  /** Its own, by which the system knows the connection. */
  readonly port: number;
  readonly answered: () => number;
  /** Answers that were no 200. */
  readonly others: () => readonly string[];
}

/** A viewer on one connection, who asks again as soon as there is an answer. */
async function keepAsking(host: string): Promise<AskingViewer> {
  const { hostname, port } = new URL(node.edge);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {}).setEncoding("latin1");
  const others: string[] = [];
  let answered = 0;
  const ask = (): void => void socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  const first = new Promise<void>((resolve) => {
    let text = "";
    socket.on("data", (chunk: string) => {
      text += chunk;
      const end = text.indexOf("\r\n\r\nkept");
      if (end === -1) return;
      if (!text.startsWith("HTTP/1.1 200 ")) others.push(text);
      text = text.slice(end + "\r\n\r\nkept".length);
      answered += 1;
      resolve();
      ask();
    });
  });
  ask();
  await first;
  return { socket, port: socket.localPort!, answered: () => answered, others: () => others };
}
