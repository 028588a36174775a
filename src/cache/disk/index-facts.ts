/** What a disk store's index counts, in one entry of it: bytes and places by queue. */

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

const numbersBytes = 8 * (1 + 4 * 4);

export function encodeFacts({ sequence, queues }: Facts): Buffer {
  const numbers = queues.flatMap(({ bytes, count, first, next }) => [bytes, count, first, next]);
  return Buffer.from(Float64Array.of(sequence, ...numbers).buffer);
}

/** @param bytes undefined when nothing was counted yet */
export function decodeFacts(bytes: Buffer = Buffer.alloc(numbersBytes)): Facts {
  const numberAt = (index: number): number => bytes.readDoubleLE(8 * index);
  const queues = [1, 5, 9, 13].map((from) => ({
    bytes: numberAt(from),
    count: numberAt(from + 1),
    first: numberAt(from + 2),
    next: numberAt(from + 3),
  }));
  return { sequence: numberAt(0), queues };
}

/** @returns bytes of bodies on disk that are files */
export function fileBytesOf({ queues }: Facts): number {
  return (queues[2 * inFiles]?.bytes ?? 0) + (queues[2 * inFiles + 1]?.bytes ?? 0);
}
