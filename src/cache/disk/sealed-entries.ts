/**
 * Small entries of a disk store's index, each with a checksum of what it is and where it stands. A bit of one that flips would
 * have the store take itself for full, or for empty, or no change be made any more.
 */
import { crc32 } from "node:zlib";
import { DamagedEntry } from "./damage.ts";
import type { IndexFile } from "./index-file.ts";

const sumBytes = 4;

export function putSealed(index: IndexFile, key: Uint8Array, value: Buffer): void {
  const bytes = Buffer.allocUnsafe(value.length + sumBytes);
  bytes.set(value);
  bytes.writeUInt32LE(sumOf(key, value), value.length);
  index.putSync(key, bytes);
}

/**
 * @returns undefined when there is no such entry
 * @throws DamagedEntry
 */
export function getSealed(index: IndexFile, key: Uint8Array): Buffer | undefined {
  const bytes = index.getBinary(key);
  return bytes === undefined ? undefined : unsealed(key, bytes);
}

/** @throws DamagedEntry */
export function unsealed(key: Uint8Array, bytes: Uint8Array): Buffer {
  // Copied, as LMDB's pages are written anew while it is in use.
  const copy = Buffer.from(bytes);
  const end = copy.length - sumBytes;
  const value = copy.subarray(0, Math.max(0, end));
  if (end < 0 || copy.readUInt32LE(end) !== sumOf(key, value)) throw new DamagedEntry(key);
  return value;
}

function sumOf(key: Uint8Array, value: Uint8Array): number {
  return crc32(value, crc32(key));
}
