/** A request and its response of node:http as the flow knows them. */
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { SentAnswer } from "../answer/answer.ts";
import type { Refusal } from "../answer/refusals.ts";
import type { ViewerLeft } from "../record/viewer-left.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import { hasLength, headersWith } from "./connection-header.ts";
import type { RequestBody } from "./request-body.ts";
import { sendBody } from "./response-sink.ts";
import type { Viewer, ViewerExchange } from "../viewer-exchange.ts";

export class NodeExchange implements ViewerExchange {
  readonly request: ViewerRequest;
  readonly body: RequestBody | undefined;
  readonly viewer: NodeViewer;
  readonly #response: ServerResponse;
  readonly #isDraining: () => boolean;

  constructor(
    request: ViewerRequest,
    body: RequestBody | undefined,
    response: ServerResponse,
    isDraining: () => boolean,
  ) {
    this.request = request;
    this.body = body;
    this.viewer = new NodeViewer(response, body);
    this.#response = response;
    this.#isDraining = isDraining;
  }

  respond(answer: SentAnswer): void {
    const response = this.#response;
    // The transport has refused the request while the flow was at it.
    if (response.headersSent) {
      answer.body.discard();
      return;
    }
    const isMeasured = hasLength(answer);
    const connection = this.#canStayOpen(answer, isMeasured) ? "keep-alive" : "close";
    response.writeHead(answer.status, answer.reason, headersWith(connection, answer));
    const { body } = this;
    // Before Node's own listener, which would take all of a body that nobody has read from.
    if (body !== undefined) response.prependOnceListener("finish", () => body.discard());
    sendBody(answer.body, response, isMeasured);
  }

  #hasNoBody({ status }: SentAnswer): boolean {
    return this.request.method === "HEAD" || status === 204 || status === 304;
  }

  #canStayOpen(answer: SentAnswer, isMeasured: boolean): boolean {
    if (this.#isDraining() || !this.#response.shouldKeepAlive) return false;
    if (answer.closesConnection === true) return false;
    // A body that the viewer was never asked for may come or not: nobody knows where it would end.
    if (this.body?.isHeldBack === true) return false;
    // HTTP/1.0 knows no chunks, so only the connection's end tells where an unmeasured body ends.
    return this.request.httpVersion === "1.1" || isMeasured || this.#hasNoBody(answer);
  }
}

/** A response is closed when it was sent, or its connection ended before that. */
class NodeViewer implements Viewer {
  readonly #response: ServerResponse;
  readonly #body: RequestBody | undefined;
  readonly #socket: Socket | null;
  /** What the connection had been given when the request's turn came, and when its answer was sent. */
  readonly #before: number;
  #after: number | undefined;
  /** Set where the transport has given it up because it reads nothing. */
  hasLeftUnread = false;
  /** Set where it has ended the connection in the middle of the request. */
  hasHungUp = false;
  refusal: Refusal | undefined;

  constructor(response: ServerResponse, body: RequestBody | undefined) {
    this.#response = response;
    this.#body = body;
    this.#socket = response.socket;
    this.#before = this.#given;
    // Before Node's own listener, which may go on with the next response of the connection.
    response.prependOnceListener("finish", () => (this.#after = this.#given));
  }

  get bytesSent(): number {
    return (this.#after ?? this.#given) - this.#before;
  }

  get left(): ViewerLeft | undefined {
    if (this.hasHungUp) return "asking";
    if (this.#response.writableFinished) return undefined;
    if (this.hasLeftUnread) return "unread";
    return this.#body?.hasCome === false ? "asking" : "waiting";
  }

  get bodyBytes(): number {
    return this.#body?.bytes ?? 0;
  }

  get #given(): number {
    return this.#socket?.bytesWritten ?? 0;
  }

  get isOver(): boolean {
    return this.#response.destroyed;
  }

  whenOver(told: () => void): void {
    this.#response.once("close", told);
  }
}
