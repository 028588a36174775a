/**
 * What a viewer has sent by the time that its connection is taken for HTTP/2. Node gives all of it to nghttp2 at once, in one turn, and
 * tells of its streams only then: so what is a flood is better known before.
 *
 * Source: RFC 9113 §3.4, §4.1, §6.
 */
import type { TLSSocket } from "node:tls";
import { readHeld } from "../../../base/read-held.ts";
import { FrameWorth } from "./frame-worth.ts";
import { HeaderBlocks, type HeadSize } from "./header-blocks.ts";
import { ResetAllowance } from "./reset-allowance.ts";
import { UnfoldedHeads } from "./unfolded-heads.ts";

export interface EarlyFrames {
  /** Of those that are there whole, with their beginnings, in bytes. */
  readonly bytes: number;
  /** Of heads and bodies, without the beginnings. */
  readonly carried: number;
  /** Streams that are given up. */
  readonly resets: number;
  /** Of those that are there whole, what each one unfolds to. */
  readonly heads: readonly HeadSize[];
}

/** More than this is looked at, in bytes. */
const early = 4096;
const prefaceLength = 24;
const headerLength = 9;
const [data, headers, reset, continuation] = [0, 1, 3, 9];
const flagsOf = { endHeaders: 4, padded: 8, priority: 32 };
const priorityLength = 5;

/**
 * Looks at what has come by now, and puts it back.
 *
 * @param headMax bytes of names and values of the largest head that a viewer is told that it may send
 */
export function hasFloodedEarly(socket: TLSSocket, headMax: number): boolean {
  if (socket.readableLength <= early) return false;
  const bytes = readHeld(socket);
  if (bytes === null) return false;
  socket.unshift(bytes);
  const frames = readEarlyFrames(bytes);
  const unfolded = new UnfoldedHeads(headMax);
  return (
    frames.heads.some((head) => !unfolded.take(head, frames.bytes)) ||
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
  const blocks = new HeaderBlocks();
  const heads: HeadSize[] = [];
  /** Of a head that goes on. */
  let fragments: Buffer[] = [];
  while (at + headerLength <= bytes.length) {
    const length = bytes.readUIntBE(at, 3);
    const [type, flags = 0] = bytes.subarray(at + 3, at + 5);
    if (at + headerLength + length > bytes.length) break;
    at += headerLength;
    const payload = bytes.subarray(at, at + length);
    at += length;
    if (type === reset) resets += 1;
    else if (type === data || type === headers || type === continuation) carried += length;
    if (type !== headers && type !== continuation) continue;
    fragments.push(type === headers ? fragmentOf(payload, flags) : payload);
    if ((flags & flagsOf.endHeaders) === 0) continue;
    heads.push(blocks.read(Buffer.concat(fragments)));
    fragments = [];
  }
  return { bytes: Math.min(at, bytes.length), carried, resets, heads };
}

/** What a frame of headers has between its padding and priority (RFC 9113 §6.2). */
function fragmentOf(payload: Buffer, flags: number): Buffer {
  const isPadded = (flags & flagsOf.padded) !== 0;
  const start = Number(isPadded) + ((flags & flagsOf.priority) === 0 ? 0 : priorityLength);
  return payload.subarray(start, payload.length - (isPadded ? (payload[0] ?? 0) : 0));
}
