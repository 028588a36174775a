/** A viewer's kept connection of a load. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** One request at a time. A connection that ends is opened anew, and the request on it has failed. */
export class ViewerConnection {
  readonly #port: number;
  #socket: Socket;
  #answer = "";
  #told: ((isGood: boolean) => void) | undefined;
  #isClosed = false;

  private constructor(port: number, socket: Socket) {
    this.#port = port;
    this.#socket = socket;
    this.#listen();
  }

  static async open(port: number): Promise<ViewerConnection> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    return new ViewerConnection(port, socket);
  }

  ask(head: Buffer, told: (isGood: boolean) => void): void {
    this.#told = told;
    this.#socket.write(head);
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #listen(): void {
    this.#socket.on("error", () => {});
    this.#socket.on("data", (chunk) => {
      this.#answer += chunk.toString("latin1");
      if (isWhole(this.#answer)) this.#finish(/^HTTP\/1\.1 [23]/.test(this.#answer));
    });
    this.#socket.on("close", () => {
      if (this.#isClosed) return;
      this.#socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
      this.#listen();
      this.#finish(false);
    });
  }

  #finish(isGood: boolean): void {
    const told = this.#told;
    this.#answer = "";
    this.#told = undefined;
    told?.(isGood);
  }
}

/** What the servers here answer has a length, or is chunked in one piece or two. */
function isWhole(answer: string): boolean {
  const end = answer.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer);
  if (length) return answer.length >= end + 4 + Number(length[1]);
  return /\r\ntransfer-encoding: *chunked/i.test(answer) ? answer.endsWith("0\r\n\r\n") : true;
}
