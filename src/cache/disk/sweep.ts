/** Takes away what processes that ended without a word left in a disk store. */
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { filesOf } from "./generation.ts";
import type { IndexFile } from "./index-file.ts";
import { seatKey, writingKey } from "./index-keys.ts";
import { decodeWriting, encodeWriting } from "./bodies-on-way.ts";
import { getSealed, putSealed } from "./sealed-entries.ts";

/** A file that is younger may be about to be named in the index, by a process that is alive. */
const youngMs = 60_000;

/** Bodies that no record names, of whatever process; and what {@link sweepDead} takes. */
export function sweep(generation: string, index: IndexFile): void {
  sweepDead(generation, index);
  const { bodies } = filesOf(generation);
  for (const name of readdirSync(bodies)) {
    const isNamed = index.getBinary(seatKey(Number.parseInt(name, 16))) !== undefined;
    if (!isNamed && isOld(join(bodies, name))) rmSync(join(bodies, name), { force: true });
  }
}

/** What processes were writing that are not there any more, and their places among the readers. */
export function sweepDead(generation: string, index: IndexFile): void {
  index.readerCheck();
  const { parts } = filesOf(generation);
  for (const name of readdirSync(parts)) {
    if (!isAlive(Number.parseInt(name, 10))) rmSync(join(parts, name), { force: true });
  }
  const writing = decodeWriting(getSealed(index, writingKey));
  const dead = [...writing.keys()].filter((pid) => !isAlive(pid));
  if (dead.length === 0) return;
  index.transactionSync(() => {
    const now = decodeWriting(getSealed(index, writingKey));
    for (const pid of dead) now.delete(pid);
    putSealed(index, writingKey, encodeWriting(now));
  });
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
