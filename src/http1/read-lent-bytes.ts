/**
 * Reads sockets into one buffer that they all share, as the option `onread` of Node's sockets does for those that connect: a
 * buffer of 64 KB for each read, made and shrunk to what came, is a tenth of what a small request costs (decisions/0086).
 *
 * What such a socket keeps for `onread` is found by making one with it. Where another Node keeps it otherwise, and on sockets
 * that are not the system's own, bytes are read as by read-bytes.ts.
 */
import { Socket } from "node:net";
import { readBytes } from "./read-bytes.ts";

/** As much as Node reads at once. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024);
/** The first bytes of it, by how many: nearly all requests are shorter than these. */
const beginnings = Array.from<Buffer | undefined>({ length: 2048 });

type ByteReader = (bytes: Buffer) => void;
/** @returns whether more may be read */
type OnRead = (count: number) => boolean;

/** A socket's fields, as far as they are of interest here. */
interface ReadingSocket {
  readonly _handle?: { readonly useUserBuffer?: (buffer: Buffer) => unknown } | null;
  [field: symbol]: unknown;
}

interface OnReadFields {
  readonly buffer: symbol;
  readonly callback: symbol;
}

const fields = findFields();

/** Whether this Node has sockets read so. */
export const canLend = fields !== undefined;

/**
 * The reader is the only one of `data` events until it stops. What it is given is its own only until it returns, or serves
 * anybody: what it keeps it copies.
 *
 * @returns stops reading; whoever reads after that finds a stream like any other
 */
export function readLentBytes(socket: Socket, read: ByteReader): () => void {
  const own = socket as unknown as ReadingSocket;
  const { _handle: handle } = own;
  // Of TLS, a write may have more read, amid what is being read.
  const isOfSystem = Object.getPrototypeOf(socket) === Socket.prototype;
  if (fields === undefined || !isOfSystem || handle?.useUserBuffer === undefined) {
    return readBytes(socket, read);
  }
  let reader: ByteReader | undefined = read;
  // What the stream holds, from before or while it was paused.
  socket.on("data", read);
  const onRead: OnRead = (count) => {
    const bytes = firstOf(count);
    const isDirect = socket.readableFlowing === true && socket.readableLength === 0;
    if (reader === undefined || !isDirect) return socket.push(Buffer.from(bytes));
    reader(bytes);
    return true;
  };
  own[fields.buffer] = buffer;
  own[fields.callback] = onRead;
  handle.useUserBuffer(buffer);
  return () => {
    socket.off("data", read);
    reader = undefined;
  };
}

function firstOf(count: number): Buffer {
  if (count >= beginnings.length) return buffer.subarray(0, count);
  return (beginnings[count] ??= buffer.subarray(0, count));
}

function findFields(): OnReadFields | undefined {
  const callback: OnRead = () => true;
  const socket = new Socket({ onread: { buffer, callback } });
  const values = socket as unknown as ReadingSocket;
  const symbols = Object.getOwnPropertySymbols(socket);
  const ofBuffer = symbols.find((one) => values[one] === buffer);
  const ofCallback = symbols.find((one) => values[one] === callback);
  socket.destroy();
  if (ofBuffer === undefined || ofCallback === undefined) return undefined;
  return { buffer: ofBuffer, callback: ofCallback };
}
