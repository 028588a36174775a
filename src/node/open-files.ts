/** How many files and connections this process may have open, and how many of them clients get. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * The soft limit. Node raises it to the hard one as it starts.
 *
 * @returns Infinity, where there is none or the system does not tell
 */
export function openFilesLimit(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "latin1");
    return numberOf(/^Max open files +(\S+)/m.exec(limits)?.[1]);
  } catch {
    return limitOfShell();
  }
}

/** A child has the limits of the process that starts it. */
function limitOfShell(): number {
  try {
    return numberOf(execFileSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" }).trim());
  } catch {
    // No such shell, as on Windows, which has no such limit either.
    return Infinity;
  }
}

function numberOf(text: string | undefined): number {
  const value = Number(text);
  return Number.isInteger(value) ? value : Infinity;
}

/**
 * @param limit of open files
 * @param own what the process needs for itself
 * @returns how many connections clients may have: half of the rest, since each of them may be
 *   waiting for an origin, on another connection
 */
export function connectionsMax(limit: number, own: number): number {
  return Math.max(8, Math.floor((limit - own) / 2));
}
