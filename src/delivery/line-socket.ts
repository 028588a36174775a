/**
 * A Unix or TCP socket that lines are sent to. It is connected when there is something to send, and again
 * after it broke; a batch that was on its way then is sent again, so a reader may see lines twice.
 */
import { once } from "node:events";
import { connect, type NetConnectOpts, type Socket } from "node:net";
import type { Batch } from "./buffered-lines.ts";

/** Longest wait for a connection, and for a piece of a batch to be taken. */
const usualPatienceMs = 5000;
/** How often it is looked meanwhile. */
const looks = 10;
/** In bytes: who takes that in time reads, however slowly. */
const pieceMax = 64 * 1024;

export class LineSocket {
  readonly #address: NetConnectOpts;
  readonly #patienceMs: number;
  #socket: Socket | undefined;

  constructor(address: NetConnectOpts, patienceMs = usualPatienceMs) {
    this.#address = address;
    this.#patienceMs = patienceMs;
  }

  /** @throws Error, when it isn't taken */
  readonly write = async ({ bytes }: Batch): Promise<void> => {
    const socket = (this.#socket ??= await this.#connect());
    for (let at = 0; at < bytes.length; at += pieceMax) {
      await this.#send(socket, bytes.subarray(at, at + pieceMax));
    }
  };

  async #send(socket: Socket, piece: Buffer): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const inTime = this.#endLate(socket, "nobody reads");
    socket.once("close", fail);
    function fail(): void {
      reject(socket.errored ?? new Error("the connection was closed"));
    }
    socket.write(piece, (error) => (error ? reject(socket.errored ?? error) : resolve()));
    try {
      await promise;
    } finally {
      inTime();
      socket.off("close", fail);
    }
  }

  /**
   * Ends a connection whose other side takes too long. That this process or the machine stands still meanwhile is one look,
   * and not all of the time.
   *
   * @returns to be called where it did not
   */
  #endLate(socket: Socket, why?: string): () => void {
    let left = looks;
    const timer = setInterval(() => {
      left -= 1;
      if (left === 0) socket.destroy(why === undefined ? undefined : new Error(why));
    }, this.#patienceMs / looks);
    return () => clearInterval(timer);
  }

  /** To be called when nothing is to be written any more. */
  async close(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    socket.end();
    const inTime = this.#endLate(socket);
    if (!socket.closed) await new Promise((resolve) => void socket.once("close", resolve));
    inTime();
  }

  async #connect(): Promise<Socket> {
    const socket = connect(this.#address);
    const inTime = this.#endLate(socket, "nobody answers");
    try {
      await once(socket, "connect");
    } finally {
      inTime();
    }
    // Whoever writes is told by the end of the connection.
    socket.on("error", () => {});
    socket.once("close", () => {
      if (this.#socket === socket) this.#socket = undefined;
    });
    socket.resume();
    return socket;
  }
}
