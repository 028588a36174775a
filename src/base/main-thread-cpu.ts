/** How much CPU time the main thread of another process has used; Linux tells. */
import { readFileSync } from "node:fs";

/** What Linux counts in, for programs, whatever the kernel's own tick is: proc(5), sysconf(3). */
const ticksPerSecond = 100;

/** @returns milliseconds, in steps of ten; undefined where the system does not tell, or the process is gone */
export function mainThreadCpuMs(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/task/${pid}/stat`, "latin1");
    // The second field is the name, in brackets, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // utime and stime, fields 14 and 15 of proc(5).
    const ticks = Number(fields[11]) + Number(fields[12]);
    return (ticks * 1000) / ticksPerSecond;
  } catch {
    return undefined;
  }
}
