/**
 * The one file of a disk store that every process maps: what is known of each response, and small
 * bodies. LMDB reads what it maps as it stands there, so a file that is cut off or is something else
 * ends the process that reads it: `openIndexFile` is for files that `check-store` has found sound.
 */
import { closeSync, fstatSync, openSync, rmSync, writeFileSync } from "node:fs";
import { threadId } from "node:worker_threads";
import { open, type RootDatabase } from "lmdb";

export type IndexFile = RootDatabase<Uint8Array, Uint8Array>;

/** Of address space, reserved so that no process has to map the file again while it grows. */
const reservedMin = 64 * 1024 * 1024;
/** More than LMDB writes when it makes a new one. */
const newIndexBytes = 64 * 1024;

/**
 * @param path in a folder that is there
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
  if (bytesOf(path) > 0) return;
  // LMDB makes it.
  const room = `${path}-room-${process.pid}-${threadId}`;
  try {
    writeFileSync(room, Buffer.alloc(newIndexBytes));
  } finally {
    rmSync(room, { force: true });
  }
}

/** @returns how long a file is that may be written; 0 when it is not there */
function bytesOf(path: string): number {
  try {
    const file = openSync(path, "r+");
    const { size } = fstatSync(file);
    closeSync(file);
    return size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}
