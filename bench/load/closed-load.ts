/**
 * As much as a server can take: wrk with 32 connections, each of which asks again as soon as it is answered.
 */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Bench } from "../bench.ts";
import { pinned } from "../pinning.ts";
import { countMark } from "../workloads/workload.ts";

export interface ClosedLoad {
  readonly port: number;
  /** Whole heads, asked for in turn by each connection. */
  readonly heads: readonly string[];
  readonly seconds: number;
}

export interface Served {
  readonly requests: number;
  readonly perSecond: number;
  /** Answers with another status than 2xx and 3xx, and broken connections. */
  readonly failed: number;
}

/** @throws Error, when wrk fails, or does not say what we read */
export async function loadClosed(bench: Bench, input: ClosedLoad): Promise<Served> {
  firstCount += countsOfLoad;
  const script = join(bench.folder, `heads-${input.port}.lua`);
  writeFileSync(script, luaOf(input.heads));
  const args = ["-t1", "-c32", `-d${input.seconds}s`, "--timeout", "10s", "-s", script];
  const [program, ...rest] = pinned(bench.cores?.loading, ["wrk", ...args, urlOf(input.port)]);
  const { stdout } = await promisify(execFile)(program, rest);
  return readReport(stdout);
}

/** Each load begins where none before it has come to, and they have as many digits. */
let firstCount = 1e9;
const countsOfLoad = 1e7;

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}/`;
}

function luaOf(heads: readonly string[]): string {
  const listOf = (texts: readonly string[]): string =>
    `{\n${texts.map((text) => JSON.stringify(text)).join(",\n")}\n}`;
  const isCounted = heads[0]!.includes(countMark);
  const split = heads.map((head) => head.split(countMark));
  const [firsts, rests] = [0, 1].map((part) => listOf(split.map((parts) => parts[part] ?? "")));
  return `local heads = ${firsts}
local rests = ${isCounted ? rests : "{}"}
local at, count = 0, ${firstCount}
function request()
  at = at % #heads + 1
  ${isCounted ? "count = count + 1\n  return heads[at] .. count .. rests[at]" : "return heads[at]"}
end
`;
}

function readReport(text: string): Served {
  const [, requests, seconds] = /(\d+) requests in ([\d.]+)s/.exec(text) ?? [];
  if (seconds === undefined) throw new Error(`wrk's report is not understood:\n${text}`);
  const broken = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text);
  const refused = /Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0;
  const failures = [refused, ...(broken ?? []).slice(1)].map(Number);
  return {
    requests: Number(requests),
    perSecond: Number(requests) / Number(seconds),
    failed: failures.reduce((sum, count) => sum + count, 0),
  };
}
