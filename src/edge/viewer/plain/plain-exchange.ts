/** A plain request on a raw socket, and the way back, as the flow knows them. */
import { ResponseWriter } from "../../../http1/response-writer.ts";
import type { SentAnswer } from "../../answer/answer.ts";
import type { Viewer, ViewerExchange } from "../../viewer-exchange.ts";
import type { ViewerLeft } from "../../record/viewer-left.ts";
import type { ViewerRequest } from "../../viewer-request.ts";
import { fieldsWith, hasLength } from "../connection-header.ts";
import type { PlainConnection } from "./plain-connection.ts";

export class PlainExchange implements Viewer {
  readonly #method: string;
  readonly #connection: PlainConnection;
  readonly #unreadMaxMs: number;
  readonly #toTell: (() => void)[] = [];
  #writer: ResponseWriter | undefined;
  #isOver = false;
  left: ViewerLeft | undefined;

  /** @param unreadMaxMs how long a viewer may leave an answer unread */
  constructor(method: string, connection: PlainConnection, unreadMaxMs: number) {
    this.#method = method;
    this.#connection = connection;
    this.#unreadMaxMs = unreadMaxMs;
  }

  /** The exchange of a request that has been read. */
  of(request: ViewerRequest): ViewerExchange {
    return { request, body: undefined, viewer: this, respond: (answer) => this.respond(answer) };
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get bytesSent(): number {
    return this.#writer?.bytes ?? 0;
  }

  /** A plain request has no body. */
  get bodyBytes(): number {
    return 0;
  }

  whenOver(told: () => void): void {
    this.#toTell.push(told);
  }

  respond(answer: SentAnswer): void {
    const connection = this.#connection;
    if (this.#isOver) {
      answer.body.discard();
      return;
    }
    const staysOpen = answer.closesConnection !== true && connection.mayStayOpen;
    const writer = new ResponseWriter(connection.socket, this.#unreadMaxMs, (isWhole) => {
      this.end(isWhole ? undefined : "waiting");
      connection.answered(isWhole && staysOpen);
    });
    this.#writer = writer;
    const { status, reason, body } = answer;
    const fields = fieldsWith(staysOpen ? "keep-alive" : "close", answer);
    const isMeasured = hasLength(answer);
    writer.send({ status, reason, fields, isMeasured, body }, this.#method === "HEAD");
  }

  /** It is answered, or its viewer has left. */
  end(left: ViewerLeft | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.left = left;
    for (const told of this.#toTell) told();
  }
}
