/**
 * Where a disk store's files are: in a folder of a generation, and a file beside it names the one in
 * use. How another takes its place is in `replace-generation.ts`.
 */
import { appendFileSync, existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { uptime } from "node:os";
import { basename, join } from "node:path";

/** What is written to files means something else when this changes, and none of it is kept. */
export const formatVersion = 3;
/** By this an index says that it is one of ours, and of that form. */
export const markOfForm: Buffer = Buffer.from(`footlight cache ${formatVersion}`);

/** After so many deaths inside it a store is not opened again. */
const deathsMax = 2;
/**
 * LMDB's table of readers, written before LMDB maps it: on a full disk the first touch of a page that
 * has no room ends the process. It gives room for a thousand readers.
 */
export const lockFileBytes: number = 64 * 1024;
/** An index that proved damaged, the last such, kept for somebody to look at. */
export const damagedName = "damaged.mdb";

interface GenerationFiles {
  readonly index: string;
  readonly lock: string;
  /** The folder of bodies that are kept as files of their own. */
  readonly bodies: string;
  /** The folder of bodies that are being written. */
  readonly parts: string;
  /** Which session of a node has checked it. */
  readonly checked: string;
  /** In which boot of the machine that was, or it was made. */
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

/** @returns which generation it is, by its folder or that folder's name; 0 when it is none */
export function numberOf(generation: string): number {
  const [, digits = "0"] = /^generation-(\d{1,15})$/.exec(basename(generation)) ?? [];
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

/** What differs after each start of the machine: pages that were not on disk by then are lost. */
export function bootOfMachine(): string {
  return (
    textOf("/proc/sys/kernel/random/boot_id") ??
    // By the clock: it differs now and then within one boot, which costs a cache.
    `${Math.round((Date.now() / 1000 - uptime()) / 600)}`
  );
}

/** @returns undefined when it is not there, or can't be read */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
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
