/**
 * The table of the edge's figures: `npm run bench -- [ROW …] [--rounds N] [--seconds S] [--requests N] [--quick] [--write]`.
 *
 * Rows, all of them unless some are named:
 *
 *     a        a hit of 1 KB: a function changes path and header
 *     a'       the same where no two events are alike
 *     b        as (a), and a viewer-response function
 *     c        a hit of 1 KB without a function
 *     d        a redirect that a function generates
 *     e        a miss: a pass-through function, a small answer of the origin
 *     f        hits of 1 MB
 *     g        functions with work to do: g-token, g-map, g-store
 *     h        200 functions on 200 distributions in turn, hits as in (a)
 *     i        what share of requests are hits where 5 % of what is asked for fits
 *     p99      waits at 70 % of nginx + njs's most
 *     publish  publishes beside viewers
 *     start    to ready; a function's first run
 *     memory   idle, after --requests (a million), with 10,000 idle connections
 *     workers  processor time with two workers, relative to one
 *     traces   row (a) with the way of requests kept, beside without
 *     https    row (c) by HTTPS, in HTTP/1.1
 *     h2       row (c) by HTTP/2
 *     handshakes  new connections by TLS, full handshakes and resumed ones
 *
 * Servers have one core each in turn, and the load and the origin another. What is printed is Markdown; `--write` puts
 * it into docs/performance.md, and needs all rows. `--quick` is a smoke test of a minute or two: its figures say nothing.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { resolve } from "node:path";
import { spawnSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { temporaryFolder } from "../test/support/leftovers.ts";
import { tellsCosts } from "../test/support/process-cost.ts";
import type { Bench, Measure, Measured } from "./bench.ts";
import { compareOn } from "./measures/compare.ts";
import { measureHandshakes } from "./measures/handshakes.ts";
import { measureHitRatio } from "./measures/hit-ratio.ts";
import { measureMemory } from "./measures/memory.ts";
import { measurePublish } from "./measures/publish.ts";
import { measureStart } from "./measures/start.ts";
import { measureTwoWorkers } from "./measures/two-workers.ts";
import { measureWaits } from "./measures/waits.ts";
import { findCores } from "./pinning.ts";
import { footlight, footlightWith } from "./rivals/footlight.ts";
import { nginxWithNjs, plainNginx } from "./rivals/nginx.ts";
import { nodeHttp } from "./rivals/node-http.ts";
import { nodeHttp2 } from "./rivals/node-http2.ts";
import { workerd } from "./rivals/workerd.ts";
import type { Rival } from "./rivals/rival.ts";
import { markdownTable } from "./statistics.ts";
import { generatedRedirect } from "./workloads/generated-redirect.ts";
import {
  differingHit,
  dressedHit,
  http2Hit,
  largeHit,
  plainHit,
  rewrittenHit,
  secureHit,
} from "./workloads/kept.ts";
import { keyValueLookup } from "./workloads/key-value-lookup.ts";
import { manyFunctions } from "./workloads/many-functions.ts";
import { miss } from "./workloads/miss.ts";
import { redirectMap } from "./workloads/redirect-map.ts";
import { tokenCheck } from "./workloads/token-check.ts";
import type { Workload } from "./workloads/workload.ts";

const everyone = [footlight, nginxWithNjs, plainNginx, workerd, nodeHttp];
const roomForAll = footlightWith("Footlight, --function-isolates 200", [
  "--function-isolates",
  "200",
]);
const footlightOnA: Rival = {
  ...footlight,
  name: "Footlight on row (a)",
  instead: rewrittenHit,
};
const tracing = footlightWith("Footlight, --traces on", ["--traces", "on"]);
const compare =
  (workload: Workload): Measure =>
  (bench) =>
    compareOn(bench, workload, everyone);

interface Row {
  readonly name: string;
  readonly title: string;
  readonly measure: Measure;
}

/** In the order of the table. A name with a dash is also meant by what stands before it. */
const rows: readonly Row[] = [
  ...[
    ...[rewrittenHit, differingHit, dressedHit, plainHit],
    ...[generatedRedirect, miss, largeHit],
    ...[tokenCheck, redirectMap, keyValueLookup],
  ].map((workload) => ({
    name: workload.row,
    title: workload.title,
    measure: compare(workload),
  })),
  {
    name: manyFunctions.row,
    title: manyFunctions.title,
    // The second Footlight deploys them all again.
    measure: (bench) =>
      compareOn(
        bench,
        manyFunctions,
        [roomForAll, ...(bench.isQuick ? [] : [footlight]), footlightOnA, nginxWithNjs, workerd],
        footlightOnA,
      ),
  },
  { name: "i", title: "what is kept of 100,000 objects", measure: measureHitRatio },
  { name: "p99", title: "waits at an equal rate", measure: measureWaits },
  { name: "publish", title: "publish under load", measure: measurePublish },
  { name: "start", title: "starts", measure: measureStart },
  { name: "memory", title: "memory", measure: measureMemory },
  { name: "workers", title: "two workers", measure: measureTwoWorkers },
  {
    name: "traces",
    title: "the way of requests kept",
    measure: (bench) =>
      compareOn(
        bench,
        {
          ...rewrittenHit,
          row: "traces",
          title: "as (a), with --traces on",
          target: "≥ 0.9 × without",
        },
        [tracing, footlight],
        footlight,
      ),
  },
  ...[secureHit, http2Hit].map((workload) => ({
    name: workload.row,
    title: workload.title,
    measure: (bench: Bench) => compareOn(bench, workload, [footlight, plainNginx, nodeHttp2]),
  })),
  { name: "handshakes", title: "new connections by TLS", measure: measureHandshakes },
];

