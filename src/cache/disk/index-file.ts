/**
 * The one file of a disk store that every process maps: what is known of each response, and small
 * bodies. LMDB reads what it maps as it stands there, so a file that is cut off or is something else
 * ends the process that reads it: `openIndexFile` is for files that `check-store` has found sound.
 */
import { open, type RootDatabase } from "lmdb";

export type IndexFile = RootDatabase<Uint8Array, Uint8Array>;

/** Of address space, reserved so that no process has to map the file again while it grows. */
const reservedMin = 64 * 1024 * 1024;

/**
 * @param maxBytes what the store may take in all
 * @throws Error when LMDB refuses it
 */
export function openIndexFile(path: string, maxBytes: number): IndexFile {
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
