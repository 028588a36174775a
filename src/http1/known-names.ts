/**
 * Finds the name of a header by its bytes, without making a string of them first.
 *
 * A table of slots, each with the name that was last looked for there: names that share one push
 * each other out, so whoever makes names up costs a look-up and no memory.
 */
import { headerName, type HeaderName } from "../base/header-names.ts";

const slots = 2048;
const known: (HeaderName | undefined)[] = Array.from({ length: slots });

/** What a name's hash begins with. */
export const hashStart = 0x811c9dc5;

/** Adds a byte to a name's hash (FNV-1a). */
export function addToHash(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

/**
 * The same for a text.
 *
 * @param text of whose characters those from `start` to `end` are a name, in ASCII
 * @param hash of those characters
 */
export function nameIn(text: string, start: number, end: number, hash: number): HeaderName {
  const slot = (hash >>> 8) & (slots - 1);
  const name = known[slot];
  if (name?.spelling.length === end - start && text.startsWith(name.spelling, start)) return name;
  const found = headerName(text.slice(start, end));
  known[slot] = found;
  return found;
}

/**
 * @param bytes of which those from `start` to `end` are a name, in ASCII
 * @param hash of those bytes
 */
export function nameAt(bytes: Buffer, start: number, end: number, hash: number): HeaderName {
  const slot = (hash >>> 8) & (slots - 1);
  const name = known[slot];
  if (name !== undefined && isSpelledAt(bytes, start, end, name.spelling)) return name;
  const found = headerName(bytes.toString("latin1", start, end));
  known[slot] = found;
  return found;
}

function isSpelledAt(bytes: Buffer, start: number, end: number, spelling: string): boolean {
  if (spelling.length !== end - start) return false;
  for (let i = start; i < end; i += 1) {
    if (bytes[i] !== spelling.charCodeAt(i - start)) return false;
  }
  return true;
}
