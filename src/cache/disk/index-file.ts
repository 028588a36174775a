/**
 * The one file of a disk store that every process maps: what is known of each response, and small
 * bodies. LMDB reads what it maps as it stands there, so a file that is cut off or is something else
 * ends the process that reads it: `openIndexFile` is for files that `check-store` has found sound.
 */
import { closeSync, fstatSync, openSync, rmSync, statSync, writeFileSync } from "node:fs";
import { threadId } from "node:worker_threads";
import { open, type RootDatabase } from "lmdb";

export type IndexFile = RootDatabase<Uint8Array, Uint8Array>;

/** Of address space, reserved so that no process has to map the file again while it grows. */
const reservedMin = 64 * 1024 * 1024;
/** More than LMDB writes into an empty one. */
const newIndexBytes = 64 * 1024;
/** More descriptors than LMDB takes, as other threads may take some meanwhile. */
const descriptors = 8;

/**
 * @param path of a file that is there, though it may be empty, as is its lock beside it
 * @param maxBytes what the store may take in all
 * @throws Error of the file system, or when LMDB refuses it
 */
export function openIndexFile(path: string, maxBytes: number): IndexFile {
  requireOpenable(path);
  return open<Uint8Array, Uint8Array>({
    path,
    noSubdir: true,
    encoding: "binary",
    keyEncoding: "binary",
    cache: false,
    mapSize: Math.ceil(Math.max(reservedMin, 1.25 * maxBytes) / 4096) * 4096,
    // What a kill loses is nothing, as the pages are the system's then; after a power loss the
    // store begins anew unless it was closed before (see check-store).
    noSync: true,
  });
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
