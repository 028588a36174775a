/** What processes are writing, in one entry of a disk store's index. */

/** Bytes of bodies that are being written, by the processes that write them. */
export function decodeWriting(bytes: Uint8Array | undefined): Map<number, number> {
  if (bytes === undefined) return new Map();
  return new Map(JSON.parse(Buffer.from(bytes).toString()) as [number, number][]);
}

export function encodeWriting(writing: ReadonlyMap<number, number>): Buffer {
  return Buffer.from(JSON.stringify([...writing]));
}
