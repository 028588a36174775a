/**
 * Reads a socket without the steps that a stream takes between what the system has read and a `data` event.
 *
 * Node's sockets give each read to their own `push`. While the socket flows and holds nothing, what a stream would do with it is
 * to emit it, so it is given to the reader at once; while it does not, the stream keeps it as ever, and emits it later. Were
 * `push` called by Node no more, all would come by `data` events.
 */
import type { Socket } from "node:net";
import { Readable } from "node:stream";

/**
 * The reader is the only one of `data` events until it stops.
 *
 * @returns stops reading; whoever reads after that finds a stream like any other
 */
export function readBytes(socket: Socket, read: (bytes: Buffer) => void): () => void {
  let reader: typeof read | undefined = read;
  socket.on("data", read);
  socket.push = (bytes: Buffer | null, ...encoding) => {
    const isDirect = socket.readableFlowing === true && socket.readableLength === 0;
    if (bytes === null || reader === undefined || !isDirect) {
      return Readable.prototype.push.call(socket, bytes, ...encoding);
    }
    reader(bytes);
    // Otherwise the system is asked for no more.
    return true;
  };
  return () => {
    socket.off("data", read);
    reader = undefined;
  };
}
