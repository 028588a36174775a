/**
 * Lets pipelined requests of a connection wait for their turn: each is served when the one before
 * has its answer.
 *
 * Node hands them over all at once. Served at once, a request could overtake one that changes what
 * it asks for (RFC 9112 §9.3.2), and one viewer could open a thousand connections to an origin with
 * one packet.
 */
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Beyond these nothing more is read from a connection, but what had arrived already. */
const waitingMax = 32;

export class PipelineTurns {
  /** How many requests of a connection wait. */
  readonly #waiting = new WeakMap<Socket, number>();

  /** Resolves when `previous` was sent, or its connection has ended. */
  async waitFor(previous: ServerResponse, socket: Socket): Promise<void> {
    if (this.#add(socket, 1) > waitingMax) socket.pause();
    await new Promise<void>((resolve) => void previous.once("close", resolve));
    if (this.#add(socket, -1) === 0) socket.resume();
  }

  #add(socket: Socket, count: number): number {
    const waiting = (this.#waiting.get(socket) ?? 0) + count;
    this.#waiting.set(socket, waiting);
    return waiting;
  }
}
