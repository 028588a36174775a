/**
 * The one file of a disk store that every process maps: what is known of each response, and small
 * bodies. LMDB reads what it maps as it stands there, so a file that is cut off or is something else
 * ends the process that reads it: `openIndexFile` is for files that `check-store` has found sound.
 */
import { closeSync, fstatSync, openSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { threadId } from "node:worker_threads";
import * as lmdb from "lmdb";
import { UnlockableIndex } from "./index-identity.ts";

export type IndexFile = lmdb.RootDatabase<Uint8Array, Uint8Array>;

/** What `lmdb` has beneath `open`, which it exports and does not describe. */
interface NativeLmdb {
  readonly Env: new () => NativeEnv;
  /** Begins a transaction. */
  readonly Txn: new (env: NativeEnv, flags: number) => { abort(): void };
}

interface NativeEnv {
  open(settings: object, flags: number, own: number): void;
  close(): void;
}

const { Env, Txn } = (lmdb as unknown as { readonly nativeAddon: NativeLmdb }).nativeAddon;
/** As `open` gives them for what is asked for below: one file, and not synced; and a transaction that reads. */
const envFlags = 0x4000 | 0x10000;
const readFlags = 0x20000;

/** Of address space, reserved so that no process has to map the file again while it grows. */
const reservedMin = 64 * 1024 * 1024;
/** More than LMDB writes into an empty one. */
const newIndexBytes = 64 * 1024;
/** More descriptors than LMDB takes, as other threads may take some meanwhile. */
const descriptors = 8;

/**
 * @param path of a file that is there, though it may be empty, as is its lock beside it
 * @param maxBytes what the store may take in all
 * @throws UnlockableIndex, Error of the file system, or when LMDB refuses it
 */
export function openIndexFile(path: string, maxBytes: number): IndexFile {
  requireOpenable(path);
  const mapSize = Math.ceil(Math.max(reservedMin, 1.25 * maxBytes) / 4096) * 4096;
  const held = holdLockable(path, mapSize);
  try {
    return lmdb.open<Uint8Array, Uint8Array>({
      path,
      noSubdir: true,
      encoding: "binary",
      keyEncoding: "binary",
      cache: false,
      mapSize,
      // What a kill loses is nothing, as the pages are the system's then; after a power loss the
      // store begins anew unless it was closed before (see check-store).
      noSync: true,
    });
  } finally {
    held.close();
  }
}

/**
 * Has it open before `open`, which shares it: that leaves what it cannot read open, and gives nobody what would close it. So
 * this process, and all others, would go on with locks that cannot be taken.
 *
 * @throws UnlockableIndex
 */
function holdLockable(path: string, mapSize: number): NativeEnv {
  const env = new Env();
  env.open({ path, keyBytes: new Uint8Array(8), mapSize }, envFlags, 0);
  try {
    new Txn(env, readFlags).abort();
    return env;
  } catch (error) {
    env.close();
    if ((error as { readonly code?: unknown }).code !== constants.errno.EINVAL) throw error;
    throw new UnlockableIndex("Another process has taken the locks of the index along");
  }
}

/**
 * Fails where LMDB would: what `lmdb` lets go of when LMDB cannot open a file it lets go of twice, and
 * the process may end by that.
 */
function requireOpenable(path: string): void {
  // Not to be opened: whoever closes a file loses the locks that this process has on it.
  statSync(`${path}-lock`);
  if (bytesOf(path) > 0) return;
  const room = `${path}-room-${process.pid}-${threadId}`;
  try {
    writeFileSync(room, Buffer.alloc(newIndexBytes));
  } finally {
    rmSync(room, { force: true });
  }
}

/** @returns how long a file is that may be written, and that there are descriptors for */
function bytesOf(path: string): number {
  const opened: number[] = [];
  try {
    while (opened.length < descriptors) opened.push(openSync(path, "r+"));
    return fstatSync(opened[0] as number).size;
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}
