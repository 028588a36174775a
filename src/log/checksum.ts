/** The checksum of what a log keeps: SHA-256, which the next entry names as well. */
import { hash } from "node:crypto";

export function checksumOf(bytes: Uint8Array): Uint8Array {
  return hash("sha256", bytes, "buffer");
}

export function matchesChecksum(bytes: Uint8Array, checksum: Uint8Array): boolean {
  return Buffer.compare(checksumOf(bytes), checksum) === 0;
}
