/** What a node of two workers has in memory: idle, while it serves, and with connections that say nothing. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { processTree, proportionalBytes } from "../../test/support/process-cost.ts";
import { unusedPort, type Bench, type Measured } from "../bench.ts";
import { footlight } from "../rivals/footlight.ts";
import { nginxWithNjs } from "../rivals/nginx.ts";
import { checkAnswers, type RunningRival } from "../rivals/rival.ts";
import { markdownTable } from "../statistics.ts";
import { generatedRedirect } from "../workloads/generated-redirect.ts";
import { loadOnce } from "./compare.ts";

interface Sizes {
  readonly name: string;
  readonly idle: number;
  /** After a tenth of the requests, after half, and after all. */
  readonly served: readonly number[];
  readonly connected: number;
}

export async function measureMemory(bench: Bench): Promise<Measured> {
  const { requests } = bench;
  const connections = bench.isQuick ? 500 : 10_000;
  const sizes: Sizes[] = [];
  for (const rival of [footlight, nginxWithNjs]) {
    if (rival.missing(bench, generatedRedirect) !== undefined) continue;
    const input = { bench, workload: generatedRedirect, originPort: unusedPort, workers: 2 };
    const running = await rival.start(input);
    try {
      sizes.push(await sizesOf(bench, running, requests, connections));
    } finally {
      await running.stop();
    }
  }
  const [own] = sizes;
  const [tenth = 0, , all = 0] = own!.served;
  return {
    findings: [
      {
        row: "memory",
        what: "an idle node of two workers, the sum of PSS",
        figure: megabytes(own!.idle),
        target: "≤ 250 MB",
      },
      {
        row: "memory",
        what: `after ${requests.toLocaleString("en")} requests, relative to a tenth of them`,
        figure: `${megabytes(all)}, ${(all / tenth).toFixed(2)} ×`,
        target: "flat",
      },
      {
        row: "memory",
        what: `with ${connections.toLocaleString("en")} idle connections`,
        figure: megabytes(own!.connected),
        target: "printed",
      },
    ],
    details: [
      markdownTable(
        ["server", "idle", "after a tenth", "after half", "after all", "with idle connections"],
        sizes.map(({ name, idle, served, connected }) => [
          name,
          ...[idle, ...served, connected].map(megabytes),
        ]),
      ),
      `The sum of the PSS of all processes, of row (d), two workers each. Could be unfair: V8 returns memory late, so that the figure after a load depends on when it was taken.`,
    ].join("\n\n"),
  };
}

async function sizesOf(
  bench: Bench,
  running: RunningRival,
  requests: number,
  connections: number,
): Promise<Sizes> {
  const size = (): number => proportionalBytes(processTree(running.pid));
  await checkAnswers(running, generatedRedirect);
  // What has checked the function that was deployed is let go after ten seconds without work.
  await settle(bench, 12_000);
  const idle = size();
  const served: number[] = [];
  let done = 0;
  for (const share of [0.1, 0.5, 1]) {
    bench.tell(`(memory) ${running.name} up to ${requests * share} requests`);
    while (done < requests * share) {
      done += (await loadOnce(bench, generatedRedirect, running, 1)).requests;
    }
    await settle(bench);
    served.push(size());
  }
  const sockets = await openIdle(running.port, connections);
  await settle(bench);
  const connected = size();
  for (const socket of sockets) socket.destroy();
  return { name: running.name, idle, served, connected };
}

/** Lets what was collected go. */
async function settle({ isQuick }: Bench, ms = 2000): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, isQuick ? 100 : ms);
  });
}

async function openIdle(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(250, count - sockets.length) }, () =>
      connect(port, "127.0.0.1"),
    );
    await Promise.all(some.map((socket) => once(socket, "connect")));
    for (const socket of some) socket.on("error", () => {});
    sockets.push(...some);
  }
  return sockets;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
