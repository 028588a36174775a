/** A place in a queue of a disk store's index, where what is kept waits to be asked for or to go. */

export interface Queued {
  readonly id: number;
  readonly digest: Uint8Array;
  readonly bytes: number;
  readonly visits: number;
  /** The index's sequence when it came to its place. */
  readonly since: number;
}

export function encodeQueued({ id, digest, bytes, visits, since }: Queued): Buffer {
  const encoded = Buffer.allocUnsafe(35);
  encoded.writeUIntBE(id, 0, 6);
  encoded.writeUIntBE(bytes, 6, 6);
  encoded[12] = visits;
  encoded.set(digest, 13);
  encoded.writeUIntBE(since, 29, 6);
  return encoded;
}

export function decodeQueued(bytes: Buffer): Queued {
  return {
    id: bytes.readUIntBE(0, 6),
    bytes: bytes.readUIntBE(6, 6),
    visits: bytes[12] as number,
    digest: bytes.subarray(13, 29),
    since: bytes.readUIntBE(29, 6),
  };
}
