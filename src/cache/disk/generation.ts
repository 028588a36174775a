/**
 * Where a disk store's files are: in a folder of a generation, and a file beside it names the one in
 * use. A store that is damaged or has outgrown its bound is not repaired: the next generation takes its
 * place, in every process that has it open.
 */
import { randomUUID } from "node:crypto";
import {
  existsSync,
  linkSync,
  mkdirSync,
  opendirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  appendFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { makeFolderNow } from "../../base/make-folder.ts";
import { isNoRoom } from "./index-tail.ts";

/** What is written to files means something else when this changes, and none of it is kept. */
export const formatVersion = 3;
/** By this an index says that it is one of ours, and of that form. */
export const markOfForm: Buffer = Buffer.from(`footlight cache ${formatVersion}`);

/** After so many deaths inside it a store is not opened again. */
const deathsMax = 2;
/** Bodies that go at a time for the room that a generation takes which is begun on a full disk. */
const bodiesAtOnce = 32;
/** A damaged index that is larger is not kept to be looked at. */
const keptDamagedMax = 16 * 1024 * 1024;
/**
 * LMDB's table of readers, written before LMDB maps it: on a full disk the first touch of a page that
 * has no room ends the process. It gives room for a thousand readers.
 */
export const lockFileBytes: number = 64 * 1024;
/**
 * How long a generation stays that another has replaced. Whoever is about to open it opens it by its
 * name, and `lmdb` may end a process in which opening fails.
 */
const replacedStaysMs = 3_000;

interface GenerationFiles {
  readonly index: string;
  readonly lock: string;
  /** The folder of bodies that are kept as files of their own. */
  readonly bodies: string;
  /** The folder of bodies that are being written. */
  readonly parts: string;
  /** Which session of a node has checked it. */
  readonly checked: string;
  /** In which boot of the machine that was. */
  readonly boot: string;
  /** Up to which transaction the disk has it for certain. */
  readonly synced: string;
  /** What the index was when it was last closed. */
  readonly closed: string;
  /** A byte for each process that died inside it. */
  readonly deaths: string;
}

/** @param generation its folder */
export function filesOf(generation: string): GenerationFiles {
  return {
    index: join(generation, "index.mdb"),
    lock: join(generation, "index.mdb-lock"),
    bodies: join(generation, "bodies"),
    parts: join(generation, "parts"),
    checked: join(generation, "checked"),
    boot: join(generation, "boot"),
    synced: join(generation, "synced"),
    closed: join(generation, "closed"),
    deaths: join(generation, "deaths"),
  };
}

/** What says that nothing names a generation, and not only that it could not be read now. */
const namesNone: ReadonlySet<string | undefined> = new Set(["ENOENT", "ENOTDIR", "EISDIR"]);

/**
 * @returns the folder of the generation in use; undefined when there is none
 * @throws Error of the file system when nobody can tell, without descriptors for one
 */
export function currentGeneration(folder: string): string | undefined {
  let name: string;
  try {
    name = readFileSync(join(folder, "current"), "utf8");
  } catch (error) {
    if (namesNone.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  }
  const generation = join(folder, name);
  return numberOf(name) > 0 && existsSync(generation) ? generation : undefined;
}

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
  try {
    return putNext(folder, replaced);
  } catch (error) {
    if (replaced === undefined || !isNoRoom(error)) throw error;
    giveWay(folder, replaced);
    return putNext(folder, replaced);
  }
}

/**
 * Lets go of what takes room that is not to be used any more: of some bodies, or where there are none
 * of the index, which the disk has again when every process has closed it. For that nothing may name it.
 */
function giveWay(folder: string, replaced: string): void {
  if (currentGeneration(folder) !== replaced) return;
  const { index, bodies } = filesOf(replaced);
  for (const name of ["damaged.mdb", `damaged-${process.pid}`]) {
    rmSync(join(folder, name), { force: true });
  }
  const names = firstNamesIn(bodies, bodiesAtOnce);
  for (const name of names) rmSync(join(bodies, name), { force: true });
  if (names.length > 0) return;
  rmSync(join(folder, "current"), { force: true });
  rmSync(index, { force: true });
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
  // Made whole elsewhere: a rename onto a folder that is not empty fails, so one of several succeeds.
  const made = join(folder, `new-${process.pid}-${randomUUID()}`);
  const files = filesOf(made);
  makeFolderNow(files.bodies);
  try {
    mkdirSync(files.parts);
    // So that one that is missing later is known to have been deleted.
    writeFileSync(files.index, "");
    writeFileSync(files.lock, Buffer.alloc(lockFileBytes));
    renameSync(made, generation);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(generation)) throw error;
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
    renameSync(aside, join(folder, "damaged.mdb"));
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

/** Of a folder that may hold very many; none where it is gone. */
function firstNamesIn(folder: string, count: number): readonly string[] {
  if (!existsSync(folder)) return [];
  const names: string[] = [];
  const reading = opendirSync(folder);
  try {
    while (names.length < count) {
      const entry = reading.readSync();
      if (entry === null) break;
      names.push(entry.name);
    }
  } finally {
    reading.closeSync();
  }
  return names;
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

function numberOf(name: string): number {
  const [, digits = "0"] = /^generation-(\d{1,15})$/.exec(basename(name)) ?? [];
  return Number(digits);
}

/**
 * Notes that a process which had the store open was ended by a signal that reading a damaged file
 * ends it by (SIGBUS, SIGSEGV): it is checked again before it is opened again, and after the second
 * time not opened any more.
 */
export function noteDeath(folder: string): void {
  try {
    const generation = currentGeneration(folder);
    if (generation === undefined) return;
    const { deaths, checked } = filesOf(generation);
    appendFileSync(deaths, "x");
    rmSync(checked, { force: true });
  } catch {
    // A full disk, or no more descriptors: then nothing is stored either.
  }
}

/** Whether too many processes died inside it. */
export function isDeadly(generation: string): boolean {
  try {
    return statSync(filesOf(generation).deaths).size >= deathsMax;
  } catch {
    return false;
  }
}
