/** What processes are writing, in one entry of a disk store's index. */

/** Bytes of bodies that are being written, by the processes that write them. */
export function decodeWriting(bytes: Buffer | undefined): Map<number, number> {
  if (bytes === undefined) return new Map();
  return new Map(JSON.parse(bytes.toString()) as [number, number][]);
}

export function encodeWriting(writing: ReadonlyMap<number, number>): Buffer {
  return Buffer.from(JSON.stringify([...writing]));
}