/** On a quiet machine of two cores the longest takes some three minutes. */
const rowMaxMs = 15 * 60_000;

const page = resolve(import.meta.dirname, "../docs/performance.md");
const marks = { begin: "<!-- figures: npm run bench -- --write -->", end: "<!-- /figures -->" };

const code = await main();
// A row that failed may have left servers, which end with this process.
process.stdout.write("", () => process.exit(code));

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: "string" },
      seconds: { type: "string" },
      requests: { type: "string" },
      quick: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  const chosen = rows.filter(
    ({ name }) =>
      positionals.length === 0 ||
      positionals.some((each) => name.split("-", 1)[0] === each || name === each),
  );
  const unknown = positionals.filter(
    (each) => !rows.some(({ name }) => name === each || name.split("-", 1)[0] === each),
  );
  const problem = problemWith(unknown, values, chosen.length);
  if (problem !== undefined) {
    console.error(problem);
    return 2;
  }
  const folder = temporaryFolder();
  const bench: Bench = {
    rounds: Number(values.rounds ?? (values.quick ? 1 : 5)),
    seconds: Number(values.seconds ?? (values.quick ? 1 : 3)),
    requests: Number(values.requests ?? (values.quick ? 10_000 : 1_000_000)),
    isQuick: values.quick,
    folder,
    cores: findCores(),
    tell: (text) => console.error(`… ${text}`),
  };

  const measured: [Row, Measured][] = [];
  let failed = 0;
  for (const row of chosen) {
    try {
      measured.push([row, await withinTime(row.measure(bench))]);
    } catch (error) {
      failed += 1;
      console.error(`(${row.name}) failed:`, error);
    }
  }
  const text = report(bench, measured);
  console.log(text);
  if (failed > 0) return 1;
  if (values.write) writePage(text);
  return 0;
}

/** @throws Error, when a row takes longer than any does on a busy machine */
async function withinTime(measured: Promise<Measured>): Promise<Measured> {
  const late = Symbol("late");
  const first = await Promise.race([measured, wait(rowMaxMs, late, { ref: false })]);
  if (first === late) throw new Error(`It has taken ${rowMaxMs / 60_000} minutes`);
  return first;
}

interface Given {
  readonly rounds?: string | undefined;
  readonly seconds?: string | undefined;
  readonly requests?: string | undefined;
  readonly quick: boolean;
  readonly write: boolean;
}

/** @returns what is wrong with what was given, or with this machine */
function problemWith(
  unknown: readonly string[],
  { rounds, seconds, requests, write }: Given,
  chosen: number,
): string | undefined {
  if (unknown.length > 0) {
    return `There is no row ${unknown.join(", ")}; there are ${rows.map(({ name }) => name).join(", ")}`;
  }
  for (const [name, value] of Object.entries({ rounds, seconds, requests })) {
    if (value !== undefined && !/^[1-9]\d*$/.test(value)) {
      return `--${name} must be a whole number from 1, got "${value}"`;
    }
  }
  if (write && chosen < rows.length) return "--write wants all rows: name none";
  if (!tellsCosts) return "The bench reads processes' costs from /proc, and runs on Linux alone";
  const missing = ["wrk", "h2load", "nginx"].filter(
    (program) => spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0,
  );
  if (missing.length === 0) return undefined;
  return `The bench needs ${missing.join(" and ")} (Debian: apt install wrk nghttp2-client nginx libnginx-mod-http-js)`;
}

function report(bench: Bench, measured: readonly [Row, Measured][]): string {
  const findings = measured.flatMap(([, each]) => each.findings);
  const summary = markdownTable(
    ["row", "what", "Footlight", "target"],
    findings.map(({ row, what, figure, target }) => [`(${row})`, what, figure, target]),
  );
  const details = measured.map(
    ([{ name, title }, { details }]) => `### (${name}) ${title}\n\n${details}`,
  );
  const caveats = [...everyone, nodeHttp2]
    .map(({ name, caveat }) => `- ${name}: ${caveat}`)
    .join("\n");
  return [
    conditions(bench),
    summary,
    `What could make a comparison unfair:\n\n${caveats}`,
    ...details,
  ].join("\n\n");
}

function conditions(bench: Bench): string {
  const where = bench.cores
    ? "The server has one core to itself, origin and load have another"
    : "Servers, origin and load share the cores";
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${(totalmem() / 2 ** 30).toFixed(0)} GB, Node ${process.versions.node}, ${versionOf("nginx")}`;
  const noise = bench.isQuick ? " **A smoke test: the figures say nothing.**" : "";
  return (
    `${bench.rounds} rounds of ${bench.seconds} s each, in turn, on ${machine}. ${where}. Medians, with the lowest and the highest round ` +
    `in brackets; ratios are of the same round.${noise}`
  );
}

function versionOf(program: string): string {
  return spawnSync(program, ["-v"]).stderr.toString().trim().replace(/^.*: /, "");
}

function writePage(text: string): void {
  const old = readFileSync(page, "utf8");
  const [before, after] = [old.indexOf(marks.begin), old.indexOf(marks.end)];
  if (before === -1 || after === -1) throw new Error(`${page} lacks the marks for the figures`);
  const figures = `${marks.begin}\n\n${text}\n\n`;
  writeFileSync(page, old.slice(0, before) + figures + old.slice(after));
}
