/** The open connections of an HTTP server: how many there are, and which have not asked for anything. */
import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Whoever holds connections that node:http knows nothing of. */
export interface ConnectionHolder {
  /** Closes those that wait between two requests. */
  closeIdle(): void;
  closeAll(): void;
}

export class OpenConnections {
  readonly #server: Server;
  readonly #holder: ConnectionHolder | undefined;
  /** Those without a first request, the oldest first: only they are not idle by Node's account. */
  readonly #silent = new Set<Socket>();
  readonly #all = new Set<Socket>();
  #accepted = 0;

  /**
   * @param server to be watched from before it listens
   * @param holder of those of its connections that it has not been handed
   */
  constructor(server: Server, holder?: ConnectionHolder) {
    this.#server = server;
    this.#holder = holder;
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
   * Counts a connection that is not the server's yet, and may be closed for another one that comes new.
   *
   * @returns what is to be called when it becomes the server's
   */
  expect(socket: Socket): () => void {
    const forget = (): void => {
      this.#all.delete(socket);
      this.#silent.delete(socket);
    };
    this.#all.add(socket);
    this.#accepted += 1;
    this.#silent.add(socket);
    socket.once("close", forget);
    return forget;
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

  /** Closes those that wait between two requests, and have read of the last answer what the system takes. */
  closeIdle(): void {
    const unread = [...this.#all].filter(({ writableLength }) => writableLength > 0);
    // Node takes a connection for idle once all of its answer was written, wherever that is by now.
    for (const socket of unread) socket.destroy = () => socket;
    this.#server.closeIdleConnections();
    for (const socket of unread) delete (socket as Partial<Socket>).destroy;
    this.#holder?.closeIdle();
  }

  closeAll(): void {
    this.#server.closeAllConnections();
    this.#holder?.closeAll();
    // Those that node:http has let go of are nobody's.
    for (const socket of this.#all) socket.destroy();
  }
}
