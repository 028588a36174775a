import type { Readable } from "node:stream";

/**
 * Takes all that a stream of bytes holds, in one piece. Without a length, `read()` does so up to Node 25, and gives the first piece alone
 * from Node 26 on.
 */
export function readHeld(stream: Readable): Buffer | null {
  return stream.read(stream.readableLength) as Buffer | null;
}
