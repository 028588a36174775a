/**
 * Finds the header lines of a request by their bytes: a viewer's next request mostly has the lines of the one before,
 * and another path.
 *
 * A table of slots, found by the length of the lines and some of their bytes. Lines that have come three times in a row in their slot are kept there
 * until others do, and found again only where all of their text is the same. So whoever makes lines up costs a look-up and no memory,
 * and what is kept is bounded by the slots.
 */
import { Recurring } from "../base/recurring.ts";
import { markRecurring } from "../base/recurring-lines.ts";
import { addToHash, hashStart } from "./known-names.ts";

/** What a plain head has beside its request line. */
export interface PlainLines {
  /** Names and values in turn, a pair a line as received; the very same array where the lines are known. */
  readonly headers: readonly string[];
  readonly host: string;
  /** Whether the connection ends after its answer. */
  readonly closes: boolean;
  /** Bytes of the header lines, separators and line ends included. */
  readonly size: number;
  /** Of known lines, for what is made of them. */
  readonly recurring?: Recurring | undefined;
}

interface Kept {
  /** From the first name to the empty line. */
  readonly text: string;
  readonly lines: PlainLines;
}

/** Slots come in sets; lines may be in any slot of their set, so that some viewers' don't push each other's out for ever. */
const ways = 4;
const sets = 256;
const slots = ways * sets;
const kept: (Kept | undefined)[] = Array.from({ length: slots });
const keptHashes = new Int32Array(slots);
/** The hash of what came last to each slot, and its text, once the hash has come twice in a row. */
const latestHashes = new Int32Array(slots);
const latestTexts: string[] = Array.from({ length: slots }, () => "");
/** How many have come to each set that were not known there, modulo the ways: they take its slots in turn. */
const arrivals = new Uint8Array(sets);

/** Characters of a text whose lines are kept, since these keep all of it in memory. */
const longestText = 4096;
/** How many of the first bytes are looked at to find a slot: as a rule the Host, which may be all that differs. */
const lookedAtFirst = 32;
/** How many bytes of the rest are looked at, at most. */
const sampled = 32;

/**
 * @param text of which all from `start` on are the lines to be found, up to the empty one
 * @param hash of them, by `hashOfLines`
 * @returns undefined where they are not known
 */
export function findLines(text: string, start: number, hash: number): PlainLines | undefined {
  const slot = slotWith(keptHashes, hash);
  const known = slot === -1 ? undefined : kept[slot];
  return known?.text === text.slice(start) ? known.lines : undefined;
}

/** Keeps lines that were not found, if they come again and again. The arguments are those of `findLines`. */
export function noteLines(text: string, start: number, hash: number, lines: PlainLines): void {
  const slot = slotWith(latestHashes, hash);
  if (slot === -1) {
    const set = setOf(hash);
    const way = arrivals[set] as number;
    arrivals[set] = (way + 1) % ways;
    latestHashes[set * ways + way] = hash;
    latestTexts[set * ways + way] = "";
    return;
  }
  if (text.length > longestText) return;
  const linesText = text.slice(start);
  if (latestTexts[slot] !== linesText) latestTexts[slot] = linesText;
  else {
    const known = slotWith(keptHashes, hash);
    const place = known === -1 ? slot : known;
    kept[place] = { text: linesText, lines: { ...lines, recurring: new Recurring() } };
    keptHashes[place] = hash;
    latestTexts[slot] = "";
    markRecurring(lines.headers);
  }
}

/** @param bytes of which all from `start` on are lines */
export function hashOfLines(bytes: Buffer, start: number): number {
  const { length } = bytes;
  let hash = addToHash(hashStart, length - start);
  let at = start;
  for (const end = Math.min(start + lookedAtFirst, length); at < end; at += 1) {
    hash = addToHash(hash, bytes[at] as number);
  }
  const step = Math.ceil((length - at) / sampled);
  for (; at < length; at += step) hash = addToHash(hash, bytes[at] as number);
  return hash;
}

/** @returns the slot of a hash's set that has the hash; -1 where none has */
function slotWith(hashes: Int32Array, hash: number): number {
  const first = setOf(hash) * ways;
  for (let slot = first; slot < first + ways; slot += 1) if (hashes[slot] === hash) return slot;
  return -1;
}

function setOf(hash: number): number {
  return (hash >>> 8) & (sets - 1);
}
