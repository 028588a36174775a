/** Takes away what processes that ended without a word left in a disk store. */
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { filesOf } from "./generation.ts";
import type { IndexFile } from "./index-file.ts";
import { seatKey, writingKey } from "./index-keys.ts";
import { decodeWriting } from "./bodies-on-way.ts";
import { getSealed } from "./sealed-entries.ts";

/** A file that is younger may be about to be named in the index, by a process that is alive. */
const youngMs = 60_000;

/** Bodies that no record names, of whatever process; what was written to see whether there is room; and what {@link sweepDead} takes. */
export function sweep(generation: string, index: IndexFile): void {
  sweepDead(generation, index);
  for (const name of readdirSync(generation)) {
    const pid = /-room-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(generation, name), { force: true });
  }
  const { bodies } = filesOf(generation);
  for (const name of readdirSync(bodies)) {
    const isNamed = index.getBinary(seatKey(Number.parseInt(name, 16))) !== undefined;
    if (!isNamed && isOld(join(bodies, name))) rmSync(join(bodies, name), { force: true });
  }
}

/**
 * What processes were writing that are not there any more, and their places among the readers.
 *
 * @returns the processes that the index still has as writing: only who sees to its tail may change it
 */
export function sweepDead(generation: string, index: IndexFile): readonly number[] {
  index.readerCheck();
  const { parts } = filesOf(generation);
  for (const name of readdirSync(parts)) {
    if (!isAlive(Number.parseInt(name, 10))) rmSync(join(parts, name), { force: true });
  }
  index.resetReadTxn();
  const writing = decodeWriting(getSealed(index, writingKey));
  return [...writing.keys()].filter((pid) => !isAlive(pid));
}

function isOld(path: string): boolean {
  try {
    return Date.now() - statSync(path).ctimeMs > youngMs;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is one as well.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
