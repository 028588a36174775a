/**
 * A function that holds its worker up costs other functions' viewers nothing once it is known, and its own
 * viewers only their turn. bench/how-fair-is-a-worker.bench.ts has the figures; this is its short form.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createLiveFunction, pageOf } from "./support/live-function.ts";
import { quantile, visitSteadily } from "./support/steady-viewers.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";
import { startTestOrigin, type TestOrigin } from "./support/test-origin.ts";
import { view } from "./support/viewer.ts";

const seconds = Number(process.env["FAIRNESS_SECONDS"] ?? 2);
/** Below this a wait is the machine's: a worker that is held up makes the median a watchdog's time. */
const noiseMs = 20;
const attempts = 4;

let node: TestNode;
let origin: TestOrigin;
before(async () => {
  [node, origin] = await Promise.all([
    startTestNode({ workers: 1, args: ["--slow-lane-queue", "8"] }),
    startTestOrigin(),
  ]);
});
after(async () => {
  await Promise.all([node.stop(), origin.close()]);
});

test("A function that is slow for one viewer takes no time from other functions", async () => {
  const healthy = await createLiveFunction(node.client, {
    name: "healthy",
    source: pageOf("fine"),
    originPort: origin.port,
  });
  const hostile = await createLiveFunction(node.client, {
    name: "hostile",
    source: `function handler(event) {
      /^(\\w+\\s?)*$/.test(event.request.uri.slice(1));
      return { statusCode: 200, body: 'fine' };
    }`,
    originPort: origin.port,
  });
  const slow = `/${"a".repeat(60)}!`;
  const visit = (perSecond: number, host: string, path: string) =>
    visitSteadily({ edge: node.edge, host, path, perSecond, seconds });

  for (let index = 0; index < 2; index += 1) {
    assert.equal((await view(node.edge, hostile.host, slow)).status, 503);
  }
  await node.logs(/"function":"hostile".*slow lane/);

  // What else this machine does may make any one comparison unfair, but hardly all of them.
  const medians: [alone: number, beside: number][] = [];
  while (medians.length < attempts) {
    const alone = await visit(50, healthy.host, "/");
    const [beside, hostiles] = await Promise.all([
      visit(50, healthy.host, "/"),
      visit(8, hostile.host, slow),
    ]);
    assert.deepEqual(new Set(beside.map(({ status }) => status)), new Set([200]));
    assert.deepEqual(new Set(hostiles.map(({ status }) => status)), new Set([503]));
    const [before, during] = [quantile(alone, 0.5), quantile(beside, 0.5)];
    medians.push([before, during]);
    if (during <= Math.max(2 * before, noiseMs)) break;
  }
  const [before, during] = medians.at(-1)!;
  assert.ok(
    during <= Math.max(2 * before, noiseMs),
    `p50, alone and beside: ${medians.join("; ")}`,
  );
  assert.equal((await view(node.edge, hostile.host, "/")).body, "fine");
});

test("A viewer of a throttled function is told so, in CloudFront's words", async () => {
  const crowded = await createLiveFunction(node.client, {
    name: "crowded",
    source: `// another copy
    function handler(event) { return { statusCode: 200, body: '' + /^(\\w+\\s?)*$/.test(event.request.uri.slice(1)) } }`,
    originPort: origin.port,
  });
  const slow = `/${"a".repeat(60)}!`;
  // More at once than wait and run.
  const answers = await Promise.all(
    Array.from({ length: 14 }, () => view(node.edge, crowded.host, slow)),
  );
  const throttled = answers.find(({ headers }) =>
    String(headers["x-cache"]).startsWith("FunctionThrottledError"),
  );
  assert.equal(throttled?.status, 503);
  assert.equal(throttled.headers["x-cache"], "FunctionThrottledError from cloudfront");
  assert.match(
    throttled.body,
    /function associated with the CloudFront distribution is invalid or could not run/,
  );
});
