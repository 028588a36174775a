/**
 * What do a healthy function's viewers notice of a hostile one beside it?
 *
 * A node of two workers serves a healthy function at a steady rate, alone at first, and then beside a
 * function that holds its thread until the watchdog comes, and beside one that holds it for good or ends
 * its process, as long as the sandbox lets any through. Each is asked for 1, 5 and 50 times a second. A
 * table has the healthy viewers' waits before the hostile function's quarantine and from then on, and while
 * workers that it cost are being replaced; each is compared with the seconds before its round.
 *
 *     node bench/how-fair-is-a-worker.bench.ts [seconds a round, 8 unless given]
 *
 * Viewers and node share this machine: with fewer than four cores, what the viewers wait for is partly
 * themselves. A viewer that comes while the thread is held counts from when it came.
 */
import { CreateFunctionCommand, TestFunctionCommand } from "@aws-sdk/client-cloudfront";
import { createLiveFunction, functionConfig } from "../test/support/live-function.ts";
import { quantile, visitSteadily, type Visited } from "../test/support/steady-viewers.ts";
import { startTestNode } from "../test/support/test-node.ts";
import { startTestOrigin } from "../test/support/test-origin.ts";

const seconds = Number(process.argv[2] ?? 8);
const healthyPerSecond = 200;

/** Interruptible: the watchdog ends it. */
const catastrophic = "/^(\\w+\\s?)*$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')";
/** What has held a thread for good, or aborted its process; the first that still does is taken. */
const deadly = [
  "RegExp.prototype[Symbol.split].call({ source: 'a|'.repeat(500000), flags: '' }, 'x')",
  "new RegExp('\\\\b|'.repeat(43000)).test('a')",
  "var s = 'x'.repeat(1400000); Uint8Array.of(s, s, s, s, s, s, s, s, s, s)",
  "var s = '1'.repeat(1400000), x = 0; for (var i = 0; i < 99; i++) x += s - i",
];

const [node, origin] = await Promise.all([startTestNode({ workers: 2 }), startTestOrigin()]);

const sourceOf = (body: string): string => `function handler(event) {
  if (event.request.uri === '/hostile') { ${body} }
  return { statusCode: 200, body: 'fine' };
}`;

async function publish(name: string, body: string): Promise<string> {
  // A comment makes it another copy in each round, with a record that is clean.
  const source = `// ${name}\n${sourceOf(body)}`;
  return (await createLiveFunction(node.client, { name, source, originPort: origin.port })).host;
}

const event = {
  version: "1.0",
  context: { eventType: "viewer-request" },
  viewer: { ip: "198.51.100.7" },
  request: { method: "GET", uri: "/hostile", headers: {}, cookies: {}, querystring: {} },
};

/** Whether a test of it outlives its deadline or its process, and not only the watchdog. */
async function isDeadly(body: string, index: number): Promise<boolean> {
  const Name = `candidate-${index}`;
  const { ETag } = await node.client.send(
    new CreateFunctionCommand({
      Name,
      FunctionConfig: functionConfig,
      FunctionCode: Buffer.from(sourceOf(body)),
    }),
  );
  const EventObject = Buffer.from(JSON.stringify(event));
  return node.client.send(new TestFunctionCommand({ Name, IfMatch: ETag, EventObject })).then(
    () => false,
    (error: unknown) => (error as Error).name === "TestFunctionFailed",
  );
}

function print(cells: readonly (string | number)[]): void {
  const widths = [30, 10, 8, 8, 8, 8];
  const texts = cells.map((cell) => (typeof cell === "number" ? cell.toFixed(1) : cell));
  console.log(texts.map((text, index) => text.padEnd(widths[index] ?? 8)).join(" "));
}

function row(title: string, visited: readonly Visited[], baseline?: number): void {
  const failed = visited.filter(({ status }) => status !== 200).length;
  const p99 = quantile(visited, 0.99);
  const cells = [title, String(visited.length), quantile(visited, 0.5), p99, String(failed)];
  print(baseline === undefined ? cells : [...cells, `${(p99 / baseline).toFixed(1)} ×`]);
}

const healthy = await publish("healthy", "");
const visitHealthy = (): Promise<Visited[]> =>
  visitSteadily({
    edge: node.edge,
    host: healthy,
    path: "/",
    perSecond: healthyPerSecond,
    seconds,
  });

async function readyWorkers(): Promise<number> {
  const health = await fetch(`${node.api}/footlight/v1/health`);
  const { data } = (await health.json()) as { data: { edge_workers: number } };
  return data.edge_workers;
}

print(["healthy viewers", "requests", "p50 ms", "p99 ms", "failed", "p99"]);
await visitHealthy();

let kill: string | undefined;
for (const [index, body] of deadly.entries()) {
  if (await isDeadly(body, index)) {
    kill = body;
    break;
  }
}
if (kill === undefined) console.log("nothing on the list holds or ends its process any more");

for (const [kind, body] of [
  ["regexp", catastrophic],
  ...(kill ? [["deadly", kill]] : []),
] as const) {
  for (const perSecond of [1, 5, 50]) {
    const name = `${kind}-${perSecond}`;
    const host = await publish(name, body);
    const alone = await visitHealthy();
    const baseline = quantile(alone, 0.99);
    row("alone", alone);
    const since = node.stderr().length;
    let quarantined = Infinity;
    let settled = 0;
    const look = setInterval(() => {
      const told = node.stderr().slice(since).split("\n");
      const isIn = told.some((line) => line.includes(`"${name}"`) && line.includes("slow lane"));
      if (isIn) quarantined = Math.min(quarantined, performance.now());
      void readyWorkers().then((count) => {
        if (count < 2) settled = performance.now();
      });
    }, 20);
    const [visited, hostile] = await Promise.all([
      visitHealthy(),
      visitSteadily({ edge: node.edge, host, path: "/hostile", perSecond, seconds }),
    ]);
    clearInterval(look);
    settled = Math.max(settled, quarantined);
    const between = (from: number, to: number): Visited[] =>
      visited.filter(({ at }) => at >= from && at < to);
    row(`${kind} ${perSecond}/s, before`, between(0, quarantined), baseline);
    if (settled > quarantined) {
      row("  while workers are replaced", between(quarantined, settled), baseline);
    }
    row("  from then on", between(settled, Infinity), baseline);
    const statuses = Map.groupBy(hostile, ({ status }) => status);
    const counts = [...statuses].map(([status, all]) => `${status}: ${all.length}`).join(", ");
    // The hostile function's own viewers, who ask for what does no harm.
    const innocent = await visitSteadily({
      edge: node.edge,
      host,
      path: "/",
      perSecond: 20,
      seconds: 1,
    });
    console.log(`  hostile viewers ${counts}`);
    row("  its innocent viewers, after", innocent);
  }
}
await node.stop();
await origin.close();
