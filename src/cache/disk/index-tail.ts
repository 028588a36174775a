/**
 * Pages behind the last one that the index uses, written before a transaction that may need them.
 *
 * A commit for which the disk has no room must not be tried: LMDB, as `lmdb` has it, then writes its
 * message past the end of what it has for it, and the process dies by that sooner or later. What fails
 * here is an exception, before LMDB has written anything.
 */
import { writeSync } from "node:fs";
import type { IndexHead } from "./index-head.ts";

const pageBytes = 4096;
/** What any transaction may need: pages of the trees' upper parts, and those that list free ones. */
const anyBytes = 256 * 1024;
/** What is written at a time. */
const stepBytes = 256 * 1024;
const zeros = Buffer.alloc(stepBytes);

/** The disk has no room for a transaction. */
export class DiskFullError extends Error {
  override readonly name = "DiskFullError";

  constructor() {
    super("No space is left on the disk for the cache's index");
  }
}

export interface Tail {
  /** What a transaction may spend of the pages there are. */
  readonly bytes: number;
  /** Whether it is less than was wanted, because the disk is full. */
  readonly isCutShort: boolean;
}

/**
 * Makes the index longer where it is too short, as far as the disk has room. Only within a
 * transaction: another process's may write there.
 *
 * @param file the index itself, opened: by its name it may be another by now
 * @param wanted for what is to be changed, in bytes
 * @throws DiskFullError when there is no room for any transaction
 */
export function requireTail(file: number, head: IndexHead | undefined, wanted: number): Tail {
  const size = head?.bytes ?? 0;
  const used = head?.lastPageEnd ?? 0;
  const missing = used + anyBytes + wanted - size;
  const grown = missing > 0 ? lengthen(file, size, missing) : 0;
  const bytes = size + grown - used - anyBytes;
  if (bytes <= 0) throw new DiskFullError();
  return { bytes, isCutShort: grown < missing };
}

/** @returns by how much the file is longer now: less than was asked for when the disk is full */
function lengthen(file: number, size: number, missing: number): number {
  let grown = 0;
  try {
    while (grown < missing) grown += writeSync(file, zeros, 0, stepBytes, size + grown);
  } catch (error) {
    if (!isNoRoom(error)) throw error;
  }
  return grown;
}

/** Whether an error of the file system says that there is no room, on the disk or for this user. */
export function isNoRoom(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOSPC" || code === "EDQUOT";
}

/** @returns what takes so many bytes, in whole pages */
export function inPages(bytes: number): number {
  return Math.ceil(bytes / pageBytes) * pageBytes;
}
