/**
 * Viewers who come at a rate, whatever becomes of those before (an open loop), from a process of its own.
 *
 * They come in batches, one each millisecond, over 64 kept connections; whoever finds none free waits, and the wait
 * counts: from the moment at which a batch was due to its answers' last byte. wrk can't do this, and h2load's --rps
 * asks a connection's next only when it is answered, and counts from then.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Bench } from "../bench.ts";
import { pinned } from "../pinning.ts";

export interface SteadyLoad {
  readonly port: number;
  readonly heads: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
}

export interface SteadyReport {
  readonly asked: number;
  /** Other answers than 2xx and 3xx, broken connections, and what was not answered within 10 s. */
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  /** Of all windows of 10 ms: the longest median of those who came in one. */
  readonly worstWindowMs: number;
}

/** @throws Error, when the generator fails */
export async function loadSteadily(bench: Bench, input: SteadyLoad): Promise<SteadyReport> {
  const generator = join(import.meta.dirname, "steady-generator.ts");
  const command = [process.execPath, generator, JSON.stringify(input)] as const;
  const [program, ...args] = pinned(bench.cores?.loading, command);
  const { stdout } = await promisify(execFile)(program, args);
  return JSON.parse(stdout) as SteadyReport;
}
