/** Which processor what runs on: a core for the servers in turn, and one for origin and load. */
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { processTree } from "../test/support/process-cost.ts";
import type { Bench } from "./bench.ts";

/** @returns undefined on a machine of one core, or without taskset */
export function findCores(): Bench["cores"] {
  const canPin = spawnSync("taskset", ["-c", "0,1", "true"]).status === 0;
  return canPin && availableParallelism() > 1 ? { serving: 0, loading: 1 } : undefined;
}

/** @returns a command that runs another on that core */
export function pinned(
  core: number | undefined,
  command: readonly [string, ...string[]],
): [string, ...string[]] {
  return core === undefined ? [...command] : ["taskset", "-c", String(core), ...command];
}

/** Puts a process that runs, its threads and its children on that core, and what they start later with them. */
export function pin(pid: number, core: number | undefined): void {
  if (core === undefined) return;
  for (const each of processTree(pid)) {
    spawnSync("taskset", ["-a", "-c", "-p", String(core), String(each)], { stdio: "ignore" });
  }
}
