/** The processes that a process has started, as the system lists them. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** @returns the ids of the children of `pid` whose command line holds `text` */
export function childrenOf(pid: number, text: string): number[] {
  return existsSync("/proc/self/task") ? fromProc(pid, text) : fromPs(pid, text);
}

/** Linux tells without `ps`, which small images lack. */
function fromProc(pid: number, text: string): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).trim().split(" ");
  return children.filter((child) => read(`/proc/${child}/cmdline`).includes(text)).map(Number);
}

/** A process may end between two looks at it. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function fromPs(pid: number, text: string): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="]).toString().split("\n");
  return lines
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => Number(match?.[2]) === pid && match?.[3]?.includes(text))
    .map((match) => Number(match?.[1]));
}
