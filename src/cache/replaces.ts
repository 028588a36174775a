/**
 * Which of a key's variants a new one takes the place of: those that answer no request that the new
 * one does not answer. They are older, and RFC 9111 §4 would have the newest chosen.
 */
import type { StoredMeta, StoredPart } from "./store.ts";

/**
 * How many variants a key has at most. What varies by a header that each viewer sends differently
 * would make every look-up a long walk; of parts, nobody asks for so many at a time.
 */
export const variantsMax = 64;

export function replaces(newer: StoredMeta, older: StoredMeta): boolean {
  if (!areSame(newer.varied, older.varied)) return false;
  if (newer.isHeadOnly === true) return older.isHeadOnly === true;
  if (newer.part === undefined) return true;
  return older.isHeadOnly !== true && older.part !== undefined && covers(newer.part, older.part);
}

/**
 * Whether what has come in full only now came before what is kept for the same requests: of two fetches by
 * two processes the later one may be done sooner, and RFC 9111 §4 has the most recent of both chosen. Where
 * something may have been invalidated in between, which is the later one is for whoever asks to say.
 */
export function isOutdated(late: StoredMeta, kept: StoredMeta): boolean {
  return kept.storedAt > late.storedAt && kept.revision >= late.revision && replaces(kept, late);
}

function covers(newer: StoredPart, older: StoredPart): boolean {
  return newer.first <= older.first && newer.last >= older.last;
}

function areSame(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined || one.length !== other.length) return false;
  return one.every((text, index) => text === other[index]);
}
