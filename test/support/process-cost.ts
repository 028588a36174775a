/** What processes cost the machine, as Linux tells: processor time and memory. */
import { existsSync, readFileSync, readdirSync } from "node:fs";

/** Whether this system tells. */
export const tellsCosts = existsSync("/proc/self/schedstat");

/** @returns the process, and all that it and its children have started and that still run */
export function processTree(pid: number): number[] {
  const tree = [pid];
  for (const parent of tree) {
    for (const task of entries(`/proc/${parent}/task`)) {
      const children = read(`/proc/${parent}/task/${task}/children`).trim();
      if (children !== "") tree.push(...children.split(" ").map(Number));
    }
  }
  return tree;
}

/** What Linux counts in, for programs, whatever the kernel's own tick is: proc(5), sysconf(3). */
const tickUs = 10_000;

/**
 * @returns the time on a processor of all their threads, also those that have ended, and of children that have, in the
 *   system and outside: µs, in steps of 10,000 a process
 */
export function cpuMicroseconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const stat = read(`/proc/${pid}/stat`);
    // The second field is the name, in brackets, and may hold anything. Fields 14 to 17 of proc(5) are what we want.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    for (const field of fields.slice(11, 15)) ticks += Number(field);
  }
  return ticks * tickUs;
}

/** @returns the time on a processor of a process's first thread, where Node runs JavaScript: µs, exactly */
export function mainThreadMicroseconds(pid: number): number {
  return Number(read(`/proc/${pid}/task/${pid}/schedstat`).split(" ")[0] ?? 0) / 1000;
}

/** @returns the same of all its threads that run now, by the names that they have: V8's and libuv's have their own */
export function threadMicroseconds(pid: number): ReadonlyMap<string, number> {
  const spent = new Map<string, number>();
  for (const task of entries(`/proc/${pid}/task`)) {
    const name = task === String(pid) ? "main" : read(`/proc/${pid}/task/${task}/comm`).trim();
    const us = Number(read(`/proc/${pid}/task/${task}/schedstat`).split(" ")[0] ?? 0) / 1000;
    spent.set(name, (spent.get(name) ?? 0) + us);
  }
  return spent;
}

/** @returns how long a process's first thread has waited for a processor that others had, in milliseconds */
export function waitedMilliseconds(pid: number): number {
  return Number(read(`/proc/${pid}/task/${pid}/schedstat`).split(" ")[1] ?? 0) / 1e6;
}

/** @returns the sum of the processes' PSS in bytes: what they share with others counts in part */
export function proportionalBytes(pids: readonly number[]): number {
  return pids
    .map((pid) => /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0)
    .reduce<number>((sum, kilobytes) => sum + Number(kilobytes) * 1024, 0);
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A process or a thread may end between two looks at it. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
