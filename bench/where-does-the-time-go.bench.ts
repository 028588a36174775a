/**
 * Where does the processor's time for a request go?
 *
 * A node of one worker serves a row of `npm run bench` under that bench's load, while perf looks 2,000 times a
 * second at what the worker runs. Each look counts for the part that its function belongs to: the kernel, Node's C++, V8's,
 * Node's own JavaScript, ours, the isolates' and so on; times are shares of what a request costs the worker.
 *
 * Unfair when: the machine is busy, which makes all of it more expensive but not in equal parts; and V8's functions are told
 * apart by their names, so the line between its garbage collector and the rest is drawn with a broad pen.
 *
 * Run: node bench/where-does-the-time-go.bench.ts [d | a | a' | b | c | e | g-store]
 * (Linux, perf, wrk and nginx)
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../test/support/leftovers.ts";
import { cpuMicroseconds, processTree } from "../test/support/process-cost.ts";
import { startTestNode } from "../test/support/test-node.ts";
import type { Bench } from "./bench.ts";
import { loadOnce, warmUp } from "./measures/compare.ts";
import { findCores, pin } from "./pinning.ts";
import { deployWorkload, runningRival } from "./rivals/footlight.ts";
import { startOrigin } from "./rivals/nginx.ts";
import { checkAnswers } from "./rivals/rival.ts";
import { differingHit, dressedHit, plainHit, rewrittenHit } from "./workloads/kept.ts";
import { generatedRedirect } from "./workloads/generated-redirect.ts";
import { keyValueLookup } from "./workloads/key-value-lookup.ts";
import { miss } from "./workloads/miss.ts";

const workloads = [
  ...[generatedRedirect, rewrittenHit, differingHit, dressedHit, plainHit, miss, keyValueLookup],
];
const row = process.argv[2] ?? generatedRedirect.row;
const workload = workloads.find((each) => each.row === row);
if (workload === undefined) throw new Error(`There is no row ${row}`);
const seconds = 5;

const folder = temporaryFolder();
const bench: Bench = {
  ...{ rounds: 1, seconds, requests: 0, isQuick: false, folder, cores: findCores() },
  tell: () => {},
};
// V8 leaves logs where it stands.
process.chdir(folder);
const origin = await startOrigin(bench, workload);
const node = await startTestNode({
  args: ["--traces", "off"],
  environment: { NODE_OPTIONS: "--perf-basic-prof" },
});
const rival = runningRival("Footlight", node, await deployWorkload(node, workload, origin.port));
pin(node.process.pid!, bench.cores?.serving);
await checkAnswers(rival, workload);
await warmUp(bench, workload, rival);

const tree = processTree(rival.pid);
const worker = tree.toSorted((one, other) => spent(other) - spent(one))[0]!;
const data = join(folder, "perf.data");
const looks = ["record", "-e", "cpu-clock", "-F", "2000", "-p", String(worker), "-o", data];
const perf = spawn("perf", [...looks, "--", "sleep", String(seconds)], { stdio: "ignore" });
const before = spent(worker);
const { requests } = await loadOnce(bench, workload, rival, seconds);
const cost = (spent(worker) - before) / requests;
await once(perf, "exit");
const sorted = ["report", "-i", data, "--sort", "comm,dso,symbol", "--stdio", "-w", "20,60,200"];
const shares = sharesOf(spawnSync("perf", sorted, { maxBuffer: 2 ** 28 }).stdout.toString());
await node.stop();
await origin.stop();
for (const pid of tree) rmSync(`/tmp/perf-${pid}.map`, { force: true });

console.log(`(${row}) ${workload.title}: ${cost.toFixed(1)} µs of CPU a request`);
const all = [...shares.values()].reduce((sum, share) => sum + share, 0);
for (const [part, share] of [...shares].sort(([, one], [, other]) => other - one)) {
  const percent = (100 * share) / all;
  if (percent < 0.5) continue;
  const us = ((cost * percent) / 100).toFixed(1);
  console.log(`${us.padStart(6)} µs  ${percent.toFixed(0).padStart(2)} %  ${part}`);
}
process.exit(0);

function spent(pid: number): number {
  return cpuMicroseconds([pid]);
}

/** @returns the share of each part in percent of the looks */
function sharesOf(report: string): Map<string, number> {
  const shares = new Map<string, number>();
  // "  2.57%  MainThread  [JIT] tid 6169  [.] JS:*readHead file:///…:72:18"
  const line = /^\s*([\d.]+)%\s+(\S+)\s+(\[JIT\] tid \d+|\S+)\s+\[(.)\] (.*)$/gm;
  for (const [, share, thread = "", library = "", space, symbol = ""] of report.matchAll(line)) {
    const part = space === "k" ? "the kernel" : partOf(thread, library, symbol);
    shares.set(part, (shares.get(part) ?? 0) + Number(share));
  }
  return shares;
}

function partOf(thread: string, library: string, symbol: string): string {
  if (thread !== "MainThread") return "other threads: V8's collector and compiler, the watchdog";
  if (library.startsWith("[JIT]")) {
    if (symbol.includes("<isolated-vm>")) return "JavaScript in the isolate";
    return symbol.includes(" node:") ? "Node's JavaScript" : "our JavaScript";
  }
  if (library.startsWith("isolated-vm")) return "isolated-vm";
  if (library !== "node") return "libc, and all else";
  if (symbol.startsWith("Builtins_")) return "V8's built-ins, called by any JavaScript";
  if (/Scaveng|Sweep|Mark|Evacuat|GlobalHandles|Heap/.test(symbol)) {
    return "V8's collector, on the thread that serves";
  }
  return /^(?:non-virtual thunk to )?(?:node::|uv_)/.test(symbol) ? "Node's C++ and libuv" : "V8";
}
