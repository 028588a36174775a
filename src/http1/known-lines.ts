/**
 * Finds the header lines of a request by their bytes: a viewer's next request mostly has the lines of the one before,
 * and another path.
 *
 * A table of slots, found by the length of the lines and some of their bytes. Lines that have come three times in a row in their slot are kept there
 * until others do, and found again only where all of their text is the same. So whoever makes lines up costs a look-up and no memory,
 * and what is kept is bounded by the slots.
 */
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
}

interface Kept {
  readonly hash: number;
  /** From the first name to the empty line. */
  readonly text: string;
  readonly lines: PlainLines;
}

const slots = 512;
const kept: (Kept | undefined)[] = Array.from({ length: slots });
/** The hash of what came last to each slot, and its text, once the hash has come twice in a row. */
const latestHashes = new Int32Array(slots);
const latestTexts: string[] = Array.from({ length: slots }, () => "");

/** Characters of a text whose lines are kept, since these keep all of it in memory. */
const longestText = 4096;
/** How many bytes are looked at to find a slot, at most. */
const sampled = 32;

/**
 * @param text of which all from `start` on are the lines to be found, up to the empty one
 * @param hash of them, by `hashOfLines`
 * @returns undefined where they are not known
 */
export function findLines(text: string, start: number, hash: number): PlainLines | undefined {
  const known = kept[slotOf(hash)];
  if (known === undefined || known.hash !== hash) return undefined;
  return known.text === text.slice(start) ? known.lines : undefined;
}

/** Keeps lines that were not found, if they come again and again. The arguments are those of `findLines`. */
export function noteLines(text: string, start: number, hash: number, lines: PlainLines): void {
  const slot = slotOf(hash);
  if (latestHashes[slot] !== hash) {
    latestHashes[slot] = hash;
    return;
  }
  if (text.length > longestText) return;
  const linesText = text.slice(start);
  if (latestTexts[slot] !== linesText) latestTexts[slot] = linesText;
  else {
    kept[slot] = { hash, text: linesText, lines };
    latestTexts[slot] = "";
    markRecurring(lines.headers);
  }
}

/** @param bytes of which all from `start` on are lines */
export function hashOfLines(bytes: Buffer, start: number): number {
  const { length } = bytes;
  const step = Math.ceil((length - start) / sampled);
  let hash = addToHash(hashStart, length - start);
  for (let at = start; at < length; at += step) hash = addToHash(hash, bytes[at] as number);
  return hash;
}

function slotOf(hash: number): number {
  return (hash >>> 8) & (slots - 1);
}
