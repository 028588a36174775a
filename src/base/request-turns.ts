/**
 * Takes the requests of each connection of an HTTP server one after the other: each is served when
 * the one before has its answer.
 *
 * Node hands over all that have arrived at once. Served at once, a request could overtake one that
 * changes what it asks for (RFC 9112 §9.3.2), and one client could open a thousand connections to an
 * origin with one packet.
 *
 * A request with an Upgrade header is its connection's last. Node's parser stops behind one, taking
 * what follows for another protocol, and drops the rest of the packet; what it reads after that may
 * begin in the middle of a request.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { addListed } from "./header-lines.ts";

/** Beyond these nothing more is read from a connection, but what had arrived already. */
const waitingMax = 32;

/** What may still come of what was refused, in bytes, and for how long, in milliseconds. */
const onTheWayMax = 2 ** 20;
const onTheWayMs = 2000;

/** An answer to what is no request that could be served. */
export interface Refusing {
  /** Writes it as the response to a request that has none yet, and ends the connection with it. */
  respond(response: ServerResponse): void;
  /** @returns all of it, for a connection that has no request; it says that the connection ends */
  encode(): Uint8Array;
}

export class RequestTurns {
  /** The response to the request that arrived last on a connection. */
  readonly #latest = new WeakMap<Duplex, ServerResponse>();
  /** The response to the request that is served. */
  readonly #served = new WeakMap<Duplex, ServerResponse>();
  /** How many requests of a connection wait. */
  readonly #waiting = new WeakMap<Socket, number>();

  /**
   * To be called once for each request, as it arrives.
   *
   * @returns whether it is to be served, as soon as that is known: it is not when an answer before
   *   it was the connection's last, or when it was refused meanwhile
   */
  take({ socket, headers }: IncomingMessage, response: ServerResponse): boolean | Promise<boolean> {
    const previous = this.#latest.get(socket);
    this.#latest.set(socket, response);
    if (headers.upgrade !== undefined || saysClose(headers.connection)) {
      response.shouldKeepAlive = false;
    }
    if (previous === undefined || previous.writableFinished) return this.#serve(socket, response);
    return this.#waitFor(previous, socket).then(() => this.#serve(socket, response));
  }

  /**
   * Refuses what follows the requests of a connection, or is wrong in the last of them. A request
   * that was right gets its answer first, which is then the connection's last.
   */
  refuse(socket: Duplex, refusing: Refusing): void {
    const current = this.#latest.get(socket);
    if (!socket.writable) socket.destroy();
    else if (current === undefined || current.writableFinished) end(socket, refusing);
    else if (current.headersSent) socket.destroy();
    else if (current.req.complete) {
      // Who ends a connection in the middle of a request has left, as who ends it after one.
      if (socket.readableEnded) socket.destroy();
      else current.shouldKeepAlive = false;
    } else {
      refusing.respond(current);
      // Whoever reads its body would wait for ever: Node forgets a request that has its answer.
      current.once("close", () => current.req.destroy());
    }
  }

  /** Refuses CONNECT. @param idleTimeoutMs as with `whenLetGo` */
  refuseTunnel(socket: Socket, idleTimeoutMs: number, refusing: Refusing): void {
    socket.resume();
    this.#whenAnswered(socket, idleTimeoutMs, () => {
      letRead(socket);
      end(socket, refusing);
    });
  }

  /**
   * Waits for the answers before a request behind which Node has let go of the connection. What comes meanwhile is for
   * whoever takes it then: Node would have it read on with each of the answers, for nobody.
   *
   * @param idleTimeoutMs how long it may be silent while the answers before it are sent
   * @param go called when they are sent, unless the connection has ended by then
   */
  whenLetGo(socket: Socket, idleTimeoutMs: number, go: () => void): void {
    keepUnread(socket);
    this.#add(socket, 1);
    this.#whenAnswered(socket, idleTimeoutMs, () => {
      release(socket);
      letRead(socket);
      go();
    });
  }

  /** Nobody else hears of the connection's errors, of its silence, or that it takes more of an answer that is under way. */
  #whenAnswered(socket: Socket, idleTimeoutMs: number, go: () => void): void {
    const current = this.#latest.get(socket);
    socket.on("error", () => socket.destroy());
    if (current === undefined || current.closed) {
      go();
      return;
    }
    const endSilent = (): void => void socket.destroy();
    const passDrain = (): void => void this.#served.get(socket)?.emit("drain");
    socket.setTimeout(idleTimeoutMs, endSilent);
    socket.on("drain", passDrain);
    current.once("close", () => {
      socket.off("timeout", endSilent);
      socket.off("drain", passDrain);
      socket.setTimeout(0);
      if (socket.writable) go();
      else socket.destroy();
    });
  }

  async #waitFor(previous: ServerResponse, socket: Socket): Promise<void> {
    if (this.#add(socket, 1) > waitingMax) hold(socket);
    await new Promise<void>((resolve) => void previous.once("close", resolve));
    if (this.#add(socket, -1) === 0) release(socket);
  }

  #serve(socket: Socket, response: ServerResponse): boolean {
    if (socket.writableEnded || socket.destroyed || response.writableEnded) return false;
    this.#served.set(socket, response);
    return true;
  }

  #add(socket: Socket, count: number): number {
    const waiting = (this.#waiting.get(socket) ?? 0) + count;
    this.#waiting.set(socket, waiting);
    return waiting;
  }
}

/**
 * Reads nothing more from a connection. A pause alone would not hold: Node reads on after each
 * complete request and each answer.
 */
function hold(socket: Socket): void {
  keepUnread(socket);
  socket.pause();
}

function keepUnread(socket: Socket): void {
  socket.resume = () => socket;
}

/** Reads on, where it was held. */
function release(socket: Socket): void {
  if (!Object.hasOwn(socket, "resume")) return;
  delete (socket as Partial<Socket>).resume;
  socket.resume();
}

/**
 * Has a connection that Node has let go of read again, if it was not. Node itself does so only before, and the stream, which
 * believes that it is being read, does not: an empty push tells it otherwise.
 */
function letRead(socket: Socket): void {
  socket.push("");
}

/** Beside "keep-alive" too, where Node's parser goes by that in HTTP/1.0 (RFC 9112 §9.3). */
function saysClose(connection: string | undefined): boolean {
  if (connection === undefined || connection === "keep-alive") return false;
  const listed = new Set<string>();
  addListed(listed, connection);
  return listed.has("close");
}

/**
 * What comes to a connection that is closed has the client's system drop the answer unread: so what is on its way is let come
 * (RFC 9112 §9.6).
 */
function end(socket: Duplex, refusing: Refusing): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  let left = onTheWayMax;
  // Node's parser would find it wrong again.
  socket.removeAllListeners("data");
  socket.on("data", (bytes: Buffer) => {
    left -= bytes.length;
    if (left < 0) socket.destroy();
  });
  const late = setTimeout(() => socket.destroy(), onTheWayMs).unref();
  socket.once("close", () => clearTimeout(late));
  socket.end(refusing.encode());
  socket.resume();
}
