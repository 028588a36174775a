/**
 * A WebSocket handshake on a raw socket, and the way back, as the flow knows them. Where the origin
 * has switched, the answer's head is the last that is HTTP, and the connection is joined to the origin's; any
 * other answer is the connection's last.
 *
 * Source: RFC 6455 §4; CloudFront Developer Guide, "Use WebSockets with CloudFront distributions".
 */
import type { Socket } from "node:net";
import type { JoinedConnections } from "../../../http1/joined-connections.ts";
import { ResponseWriter } from "../../../http1/response-writer.ts";
import type { SwitchedConnection } from "../../../http1/switched-connection.ts";
import { writeResponseHead } from "../../../http1/write-head.ts";
import type { SentAnswer } from "../../answer/answer.ts";
import type { Viewer, ViewerExchange } from "../../viewer-exchange.ts";
import type { ViewerLeft } from "../../record/viewer-left.ts";
import type { ViewerRequest } from "../../viewer-request.ts";
import { fieldsWith, hasLength } from "../connection-header.ts";

/**
 * What is read of a viewer that does not wait for the answer, in bytes: so long it is noticed when
 * it leaves.
 */
const earlyMax = 16 * 1024;

export class WebSocketExchange implements ViewerExchange, Viewer {
  readonly request: ViewerRequest;
  readonly body = undefined;
  readonly #socket: Socket;
  readonly #joined: JoinedConnections;
  readonly #unreadMaxMs: number;
  /** What the connection had been given and had brought before this. */
  readonly #sentBefore: number;
  readonly #readBefore: number;
  readonly #toTell: (() => void)[] = [];
  #early: Buffer[];
  #earlyBytes = 0;
  #isOver = false;
  left: ViewerLeft | undefined;

  /**
   * @param socket which nobody else reads or writes any more
   * @param early what was read behind the request
   * @param unreadMaxMs how long a viewer may leave an answer unread that is none to switch
   */
  constructor(
    request: ViewerRequest,
    { socket, early }: { readonly socket: Socket; readonly early: Buffer },
    joined: JoinedConnections,
    unreadMaxMs: number,
  ) {
    this.request = request;
    this.#socket = socket;
    this.#joined = joined;
    this.#unreadMaxMs = unreadMaxMs;
    this.#sentBefore = socket.bytesWritten;
    this.#readBefore = socket.bytesRead - early.length;
    this.#early = early.length === 0 ? [] : [early];
    socket.setTimeout(0);
    socket.on("error", () => {});
    socket.on("close", () => this.#end("waiting"));
    socket.on("data", this.#read);
    socket.on("end", this.#left);
    socket.resume();
  }

  get viewer(): Viewer {
    return this;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get bytesSent(): number {
    return this.#socket.bytesWritten - this.#sentBefore;
  }

  get bodyBytes(): number {
    return this.#socket.bytesRead - this.#readBefore;
  }

  whenOver(told: () => void): void {
    this.#toTell.push(told);
  }

  respond(answer: SentAnswer): void {
    if (this.#isOver) answer.body.discard();
    else if (answer.switched === undefined) this.#refuse(answer);
    else this.#join(answer, answer.switched);
  }

  #join(answer: SentAnswer, origin: SwitchedConnection): void {
    const socket = this.#socket;
    const early = this.#takeEarly();
    socket.off("data", this.#read);
    socket.off("end", this.#left);
    const { status, reason } = answer;
    socket.cork();
    socket.write(writeResponseHead(status, reason, fieldsWith("Upgrade", answer)), "latin1");
    this.#joined.join({ socket, early }, origin);
    socket.uncork();
  }

  #refuse(answer: SentAnswer): void {
    const socket = this.#socket;
    const writer = new ResponseWriter(socket, this.#unreadMaxMs, (isWhole) => {
      if (isWhole) this.#end(undefined);
      socket.destroySoon();
    });
    socket.on("timeout", () => {
      if (socket.writableLength === 0) {
        socket.setTimeout(0);
        return;
      }
      this.#end("unread");
      socket.destroy();
    });
    this.#takeEarly();
    const { status, reason, body } = answer;
    const fields = fieldsWith("close", answer);
    writer.send({ status, reason, fields, isMeasured: hasLength(answer), body }, false);
  }

  #takeEarly(): Buffer {
    const early = Buffer.concat(this.#early);
    this.#early = [];
    this.#earlyBytes = -Infinity;
    return early;
  }

  /** Before the answer it is kept, and after one that was none to switch nobody wants it. */
  readonly #read = (bytes: Buffer): void => {
    this.#earlyBytes += bytes.length;
    if (this.#earlyBytes < 0) return;
    this.#early.push(bytes);
    if (this.#earlyBytes > earlyMax) this.#socket.pause();
  };

  /** No viewer says its last before the answer; one that does may have left. */
  readonly #left = (): void => {
    this.#socket.end();
    this.#end("waiting");
  };

  readonly #end = (left: ViewerLeft | undefined): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    this.left = left;
    for (const told of this.#toTell) told();
  };
}
