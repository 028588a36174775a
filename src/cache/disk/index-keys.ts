/** Where things stand in the index: each kind of entry begins with a byte of its own. */
import { hash } from "node:crypto";

const kinds = {
  record: 0x72,
  body: 0x62,
  seat: 0x73,
  queued: 0x71,
  facts: 0x66,
  writing: 0x77,
  bound: 0x6c,
  mark: 0x6d,
};

export type EntryKind = keyof typeof kinds;

/** 128 bits of a key's SHA-256: enough to find it by, and the record tells whether it is the one. */
export function digestOf(key: string): Buffer {
  // UTF-16, since what is no valid UTF-16 becomes the same in UTF-8.
  return hash("sha256", Buffer.from(key, "utf16le"), "buffer").subarray(0, 16);
}

export function recordKey(digest: Uint8Array): Buffer {
  const key = Buffer.allocUnsafe(1 + digest.length);
  key[0] = kinds.record;
  key.set(digest, 1);
  return key;
}

export const bodyKey = (id: number): Buffer => numbered("body", id);
export const seatKey = (id: number): Buffer => numbered("seat", id);
/** What each process is writing. */
export const writingKey: Buffer = Buffer.of(kinds.writing);
export const factsKey: Buffer = Buffer.of(kinds.facts);
export const boundKey: Buffer = Buffer.of(kinds.bound);
export const markKey: Buffer = Buffer.of(kinds.mark);

/** @param sequence grows with each that is added to the queue */
export function queuedKey(queue: number, sequence: number): Buffer {
  const key = Buffer.allocUnsafe(8);
  key[0] = kinds.queued;
  key[1] = queue;
  key.writeUIntBE(sequence, 2, 6);
  return key;
}

/** @returns the first and the last key that a kind may have */
export function rangeOf(kind: EntryKind): { start: Buffer; end: Buffer } {
  const start = [kinds[kind]];
  return {
    start: Buffer.from(start),
    end: Buffer.from([...start, ...Array<number>(17).fill(255)]),
  };
}

function numbered(kind: EntryKind, number: number): Buffer {
  const key = Buffer.allocUnsafe(7);
  key[0] = kinds[kind];
  key.writeUIntBE(number, 1, 6);
  return key;
}
