/** The open connections of an HTTP server: how many there are, and which have not asked for anything. */
import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Whoever holds connections that node:http knows nothing of. */
export interface ConnectionHolder {
  /** Closes those that wait between two requests. */
  closeIdle(): void;
  closeAll(): void;
}

/** One that is counted, though the server has not got it. */
export interface CountedConnection {
  /** To be called when the server gets it. */
  readonly forget: () => void;
  /** To be called when it has asked for something. */
  readonly hear: () => void;
}

export class OpenConnections {
  readonly #server: Server;
  readonly #holders: readonly ConnectionHolder[];
  /** Those without a first request, the oldest first: idle by the account of Node 26, and not of Node 24. */
  readonly #silent = new Set<Socket>();
  readonly #all = new Set<Socket>();
  #accepted = 0;

  /**
   * @param server to be watched from before it listens
   * @param holders of those of its connections that it has not been handed
   */
  constructor(server: Server, ...holders: readonly ConnectionHolder[]) {
    this.#server = server;
    this.#holders = holders;
    server.on("connection", (socket: Socket) => {
      this.#all.add(socket);
      this.#accepted += 1;
      this.#silent.add(socket);
      socket.once("close", () => {
        this.#all.delete(socket);
        this.#silent.delete(socket);
      });
    });
  }

  /**
   * Counts a connection that is not the server's, or not yet. As long as nothing was heard of it, it may be closed for
   * another one that comes new.
   */
  expect(socket: Socket): CountedConnection {
    const forget = (): void => {
      this.#all.delete(socket);
      this.#silent.delete(socket);
    };
    this.#all.add(socket);
    this.#accepted += 1;
    this.#silent.add(socket);
    socket.once("close", forget);
    return { forget, hear: () => this.#silent.delete(socket) };
  }

  /** To be called with each request: to listen for them here would change what the server answers itself. */
  hear(socket: Socket): void {
    this.#silent.delete(socket);
  }

  get open(): number {
    return this.#all.size;
  }

  /** How many there have been. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Closes the one that has been silent longest, but never `spared`. @returns false, when none is */
  closeOldestSilent(spared?: Socket): boolean {
    for (const oldest of this.#silent) {
      if (oldest === spared) continue;
      this.#silent.delete(oldest);
      oldest.destroy();
      return true;
    }
    return false;
  }

  closeSilent(): void {
    while (this.closeOldestSilent());
  }

  /** Closes those that wait between two requests, and have read of the last answer what the system takes; none that has yet to ask. */
  closeIdle(): void {
    // Node takes a connection for idle once all of its answer was written, wherever that is by now; and Node 26 one that is new, too.
    const spared = [...this.#all].filter(
      (socket) => socket.writableLength > 0 || this.#silent.has(socket),
    );
    for (const socket of spared) socket.destroy = () => socket;
    this.#server.closeIdleConnections();
    for (const socket of spared) delete (socket as Partial<Socket>).destroy;
    for (const holder of this.#holders) holder.closeIdle();
  }

  closeAll(): void {
    this.#server.closeAllConnections();
    for (const holder of this.#holders) holder.closeAll();
    // Those that node:http has let go of are nobody's.
    for (const socket of this.#all) socket.destroy();
  }
}
