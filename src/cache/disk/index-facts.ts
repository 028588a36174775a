/**
 * What a disk store's index counts, in one entry of it: bytes and places by queue, with a checksum. A bit of it that flips would
 * have the store take itself for full for good, or look for places without end.
 */
import { crc32 } from "node:zlib";

/** Kinds of bodies, two queues each: in the index, and files. */
export const inIndex = 0;
export const inFiles = 1;

/** What the index counts. */
export interface Facts {
  /** Grows with every record and every place in a queue. */
  sequence: number;
  readonly queues: readonly QueueFacts[];
}

export interface QueueFacts {
  bytes: number;
  count: number;
  /** Nothing stands before this one, and the next comes to that one. */
  first: number;
  next: number;
}

/** The entry is not what was written. */
export class DamagedFacts extends Error {
  override readonly name = "DamagedFacts";

  constructor() {
    super("What the index counts is damaged");
  }
}

const numbersBytes = 8 * (1 + 4 * 4);
const sumBytes = 4;

export function encodeFacts({ sequence, queues }: Facts): Buffer {
  const numbers = queues.flatMap(({ bytes, count, first, next }) => [bytes, count, first, next]);
  const bytes = Buffer.from(Float64Array.of(sequence, ...numbers).buffer);
  const sum = Buffer.alloc(sumBytes);
  sum.writeUInt32LE(crc32(bytes));
  return Buffer.concat([bytes, sum]);
}

/**
 * @param bytes undefined when nothing was counted yet
 * @throws DamagedFacts
 */
export function decodeFacts(bytes: Uint8Array | undefined): Facts {
  const view = bytes === undefined ? Buffer.alloc(numbersBytes) : soundNumbers(Buffer.from(bytes));
  const numberAt = (index: number): number => view.readDoubleLE(8 * index);
  const queues = [1, 5, 9, 13].map((from) => ({
    bytes: numberAt(from),
    count: numberAt(from + 1),
    first: numberAt(from + 2),
    next: numberAt(from + 3),
  }));
  return { sequence: numberAt(0), queues };
}

function soundNumbers(bytes: Buffer): Buffer {
  const numbers = bytes.subarray(0, numbersBytes);
  const isSound =
    bytes.length === numbersBytes + sumBytes && bytes.readUInt32LE(numbersBytes) === crc32(numbers);
  if (!isSound) throw new DamagedFacts();
  return numbers;
}

/** @returns bytes of bodies on disk that are files */
export function fileBytesOf({ queues }: Facts): number {
  return (queues[2 * inFiles]?.bytes ?? 0) + (queues[2 * inFiles + 1]?.bytes ?? 0);
}
