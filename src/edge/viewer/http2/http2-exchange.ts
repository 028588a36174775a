/** A request and its response on a stream of HTTP/2 as the flow knows them. */
import { constants, type ServerHttp2Stream } from "node:http2";
import type { BodySink, BodySource } from "../../../base/body.ts";
import { hasName } from "../../../base/header-lines.ts";
import type { SentAnswer } from "../../answer/answer.ts";
import type { Refusal } from "../../answer/refusals.ts";
import type { ViewerLeft } from "../../record/viewer-left.ts";
import type { Viewer, ViewerExchange } from "../../viewer-exchange.ts";
import type { ViewerRequest } from "../../viewer-request.ts";
import type { RequestBody } from "../request-body.ts";

/** Of each frame, in bytes (RFC 9113 §4.1). */
const frameHeaderLength = 9;

export class Http2Exchange implements ViewerExchange {
  readonly request: ViewerRequest;
  readonly body: RequestBody | undefined;
  readonly viewer: Http2Viewer;
  readonly #stream: ServerHttp2Stream;

  constructor(request: ViewerRequest, body: RequestBody | undefined, stream: ServerHttp2Stream) {
    this.request = request;
    this.body = body;
    this.viewer = new Http2Viewer(stream, body);
    this.#stream = stream;
  }

  respond(answer: SentAnswer): void {
    const { body } = this;
    // What the viewer still sends is wanted by nobody once the answer is there.
    if (body !== undefined) {
      body.claim();
      this.#stream.once("finish", () => body.discard());
    }
    sendAnswer(answer, this.#stream, this.request.method === "HEAD", this.viewer);
  }
}

/** Over when the stream is closed: the answer was sent, or the viewer has reset it or left. */
export class Http2Viewer implements Viewer {
  bytesSent = 0;
  refusal: Refusal | undefined;
  /** Whether the stream was given all of the answer. */
  hasAll = false;
  /** Set where the transport has given it up because it reads nothing. */
  hasLeftUnread = false;
  readonly #stream: ServerHttp2Stream;
  readonly #body: RequestBody | undefined;

  constructor(stream: ServerHttp2Stream, body?: RequestBody) {
    this.#stream = stream;
    this.#body = body;
  }

  get bodyBytes(): number {
    return this.#body?.bytes ?? 0;
  }

  get left(): ViewerLeft | undefined {
    // A stream that was reset is finished too, as Node counts.
    const { writableFinished, rstCode } = this.#stream;
    if (writableFinished && rstCode === constants.NGHTTP2_NO_ERROR && this.hasAll) return undefined;
    if (this.hasLeftUnread) return "unread";
    return this.#body?.hasCome === false ? "asking" : "waiting";
  }

  get isOver(): boolean {
    return this.#stream.closed || this.#stream.destroyed;
  }

  whenOver(told: () => void): void {
    this.#stream.once("close", told);
  }

  note(bytes: number): void {
    this.bytesSent += bytes + frameHeaderLength;
  }
}

/** @param isHead whether the answer's body is not to be sent */
export function sendAnswer(
  answer: SentAnswer,
  stream: ServerHttp2Stream,
  isHead: boolean,
  sent: Http2Viewer,
): void {
  const { status, body } = answer;
  if (stream.destroyed || stream.closed || stream.headersSent) {
    body.discard();
    return;
  }
  const lines = fieldsOf(answer);
  const { whole } = body;
  const hasBody = !isHead && status !== 204 && status !== 304 && whole?.length !== 0;
  sent.note(lengthOf(lines));
  // Node ends a stream before it resets it, and what has ended looks complete: so the end of what may break off is
  // said by itself, where trailers stand.
  const mayBreakOff = hasBody && whole === undefined;
  if (mayBreakOff) {
    stream.once("wantTrailers", () => {
      const { trailers = [] } = body;
      sent.note(lengthOf(trailers));
      stream.sendTrailers(byName(trailers));
    });
  }
  stream.respond(lines, { endStream: !hasBody, waitForTrailers: mayBreakOff });
  sent.hasAll = !hasBody;
  if (!hasBody) body.discard();
  else body.sendTo(new StreamSink(stream, sent, body));
}

export function lengthOf(lines: readonly string[]): number {
  return lines.reduce((bytes, text) => bytes + text.length, 0);
}

function byName(lines: readonly string[]): Record<string, string[]> {
  const fields: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (let index = 0; index < lines.length; index += 2) {
    (fields[lines[index] as string] ??= []).push(lines[index + 1] as string);
  }
  return fields;
}

/** Names are in lower case there, and nothing is said of the connection (RFC 9113 §8.2). */
function fieldsOf({ status, headers, ownHeaders }: SentAnswer): string[] {
  const fields = [":status", String(status)];
  for (const lines of [headers, ownHeaders.lines]) {
    for (let index = 0; index < lines.length; index += 2) {
      fields.push((lines[index] as string).toLowerCase(), lines[index + 1] as string);
    }
  }
  // Node would add its own.
  if (!hasName(fields, "date")) fields.push("date", new Date().toUTCString());
  return fields;
}

class StreamSink implements BodySink {
  readonly #stream: ServerHttp2Stream;
  readonly #sent: Http2Viewer;
  readonly #body: BodySource;

  constructor(stream: ServerHttp2Stream, sent: Http2Viewer, body: BodySource) {
    this.#stream = stream;
    this.#sent = sent;
    this.#body = body;
  }

  write(chunk: Uint8Array): boolean {
    this.#sent.note(chunk.length);
    return this.#stream.write(chunk);
  }

  whenReady(go: () => void): void {
    this.#stream.once("drain", go);
  }

  end(): void {
    this.#sent.hasAll = true;
    this.#stream.end();
  }

  breakOff(): void {
    this.#stream.close(this.#body.resetCode ?? constants.NGHTTP2_INTERNAL_ERROR);
  }
}
