/**
 * A viewer that asks a batch of requests at once over one connection and counts the answers: many a second, since it
 * reads no more of them than their statuses and lengths.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const headEnd = Buffer.from("\r\n\r\n");

export class PipeliningViewer {
  readonly #address: { readonly host: string; readonly port: number };
  readonly #host: string;
  #socket: Socket | undefined;
  #left: Buffer = Buffer.alloc(0);
  #statuses: number[] = [];
  #wanted = 0;
  #settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;

  /** @param host the distribution's domain name */
  constructor(edge: string, host: string) {
    const { hostname, port } = new URL(edge);
    this.#address = { host: hostname, port: Number(port) };
    this.#host = host;
  }

  /** @returns the answers' statuses, in the order of the paths @throws Error, when the connection breaks before */
  async ask(paths: readonly string[]): Promise<readonly number[]> {
    // Nothing would come.
    if (paths.length === 0) return [];
    const socket = (this.#socket ??= await this.#connect());
    this.#statuses = [];
    this.#wanted = paths.length;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#settle = { resolve, reject };
    socket.write(
      paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n\r\n`).join(""),
    );
    await promise;
    return this.#statuses;
  }

  close(): void {
    this.#settle = undefined;
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #connect(): Promise<Socket> {
    const socket = connect(this.#address);
    socket.setNoDelay(true);
    await once(socket, "connect");
    socket.on("data", (bytes: Buffer) => this.#read(bytes));
    socket.on("error", () => {});
    socket.once("close", () => {
      this.#socket = undefined;
      this.#settle?.reject(new Error("The edge has closed the connection"));
    });
    return socket;
  }

  #read(bytes: Buffer): void {
    const read = this.#left.length === 0 ? bytes : Buffer.concat([this.#left, bytes]);
    let at = 0;
    for (;;) {
      const end = read.indexOf(headEnd, at);
      if (end < 0) break;
      const head = read.toString("latin1", at, end);
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
      const next = end + headEnd.length + length;
      if (Number.isNaN(next)) this.#settle?.reject(new Error(`An answer has no length: ${head}`));
      if (!(next <= read.length)) break;
      this.#statuses.push(Number(head.slice(9, 12)));
      at = next;
    }
    this.#left = read.subarray(at);
    if (this.#statuses.length === this.#wanted) this.#settle?.resolve();
  }
}
