/** What becomes of a stream of HTTP/2 whose turn it is: an exchange that the flow answers, a refusal, or nothing where it was given up. */
import { constants, type ServerHttp2Stream } from "node:http2";
import type { SentAnswer } from "../../answer/answer.ts";
import { refusals, type Refusal } from "../../answer/refusals.ts";
import type { RefusedHead } from "../../record/refused-request.ts";
import type { ViewerExchange } from "../../viewer-exchange.ts";
import type { ViewerRequest } from "../../viewer-request.ts";
import type { Http2Connection } from "./http2-connection.ts";
import { Http2Exchange, Http2Viewer, sendAnswer } from "./http2-exchange.ts";
import { readHttp2Head, type Http2Head } from "./http2-head.ts";
import { readViewerRequest } from "../read-viewer-request.ts";
import type { RefusedFrom } from "../refuse-request.ts";
import { RequestBody } from "../request-body.ts";
import type { ArrivedStream } from "./stream-turns.ts";

export interface BeginStreamInput {
  readonly serve: (exchange: ViewerExchange) => void;
  /** The page of a refusal, for what is no request that the flow could answer. */
  readonly pageOf: (
    refusal: Refusal,
    from: RefusedFrom,
    head: RefusedHead | undefined,
  ) => SentAnswer;
  /** Of one that ends a visit, with the visit's id. */
  readonly pageOfVisit: (refusal: Refusal, id: string) => SentAnswer;
  /** Told of a stream that its viewer gave up before it was begun. */
  readonly givenUp: (from: RefusedFrom, head: RefusedHead | undefined) => void;
  /** Longest time without a byte while the viewer is to send or to read, in milliseconds. */
  readonly idleTimeoutMs: number;
  /** The largest body of a request that is taken. */
  readonly bodyMaxBytes: number;
}

/** All that comes through this door speaks it. */
const httpVersion = "2.0";

/** A stream that the flow can't answer. */
interface RefusedStream extends Pick<ArrivedStream, "stream" | "hasBody"> {
  readonly head: Http2Head | undefined;
}

export function beginStream(
  { stream, raw, hasBody }: ArrivedStream,
  connection: Http2Connection,
  input: BeginStreamInput,
): void {
  const { idleTimeoutMs, bodyMaxBytes } = input;
  const head = readHttp2Head(raw);
  const request = readRequest(head, hasBody, connection, bodyMaxBytes);
  if ("sentence" in request) return refuse(request, { stream, head, hasBody }, connection, input);
  const sendContinue = waitsForContinue(raw)
    ? () => stream.additionalHeaders({ ":status": 100 })
    : undefined;
  const body = hasBody ? bodyOf(stream, connection, bodyMaxBytes, sendContinue) : undefined;
  const exchange = new Http2Exchange(request, body, stream);
  connection.carry(stream, exchange.viewer);
  stream.on("timeout", () => handleSilence(stream, exchange, input));
  stream.setTimeout(idleTimeoutMs);
  input.serve(exchange);
}

/** Who has given it up meanwhile cost nothing but that. */
export function noteGivenUp(
  { raw }: ArrivedStream,
  { viewer }: Http2Connection,
  { givenUp }: BeginStreamInput,
): void {
  const head = readHttp2Head(raw);
  givenUp(viewer, head && { ...head, httpVersion });
}

function readRequest(
  head: Http2Head | undefined,
  hasBody: boolean,
  { viewer: { address, port, tls } }: Http2Connection,
  bodyMaxBytes: number,
): ViewerRequest | Refusal {
  if (head === undefined) return refusals.malformed;
  if (head.method === "CONNECT") return refusals.tunnel;
  return readViewerRequest(
    { ...head, httpVersion, tls: tls?.ofNextRequest(), address, port, hasBody },
    bodyMaxBytes,
  );
}

/** What goes on from here knows nothing of the head, which may be large. */
function refuse(
  refusal: Refusal,
  { stream, head, hasBody }: RefusedStream,
  connection: Http2Connection,
  { pageOf, bodyMaxBytes, idleTimeoutMs }: BeginStreamInput,
): void {
  const page = pageOf(refusal, connection.viewer, head && { ...head, httpVersion });
  const body = hasBody ? bodyOf(stream, connection, bodyMaxBytes) : undefined;
  const viewer = new Http2Viewer(stream, body);
  connection.carry(stream, viewer);
  if (body !== undefined) {
    body.claim();
    stream.once("finish", () => body.discard());
  }
  stream.setTimeout(idleTimeoutMs, () => stream.close(constants.NGHTTP2_NO_ERROR));
  sendAnswer(page, stream, head?.method === "HEAD", viewer);
}

/** No byte moved for a while: that is the viewer's fault unless the edge waits for an origin. */
function handleSilence(
  stream: ServerHttp2Stream,
  { body, request, viewer }: Http2Exchange,
  { idleTimeoutMs, pageOfVisit }: BeginStreamInput,
): void {
  // It has its answer, and does not end its request (RFC 9113 §8.1).
  if (stream.writableFinished) {
    stream.close(constants.NGHTTP2_NO_ERROR);
    return;
  }
  const isViewersTurn = body?.isAwaited === true || stream.writableLength > 0;
  if (!isViewersTurn) stream.setTimeout(idleTimeoutMs);
  else if (stream.headersSent) {
    viewer.hasLeftUnread = stream.writableLength > 0;
    stream.close(constants.NGHTTP2_CANCEL);
  } else {
    viewer.refusal = refusals.slowRequest;
    const page = pageOfVisit(viewer.refusal, request.id);
    sendAnswer(page, stream, request.method === "HEAD", viewer);
    body?.discard();
  }
}

function bodyOf(
  stream: ServerHttp2Stream,
  connection: Http2Connection,
  maxBytes: number,
  sendContinue?: () => void,
): RequestBody {
  const body = new RequestBody(stream, maxBytes, sendContinue);
  body.onPiece = connection.notePiece;
  return body;
}

/** @param raw names and values in turn */
function waitsForContinue(raw: readonly string[]): boolean {
  return raw.some(
    (text, index) => index % 2 === 0 && text === "expect" && raw[index + 1] === "100-continue",
  );
}
