/**
 * How a generation of a disk store takes another's place. A store that is damaged or has outgrown its
 * bound is not repaired: the next generation is begun, for every process that has it open.
 */
import { randomUUID } from "node:crypto";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { makeFolderNow } from "../../base/make-folder.ts";
import {
  bootOfMachine,
  currentGeneration,
  damagedName,
  filesOf,
  lockFileBytes,
  numberOf,
} from "./generation.ts";
import { giveWay, letGoOfSpare } from "./give-way.ts";
import { isNoRoom } from "./index-tail.ts";

/** How often something gives way before the room that a generation takes is given up, in one go. */
const waysMax = 8;
/**
 * What the disk has to have for one that is begun: each process writes some pages to see whether it can
 * open it, and a transaction is not tried without a tail. Less is no cache (see disk-bound.ts).
 */
const workingBytes = 1024 * 1024;
/** A damaged index that is larger is not kept to be looked at. */
const keptDamagedMax = 16 * 1024 * 1024;
/**
 * How long a generation stays that another has replaced. Whoever is about to open it opens it by its
 * name, and `lmdb` may end a process in which opening fails.
 */
const replacedStaysMs = 3_000;

/**
 * Begins a generation that takes another's place. Where several processes do so at once, all of them
 * have the same one. The other stays for a while: see {@link deleteReplaced}. On a full disk it gives
 * way at once.
 *
 * @param replaced the folder of the generation that is not to be used any more
 * @returns the folder of the new one, whoever began it
 * @throws Error of the file system, on a full disk for one
 */
export function replaceGeneration(folder: string, replaced: string | undefined): string {
  for (let times = 0; ; times += 1) {
    try {
      return putNext(folder, replaced);
    } catch (error) {
      if (times >= waysMax || !isNoRoom(error)) throw error;
      if (!letGoOfSpare(folder) && !giveWay(folder, replaced)) throw error;
    }
  }
}

function putNext(folder: string, replaced: string | undefined): string {
  makeFolderNow(folder);
  const before = currentGeneration(folder);
  if (before !== undefined && before !== replaced) return before;
  const generation = join(folder, nameAfter(folder, replaced));
  putGeneration(folder, generation);
  const meanwhile = currentGeneration(folder);
  const isReplaced = meanwhile !== undefined && meanwhile !== replaced;
  return isReplaced ? meanwhile : pointTo(folder, generation, replaced);
}

/** Who replaces the same one comes to the same name. */
function nameAfter(folder: string, replaced: string | undefined): string {
  const before = replaced === undefined ? readdirSync(folder) : [replaced];
  return `generation-${Math.max(0, ...before.map((name) => numberOf(name))) + 1}`;
}

/** Makes its folder, unless another process has just done that. */
function putGeneration(folder: string, generation: string): void {
  requireFree(folder);
  // Made whole elsewhere: a rename onto a folder that is not empty fails, so one of several succeeds.
  const made = join(folder, `new-${process.pid}-${randomUUID()}`);
  const files = filesOf(made);
  makeFolderNow(files.bodies);
  try {
    mkdirSync(files.parts);
    // So that one that is missing later is known to have been deleted.
    writeFileSync(files.index, "");
    writeFileSync(files.lock, Buffer.alloc(lockFileBytes));
    writeFileSync(files.boot, bootOfMachine());
    requireRoom(made);
    renameSync(made, generation);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(generation)) throw error;
  }
}

/** Fails where the disk itself says so, before others find it full by what is tried. */
function requireFree(folder: string): void {
  const { blocks, bavail, bsize } = statfsSync(folder);
  if (blocks === 0 || bavail * bsize >= workingBytes) return;
  throw Object.assign(new Error("No space is left on the disk for a cache"), { code: "ENOSPC" });
}

/** Fails where what is begun could not be used, or not even opened, as a quota shows in no number. */
function requireRoom(made: string): void {
  const room = join(made, "room");
  try {
    writeFileSync(room, Buffer.alloc(workingBytes));
  } finally {
    rmSync(room, { force: true });
  }
}

/** @returns the generation in use by then: another where there was none, and another process was first */
function pointTo(folder: string, generation: string, replaced: string | undefined): string {
  const pointer = join(folder, `current-${process.pid}`);
  const current = join(folder, "current");
  writeFileSync(pointer, basename(generation));
  if (replaced === undefined) {
    try {
      linkSync(pointer, current);
      rmSync(pointer);
      return generation;
    } catch {
      // There is one by now, or one that points to nothing.
      const first = currentGeneration(folder);
      if (first !== undefined) {
        rmSync(pointer, { force: true });
        return first;
      }
    }
  }
  renameSync(pointer, current);
  return generation;
}

/** Keeps a small index that proved damaged, the last such, for somebody to look at. */
export function setDamagedAside(folder: string, generation: string): void {
  const { index } = filesOf(generation);
  const aside = join(folder, `damaged-${process.pid}`);
  try {
    if (statSync(index).size > keptDamagedMax) return;
    // Under its own name it stays as long as the rest: LMDB would make a new one for who is about to open it.
    linkSync(index, aside);
    renameSync(aside, join(folder, damagedName));
  } catch {
    // It is not even there, or there is no room for a name: nothing depends on it.
  }
}

/**
 * Deletes what is not in use, and has not been for some seconds: generations that others have
 * replaced, and what processes that were killed left of those that they were about to begin. Of bodies
 * there may be very many, so nobody waits for it.
 *
 * @throws Error of the file system when nobody can tell what is in use
 */
export async function deleteReplaced(folder: string): Promise<void> {
  const inUse = currentGeneration(folder);
  if (inUse === undefined || !isSettled(join(folder, "current"))) return;
  for (const name of namesIn(folder)) {
    const isOne = numberOf(name) > 0 || /^(?:new|current|damaged)-/.test(name);
    if (!isOne || name === basename(inUse) || !isSettled(join(folder, name))) continue;
    try {
      // Processes that have files of it open go on with what they have open.
      await rm(join(folder, name), { recursive: true, force: true });
    } catch {
      // Somebody is adding a file at this moment, or it may not be deleted: it is tried again a second later.
    }
  }
}

/** What can't be looked into has nothing that could be deleted. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether it has been as it is for some seconds, by a clock that may be set. */
function isSettled(path: string): boolean {
  try {
    return Math.abs(Date.now() - statSync(path).ctimeMs) > replacedStaysMs;
  } catch {
    return false;
  }
}
