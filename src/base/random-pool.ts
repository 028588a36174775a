/**
 * Random bytes and characters, drawn from a pool.
 *
 * `crypto.randomBytes` per request costs some 15 µs; filling 64 KiB at once and handing out
 * slices costs a few nanoseconds each. Every byte is handed out once.
 */
import { randomFillSync } from "node:crypto";

const pool = Buffer.allocUnsafe(64 * 1024);
let used = pool.length;

/** @returns `count` unpredictable bytes (at most 1024) that the caller may keep */
export function randomBytes(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + count));
  used += count;
  return bytes;
}

/** @returns `length` characters of `alphabet`, which must have 2 to 64 of them, each equally likely */
export function randomText(length: number, alphabet: string): string {
  const limit = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < limit && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}
