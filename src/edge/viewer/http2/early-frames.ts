/**
 * What a viewer has sent by the time that its connection is taken for HTTP/2. Node gives all of it to nghttp2 at once, in one turn, and
 * tells of its streams only then: so what is a flood is better known before.
 *
 * Source: RFC 9113 §3.4, §4.1, §6.
 */
import type { TLSSocket } from "node:tls";
import { FrameWorth } from "./frame-worth.ts";
import { ResetAllowance } from "./reset-allowance.ts";

export interface EarlyFrames {
  /** Of those that are there whole, with their beginnings, in bytes. */
  readonly bytes: number;
  /** Of heads and bodies, without the beginnings. */
  readonly carried: number;
  /** Streams that are given up. */
  readonly resets: number;
}

/** More than this is looked at, in bytes. */
const early = 4096;
const prefaceLength = 24;
const headerLength = 9;
const [data, headers, reset, continuation] = [0, 1, 3, 9];

/** Looks at what has come by now, and puts it back. */
export function hasFloodedEarly(socket: TLSSocket): boolean {
  if (socket.readableLength <= early) return false;
  const bytes = socket.read() as Buffer | null;
  if (bytes === null) return false;
  socket.unshift(bytes);
  const frames = readEarlyFrames(bytes);
  return (
    !new ResetAllowance().allows(frames.resets) ||
    new FrameWorth(0).isFlooded(
      frames.bytes,
      () => frames.carried,
      () => 0,
    )
  );
}

/** @param bytes from the connection's first on; what is no HTTP/2 is for nghttp2 to tell */
export function readEarlyFrames(bytes: Buffer): EarlyFrames {
  let [carried, resets, at] = [0, 0, prefaceLength];
  while (at + headerLength <= bytes.length) {
    const length = bytes.readUIntBE(at, 3);
    const type = bytes[at + 3];
    if (at + headerLength + length > bytes.length) break;
    if (type === reset) resets += 1;
    else if (type === data || type === headers || type === continuation) carried += length;
    at += headerLength + length;
  }
  return { bytes: Math.min(at, bytes.length), carried, resets };
}
