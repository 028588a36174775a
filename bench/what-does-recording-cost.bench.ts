/**
 * What does it cost a request that functions' runs are recorded?
 *
 * Nodes of one worker serve row (a) of `npm run bench`, hits with a function whose answer is remembered, as fast as they can: two
 * that record nothing, one that records a sample, and, where asked, one that records all. They take turns, a second each, in
 * another order each time. What counts is the median of the ratios within each turn, of the processor time that a request costs the
 * worker, all its threads together; the second node that records nothing shows what chance alone comes to.
 *
 * Unfair when: the machine is busy, which widens the ratios, by more than what is looked for. So what the recorder takes by itself,
 * all that it does of a visit and behind it, is told from one process without sockets as well.
 *
 * Run: node --no-node-snapshot bench/what-does-recording-cost.bench.ts [TURNS, 40 unless given] [on, to record all beside]
 * (Linux, wrk and nginx)
 */
import { readdirSync, readFileSync } from "node:fs";
import { FieldHider, readHiddenFields } from "../src/edge/record/runs/hide-fields.ts";
import { RunRecorder } from "../src/edge/record/runs/run-recorder.ts";
import type { Visit } from "../src/edge/record/visit.ts";
import { temporaryFolder } from "../test/support/leftovers.ts";
import { processTree } from "../test/support/process-cost.ts";
import type { Bench } from "./bench.ts";
import { loadOnce, warmUp } from "./measures/compare.ts";
import { findCores } from "./pinning.ts";
import { footlightWith } from "./rivals/footlight.ts";
import { startOrigin } from "./rivals/nginx.ts";
import { checkAnswers, type RunningRival } from "./rivals/rival.ts";
import { quantileOf } from "./statistics.ts";
import { rewrittenHit as workload } from "./workloads/kept.ts";

const turns = Number(process.argv[2] ?? 40);
const seconds = 1;
const modes = ["off", "off", "sample", ...(process.argv[3] === "on" ? ["on"] : [])];

const folder = temporaryFolder();
const bench: Bench = {
  ...{ rounds: turns, seconds, requests: 0, isQuick: false, folder, cores: findCores() },
  tell: () => {},
};
const origin = await startOrigin(bench, workload);
const nodes: RunningRival[] = [];
const costs: number[][] = modes.map(() => []);
try {
  for (const mode of modes) {
    const rival = footlightWith(`--record ${mode}`, ["--record", mode]);
    nodes.push(await rival.start({ bench, workload, originPort: origin.port, workers: 1 }));
  }
  for (const node of nodes) {
    await checkAnswers(node, workload);
    await warmUp(bench, workload, node);
  }
  for (let turn = 0; turn < turns; turn += 1) {
    for (let place = 0; place < nodes.length; place += 1) {
      const index = (turn + place) % nodes.length;
      const node = nodes[index]!;
      const worker = workerOf(node.pid);
      const before = spentMicroseconds(worker);
      const { requests } = await loadOnce(bench, workload, node, seconds);
      costs[index]!.push((spentMicroseconds(worker) - before) / requests);
    }
  }
} finally {
  for (const { stop } of nodes) await stop();
  await origin.stop();
}

console.log(`(a) in ${turns} turns      CPU µs a request   × off, by turns: median (quartiles)`);
for (const [index, mode] of modes.entries()) {
  const sorted = costs[index]!.map((cost, turn) => cost / costs[0]![turn]!).sort((a, b) => a - b);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) =>
    quantileOf(sorted, share).toFixed(3),
  );
  const cost = quantileOf(
    costs[index]!.toSorted((a, b) => a - b),
    0.5,
  ).toFixed(2);
  console.log(`--record ${mode.padEnd(10)} ${cost.padStart(16)}   ${middle} (${low}–${high})`);
}

console.log(`by itself: a recorded run ${recorderMicroseconds("on", 1).toFixed(1)} µs`);
for (const perSecond of [20_000, 2000]) {
  const cost = recorderMicroseconds("sample", 1000 / perSecond).toFixed(2);
  console.log(`a visit of a sample, of ${perSecond} a second: ${cost} µs`);
}
process.exit(0);

/** Of what a node has started, the one that has worked most. */
function workerOf(pid: number): number {
  return processTree(pid).toSorted((a, b) => spentMicroseconds(b) - spentMicroseconds(a))[0]!;
}

/** Of all threads of a process. */
function spentMicroseconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const spent = threads.map((id) => {
    try {
      return Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, "utf8").split(" ")[0]);
    } catch {
      return 0;
    }
  });
  return spent.reduce((sum, each) => sum + each, 0) / 1000;
}

/** What the recorder takes of a visit, or of a recorded run: the median of many rounds, of a browser's request with two cookies. */
function recorderMicroseconds(mode: "on" | "sample", visitsMs: number): number {
  const later: (() => void)[] = [];
  const recorder = new RunRecorder({
    ...{ mode, lengthMax: 16_777_216, now: Date.now, random: Math.random, sealedMs: 0 },
    hider: new FieldHider(Buffer.alloc(32, 1), readHiddenFields("")),
    later: (work) => void later.push(work),
  });
  const headers = [
    ...["host", "d1.cloudfront.localhost", "User-Agent", "Mozilla/5.0 (X11; Linux x86_64) bench"],
    ...["Accept", "text/html", "Accept-Language", "en", "Cookie", "session=0123456789; theme=dark"],
  ];
  const visitOf = (number: number): Visit => {
    const request = { method: "GET", uri: `/page-${number}`, querystring: undefined, headers };
    const event = {
      ...{ eventType: "viewer-request", distributionDomainName: "d1.cloudfront.localhost" },
      ...{ distributionId: "E1", requestId: `r${number}`, viewerIp: "192.0.2.1", request },
    };
    const run = { name: "fn", version: 1, eventType: "viewer-request", event };
    return { runs: [run], endedAt: number * visitsMs } as unknown as Visit;
  };
  const perRound = mode === "on" ? 1000 : 50_000;
  const costs: number[] = [];
  for (let round = 0; round < 30; round += 1) {
    const visits = Array.from({ length: perRound }, (_, number) =>
      visitOf(perRound * round + number),
    );
    const { user, system } = process.threadCpuUsage();
    for (const visit of visits) {
      recorder.listener(visit);
      for (const work of later.splice(0)) work();
    }
    const spent = process.threadCpuUsage({ user, system });
    costs.push((spent.user + spent.system) / perRound);
  }
  return quantileOf(
    costs.sort((a, b) => a - b),
    0.5,
  );
}
