/**
 * Publish is atomic and visible: while viewers ask at full speed, each of fifty publishes is
 * followed at once by a request that must run the new code, and no request fails.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { Agent } from "node:http";
import { after, before, test } from "node:test";
import { createLiveFunction } from "./support/live-function.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

const publishes = 50;
const viewers = 16;
/** Both halves of the mark change with each version: an answer that mixes them was half-applied. */
const codeOf = (version: number): string => `function handler(event) {
  event.request.headers['x-first'] = { value: '${version}' };
  event.request.uri = '/v${version}';
  return event.request;
}`;

let node: TestNode;
let origin: TestOrigin;

before(async () => {
  [node, origin] = await Promise.all([
    startTestNode({ workers: 2 }),
    startTestOrigin((request, response) => {
      response.end(request.url);
    }),
  ]);
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

test("Fifty publishes under load: all visible at once, no request fails", async (context) => {
  const { client, edge } = node;
  const { host, update, publish } = await createLiveFunction(client, {
    name: "mark",
    source: codeOf(0),
    originPort: origin.port,
  });

  /** The newest version that a publish was asked for, and the newest that was acknowledged. */
  let asked = 0;
  let acknowledged = 0;
  let running = true;
  let answered = 0;
  let longestMs = 0;
  const failures: string[] = [];

  const agent = new Agent({ keepAlive: true });
  const viewer = async (): Promise<void> => {
    while (running) {
      const atLeast = acknowledged;
      const started = performance.now();
      const { status, body } = await view(edge, host, "/", { agent });
      longestMs = Math.max(longestMs, performance.now() - started);
      answered += 1;
      const version = Number(body.slice(2));
      const isRight = status === 200 && version >= atLeast && version <= asked;
      if (!isRight) failures.push(`${status} ${body.slice(0, 80)} (${atLeast} to ${asked})`);
    }
  };
  const load = Promise.all(Array.from({ length: viewers }, viewer));

  const publishMs: number[] = [];
  for (let version = 1; version <= publishes; version++) {
    await update(codeOf(version));
    asked = version;
    const started = performance.now();
    await publish();
    publishMs.push(performance.now() - started);
    acknowledged = version;
    // On connections of its own, so that both workers are asked in turn.
    const [one, two] = await Promise.all([view(edge, host, "/"), view(edge, host, "/")]);
    assert.deepEqual([one.body, two.body], [`/v${version}`, `/v${version}`]);
  }
  running = false;
  await load;
  agent.destroy();

  assert.deepEqual(failures, []);
  assert.ok(answered > publishes, `only ${answered} requests ran beside the publishes`);
  const median = publishMs.sort((a, b) => a - b)[Math.floor(publishes / 2)];
  context.diagnostic(
    `${answered} requests beside ${publishes} publishes, 0 failed; longest pause ${longestMs.toFixed(1)} ms; ` +
      `publish median ${median?.toFixed(1)} ms`,
  );
});
