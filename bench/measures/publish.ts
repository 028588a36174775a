/** What a publish takes while viewers come, and what they notice. */
import { Agent } from "node:http";
import { createLiveFunction } from "../../test/support/live-function.ts";
import { startTestNode } from "../../test/support/test-node.ts";
import { view } from "../../test/support/viewer.ts";
import { unusedPort, type Bench, type Measured } from "../bench.ts";
import { loadSteadily } from "../load/steady-load.ts";
import { quantileOf } from "../statistics.ts";
import { headOf } from "../workloads/workload.ts";

const perSecond = 1000;
/** Kept over all publishes: both workers have some. */
const lookers = 8;

const sourceOf = (version: number): string =>
  `function handler() { return { statusCode: 200, headers: { 'x-version': { value: '${version}' } } }; }`;

export async function measurePublish(bench: Bench): Promise<Measured> {
  const publishes = bench.isQuick ? 10 : 100;
  const pauseMs = 50;
  bench.tell(`(publish) ${publishes} publishes beside ${perSecond} viewers a second`);
  const node = await startTestNode({ workers: 2 });
  const agents = Array.from(
    { length: lookers },
    () => new Agent({ keepAlive: true, maxSockets: 1 }),
  );
  try {
    const live = { name: "version", source: sourceOf(0), originPort: unusedPort };
    const { host, update, publish } = await createLiveFunction(node.client, live);
    const asked = { site: 0, path: "/", expected: { status: 200 } };
    const port = Number(new URL(node.edge).port);
    // Both workers compile what they run often first.
    const load = { port, heads: [headOf(asked, host)], perSecond };
    const everywhere = { ...bench, cores: undefined };
    await loadSteadily(everywhere, { ...load, seconds: bench.isQuick ? 1 : 5 });
    const seconds = (publishes * (pauseMs + 60)) / 1000;
    const beside = loadSteadily(everywhere, { ...load, seconds });
    const tookMs: number[] = [];
    let stale = 0;
    for (let version = 1; version <= publishes; version += 1) {
      await update(sourceOf(version));
      const start = performance.now();
      await publish();
      tookMs.push(performance.now() - start);
      const answers = await Promise.all(
        agents.map((agent) => view(node.edge, host, "/", { agent })),
      );
      stale += answers.filter(({ headers }) => headers["x-version"] !== String(version)).length;
      await new Promise((resolve) => {
        setTimeout(resolve, pauseMs);
      });
    }
    const report = await beside;
    tookMs.sort((one, other) => one - other);
    return {
      findings: [
        {
          row: "publish",
          what: `a publish, to visible on both workers, beside ${perSecond} requests/s`,
          figure:
            `median ${quantileOf(tookMs, 0.5).toFixed(1)} ms, worst ${tookMs.at(-1)!.toFixed(1)} ms; ` +
            `${report.failed} of ${report.asked} requests failed; worst 10 ms window ${report.worstWindowMs.toFixed(1)} ms`,
          target: "median < 5 ms, none failed",
        },
      ],
      details:
        `${publishes} publishes, each timed from the SDK's call to its answer, which a node gives when every worker runs the new ` +
        `code; ${stale} of ${publishes * lookers} requests that followed at once on ${lookers} kept connections saw the old one. Viewers waited ` +
        `${report.p50Ms.toFixed(2)} ms in the median, ${report.p99Ms.toFixed(1)} ms at the 99th percentile and ${report.longestMs.toFixed(1)} ms at most; the worst ` +
        "window of 10 ms is the one whose viewers' median wait is longest. Could be unfair: the SDK's time, the load and the node share the cores.",
    };
  } finally {
    for (const agent of agents) agent.destroy();
    await node.stop();
  }
}
