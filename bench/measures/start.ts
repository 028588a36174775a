/** How long a node takes to be ready, and what a function's first run takes longer than its next ones. */
import { Agent } from "node:http";
import { createLiveFunction, pageOf } from "../../test/support/live-function.ts";
import { startTestNode, temporaryFolder } from "../../test/support/test-node.ts";
import { view } from "../../test/support/viewer.ts";
import { unusedPort, type Bench, type Measured } from "../bench.ts";
import { spreadOf, withInterval } from "../statistics.ts";

export async function measureStart(bench: Bench): Promise<Measured> {
  const readyMs: number[] = [];
  for (let run = 0; run < (bench.isQuick ? 2 : 7); run += 1) {
    bench.tell(`(start) run ${run + 1}`);
    const start = performance.now();
    const node = await startTestNode({ workers: 2 });
    readyMs.push(performance.now() - start);
    await node.stop();
  }
  const { published, restarted, next } = await firstRuns(bench);
  return {
    findings: [
      {
        row: "start",
        what: "from the command to ready, in a clone, two workers",
        figure: `${withInterval(spreadOf(readyMs), 0)} ms`,
        target: "< 700 ms",
      },
      {
        row: "start",
        what: "a function's first run",
        figure: `${withInterval(spreadOf(published), 1)} ms after its publish, ${withInterval(spreadOf(restarted), 1)} ms after a start of the node`,
        target: "< 3 ms",
      },
    ],
    details:
      `A first run is the whole request as a viewer on a kept connection waits for it, on a worker that has run another function ` +
      `before; the same viewer's next request takes ${withInterval(spreadOf(next), 1)} ms. Medians with the interval from the lowest to the highest of ` +
      `${readyMs.length} starts and ${published.length} functions. Could be unfair: the file system's cache is warm, and so is Node's for what it compiles.`,
  };
}

interface FirstRuns {
  readonly published: readonly number[];
  readonly restarted: readonly number[];
  readonly next: readonly number[];
}

async function firstRuns(bench: Bench): Promise<FirstRuns> {
  const count = bench.isQuick ? 5 : 20;
  const dataFolder = temporaryFolder();
  const published: number[] = [];
  const next: number[] = [];
  const hosts: string[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const waitFor = async (edge: string, host: string): Promise<number> => {
    const start = performance.now();
    const { status } = await view(edge, host, "/", { agent });
    if (status !== 200) throw new Error(`${host} answers ${status}`);
    return performance.now() - start;
  };

  const first = await startTestNode({ dataFolder });
  for (let index = 0; index <= count; index += 1) {
    const live = { name: `fn-${index}`, source: pageOf(`of ${index}`), originPort: unusedPort };
    const { host } = await createLiveFunction(first.client, live);
    hosts.push(host);
    const took = await waitFor(first.edge, host);
    // The first of all is run until the worker has compiled what it needs.
    if (index === 0) for (let run = 0; run < 500; run += 1) await waitFor(first.edge, host);
    else {
      published.push(took);
      next.push(await waitFor(first.edge, host));
    }
  }
  await first.stop();

  const second = await startTestNode({ dataFolder });
  const restarted: number[] = [];
  for (let run = 0; run < 500; run += 1) await waitFor(second.edge, hosts[0]!);
  for (const host of hosts.slice(1)) restarted.push(await waitFor(second.edge, host));
  await second.stop();
  agent.destroy();
  return { published, restarted, next };
}
