/**
 * Takes viewers' connections that speak HTTP/2: each of their streams is an exchange of its own.
 *
 * What a connection may cost is bounded: streams at once, heads, streams that are begun and reset, frames that carry nothing, and
 * what is held for a viewer who does not read. Who goes beyond is told so and closed. No connection has more of the worker's turn than its
 * share: of streams that come at once the first is begun, and the others in later turns, if they are still wanted.
 *
 * Source: RFC 9113; CloudFront Developer Guide, "Supported HTTP versions".
 */
import {
  constants,
  createServer,
  type Http2Server,
  type Http2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { TLSSocket } from "node:tls";
import type { ConnectionHolder } from "../../base/open-connections.ts";
import type { SentAnswer } from "../answer/answer.ts";
import { refusals, type Refusal } from "../answer/refusals.ts";
import { connectionOf, type ViewerConnection } from "../tls/viewer-connection.ts";
import type { ViewerExchange } from "../viewer-exchange.ts";
import type { Conduct } from "./debts/conduct.ts";
import { readEarlyFrames } from "./early-frames.ts";
import { FloodWatch } from "./flood-watch.ts";
import { carriedBy, FrameWorth } from "./frame-worth.ts";
import { Http2Exchange, Http2Viewer, lengthOf, sendAnswer } from "./http2-exchange.ts";
import { readHttp2Head, type Http2Head } from "./http2-head.ts";
import type { RefusedHead } from "../record/refused-request.ts";
import type { RefusedFrom } from "./refuse-request.ts";
import { readViewerRequest } from "./read-viewer-request.ts";
import { ResetAllowance } from "./reset-allowance.ts";
import { RequestBody } from "./request-body.ts";
import { UnfoldedHeads } from "./unfolded-heads.ts";

export interface Http2DoorInput {
  readonly serve: (exchange: ViewerExchange) => void;
  /** The page of a refusal, for what is no request that the flow could answer. */
  readonly pageOf: (
    refusal: Refusal,
    from: RefusedFrom,
    head: RefusedHead | undefined,
  ) => SentAnswer;
  /** Told of a stream that its viewer gave up before it was begun. */
  readonly givenUp: (from: RefusedFrom, head: RefusedHead | undefined) => void;
  /** Of one that ends a visit, with the visit's id. */
  readonly pageOfVisit: (refusal: Refusal, id: string) => SentAnswer;
  /** How long a connection may stay without a stream, in milliseconds. */
  readonly keepAliveTimeoutMs: number;
  /** Longest time without a byte while the viewer is to send or to read, in milliseconds. */
  readonly idleTimeoutMs: number;
  /** The largest body of a request that is taken. */
  readonly bodyMaxBytes: number;
}

/** A connection. */
interface Open {
  readonly viewer: ViewerConnection;
  /** Told of each request; the first one counts. */
  readonly heard: () => void;
  readonly conduct: Conduct;
  readonly streams: Set<ServerHttp2Stream>;
  readonly resets: ResetAllowance;
  readonly socket: TLSSocket;
  /** Of the streams that are begun, whose carriage is set against what it has read. */
  readonly viewers: Set<Http2Viewer>;
  /** The stream that was told of last. */
  latestId: number;
  /** The one after it whose head was found to be on its way. */
  comingId: number;
  /** Whether one head that Node has refused without a word was forgiven. */
  hasForgiven: boolean;
  /** Bytes of the heads so far, and of what streams that are over have carried. */
  carried: number;
  readonly worth: FrameWorth;
  readonly heads: UnfoldedHeads;
  /** Pieces of bodies so far. */
  pieces: number;
  /** Whether a stream was begun in this turn of the worker. */
  hasBegun: boolean;
  /** Streams that came beside it. */
  waiting: Arrived[];
}

/** A stream that is not begun yet. */
interface Arrived {
  readonly stream: ServerHttp2Stream;
  readonly raw: readonly string[];
  readonly hasBody: boolean;
}

/** A stream that the flow can't answer. */
interface RefusedStream {
  readonly stream: ServerHttp2Stream;
  readonly open: Open;
  readonly head: Http2Head | undefined;
  readonly hasBody: boolean;
}

/** Whom a connection is taken for. */
export interface TakenBy {
  /** Told of the connection's first request. */
  readonly heard: () => void;
  /** Told where it does harm. */
  readonly conduct: Conduct;
}

export interface Http2Door extends ConnectionHolder {
  take(socket: TLSSocket, by: TakenBy): void;
  /** Takes no more streams on any connection, and ends each when those that are open are over. */
  drain(): void;
}

/** As CloudFront says it takes. */
const streamsMax = 128;
/** Of a head that is served, as CloudFront has it; it is counted exactly once the head is there. */
const servedHeadMax = 32_768;
/** Of one that is refused with an answer, in bytes of names and values: what is larger Node resets without a word. */
const headMax = 131_072;
/** What may come of a head before nghttp2 closes the connection for it, in bytes: nine frames. */
const wireHeadMax = 9 * (16_384 + 9);
/** What a viewer may have sent of a body before it hears that the stream is over, in bytes: Node's window of a stream. */
const onTheWayMax = 65_535;
/** How many streams of a connection that came beside others are begun in one turn, and of all: some milliseconds of a worker's time. */
const beginsInTurn = 16;
const beginsOfAllInTurn = 32;
/** One with more fields counts for several. */
const fieldsOfOne = 64;
/** Of those that were given up meanwhile, which are noted and no more. */
const notesInTurn = 64;
/** Of those of a connection that was closed as a flood: what each one was says nothing more. */
const notesOfFlood = 8;
/** More than this that has come before the session is looked at by itself, in bytes. */
const early = 4096;
/** What is said to who floods before there is a session: settings, which come first, and GOAWAY with ENHANCE_YOUR_CALM (RFC 9113 §3.4, §6.8). */
const beCalm = Buffer.from("000000040000000000000008070000000000000000000000000b", "hex");
/** After how many pieces of bodies it is looked whether they carry anything: some hundred microseconds of work. */
const lookPieces = 64;
/** How often it is looked for connections that are flooded, in milliseconds, and at how many of them: a fraction of a millisecond. */
const floodLookMs = 50;
const floodLooksMax = 500;

export function openHttp2Door(input: Http2DoorInput): Http2Door {
  const { serve, pageOf, pageOfVisit, givenUp } = input;
  const { keepAliveTimeoutMs, idleTimeoutMs, bodyMaxBytes } = input;
  const sessions = new Map<Http2Session, Open>();
  const server: Http2Server = createServer({
    settings: {
      maxConcurrentStreams: streamsMax,
      maxHeaderListSize: headMax,
      enablePush: false,
    },
    maxHeaderListPairs: 2000,
    // Of one connection, in megabytes: heads, and what is queued for it.
    maxSessionMemory: 8,
  });
  /** What the session that is being made is made of: it never tells its socket, but shows one that is like it. */
  let taken: Pick<Open, "viewer" | "heard" | "conduct" | "socket"> | undefined;
  const watch = new FloodWatch<Http2Session>({
    ...{ everyMs: floodLookMs, looksMax: floodLooksMax },
    look: (session) => {
      const open = sessions.get(session);
      return open !== undefined && closeWhereFlooded(session, open);
    },
  });
  /** Those that had streams begun in this turn. */
  let busy = new Set<Open>();

  server.on("session", (session) => {
    if (taken === undefined) {
      session.destroy();
      return;
    }
    const streams = new Set<ServerHttp2Stream>();
    const open = {
      ...{ ...taken, streams, resets: new ResetAllowance() },
      ...{ viewers: new Set<Http2Viewer>(), carried: 0, latestId: 0, comingId: 0 },
      hasForgiven: false,
      worth: new FrameWorth(taken.socket.bytesRead),
      heads: new UnfoldedHeads(headMax),
      ...{ pieces: 0, hasBegun: false, waiting: [] },
    };
    sessions.set(session, open);
    watch.add(session);
    session.on("close", () => {
      sessions.delete(session);
      watch.remove(session);
    });
    session.on("error", (error) => {
      if (isOfProtocol(error)) open.conduct.offend("broken");
      session.destroy();
    });
    // Again and again: a stream may be open the first time.
    session.on("timeout", () => {
      if (streams.size === 0) session.close();
      else session.setTimeout(keepAliveTimeoutMs);
    });
    session.setTimeout(keepAliveTimeoutMs);
  });
  server.on("sessionError", () => {});

  server.on("stream", (stream, _headers, flags, raw) => {
    // First of all: its session may be closed as a flood by now, which each stream hears as an error.
    stream.on("error", () => stream.destroy());
    const { session } = stream;
    const open = session && sessions.get(session);
    if (session === undefined || open === undefined) {
      stream.destroy();
      return;
    }
    open.streams.add(stream);
    stream.on("close", () => {
      open.streams.delete(stream);
      // What nobody took of it has come all the same.
      open.carried += stream.readableLength;
    });
    const noteReset = (): void => {
      if (session.destroyed || open.resets.take()) return;
      calm(session, open, "It resets too many streams");
    };
    // Of what came before the session Node tells when all of it was read.
    if (stream.aborted) noteReset();
    else stream.on("aborted", noteReset);
    if (session.destroyed) return;
    open.heard();
    noteArrival(open, stream.id ?? 0);
    const bytes = lengthOf(raw);
    open.carried += Math.min(bytes, servedHeadMax);
    // Now: many more may have come with it.
    if (!open.heads.take(raw.length / 2, bytes)) {
      calm(session, open, "Its heads unfold from next to nothing");
      return;
    }
    const hasBody = (flags & constants.NGHTTP2_FLAG_END_STREAM) === 0;
    if (busy.size === 0) setImmediate(nextTurn);
    busy.add(open);
    // One that is alone is not held up. Of more in one read it shows by the next turn which of them are still wanted.
    if (open.hasBegun) open.waiting.push({ stream, raw, hasBody });
    else begin(stream, open, raw, hasBody);
    open.hasBegun = true;
  });

  function nextTurn(): void {
    const before = busy;
    busy = new Set();
    const served: Open[] = [];
    let left = beginsOfAllInTurn;
    for (const open of before) {
      open.hasBegun = open.waiting.length > 0;
      if (!open.hasBegun) continue;
      if (left > 0) {
        left -= beginSome(open, Math.min(left, beginsInTurn));
        served.push(open);
      } else busy.add(open);
    }
    // Whoever had no turn has the next one.
    for (const open of served) {
      open.hasBegun = open.waiting.length > 0;
      if (open.hasBegun) busy.add(open);
    }
    if (busy.size > 0) setImmediate(nextTurn);
  }

  /** @returns how many it has begun, by their weight */
  function beginSome(open: Open, max: number): number {
    const { waiting } = open;
    let [begun, noted, at] = [0, 0, 0];
    for (; at < waiting.length && begun < max && noted < notesInTurn; at += 1) {
      const { stream, raw, hasBody } = waiting[at] as Arrived;
      if (stream.aborted || stream.closed || stream.destroyed) {
        noteGivenUp(open, raw);
        noted += 1;
      } else {
        begin(stream, open, raw, hasBody);
        begun += 1 + Math.floor(raw.length / 2 / fieldsOfOne);
      }
    }
    waiting.splice(0, at);
    return begun;
  }

  /** Who has given it up meanwhile cost nothing but that. */
  function noteGivenUp({ viewer }: Open, raw: readonly string[]): void {
    const head = readHttp2Head(raw);
    givenUp(viewer, head && { ...head, httpVersion: "2.0" });
  }

  function begin(
    stream: ServerHttp2Stream,
    open: Open,
    raw: readonly string[],
    hasBody: boolean,
  ): void {
    const { address, port, tls } = open.viewer;
    const head = readHttp2Head(raw);
    const arrived = { stream, open, head, hasBody };
    if (head === undefined) return refuse(refusals.malformed, arrived);
    if (head.method === "CONNECT") return refuse(refusals.tunnel, arrived);
    const request = readViewerRequest(
      { ...head, httpVersion: "2.0", tls: tls?.ofNextRequest(), address, port, hasBody },
      bodyMaxBytes,
    );
    if ("sentence" in request) return refuse(request, arrived);
    const waits = head.headers.some(
      (text, index) =>
        index % 2 === 0 && text === "expect" && head.headers[index + 1] === "100-continue",
    );
    const sendContinue = waits ? () => stream.additionalHeaders({ ":status": 100 }) : undefined;
    const body = hasBody ? bodyOf(stream, open, sendContinue) : undefined;
    const exchange = new Http2Exchange(request, body, stream);
    carry(stream, open, exchange.viewer);
    stream.on("timeout", () => handleSilence(stream, exchange));
    stream.setTimeout(idleTimeoutMs);
    serve(exchange);
  }

  /** What goes on from here knows nothing of the head, which may be large. */
  function refuse(refusal: Refusal, { stream, open, head, hasBody }: RefusedStream): void {
    const page = pageOf(refusal, open.viewer, head && { ...head, httpVersion: "2.0" });
    const body = hasBody ? bodyOf(stream, open) : undefined;
    const viewer = new Http2Viewer(stream, body);
    carry(stream, open, viewer);
    if (body !== undefined) stream.once("finish", () => body.discard());
    stream.setTimeout(idleTimeoutMs, () => stream.close(constants.NGHTTP2_NO_ERROR));
    sendAnswer(page, stream, head?.method === "HEAD", viewer);
  }

  function bodyOf(stream: ServerHttp2Stream, open: Open, sendContinue?: () => void): RequestBody {
    const body = new RequestBody(stream, bodyMaxBytes, sendContinue);
    body.onPiece = () => notePiece(stream.session, open);
    return body;
  }

  /** They come many in a turn, in which no timer is heard. */
  function notePiece(session: Http2Session | undefined, open: Open): void {
    open.pieces += 1;
    if (open.pieces % lookPieces === 0 && session !== undefined) closeWhereFlooded(session, open);
  }

  /** @returns whether it reads for nothing, more or less */
  function closeWhereFlooded(session: Http2Session, open: Open): boolean {
    if (session.destroyed) return false;
    const coming = (): number => (hasHeadOnTheWay(session, open) ? wireHeadMax : 0);
    if (open.worth.isFlooded(open.socket.bytesRead, () => carriedOn(open), coming)) {
      calm(session, open, "It sends frames that carry nothing");
    }
    return open.worth.isSuspect;
  }

  /** Says so, and closes the connection. Without an error Node would say that all is well. */
  function calm(session: Http2Session, { conduct, waiting }: Open, reason: string): void {
    conduct.offend("flood");
    waiting.splice(notesOfFlood);
    session.destroy(new Error(reason), constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }

  /** No byte moved for a while: that is the viewer's fault unless the edge waits for an origin. */
  function handleSilence(stream: ServerHttp2Stream, exchange: Http2Exchange): void {
    const { body, request, viewer } = exchange;
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

  return {
    take(socket, by) {
      if (socket.readableLength > early && isFloodOfFrames(socket)) {
        by.conduct.offend("flood");
        socket.end(beCalm, () => socket.destroy());
        return;
      }
      taken = { ...by, viewer: connectionOf(socket), socket };
      server.emit("connection", socket);
      taken = undefined;
    },
    drain() {
      for (const session of sessions.keys()) session.close();
    },
    closeIdle() {
      for (const [session, { streams }] of sessions) if (streams.size === 0) session.close();
    },
    closeAll() {
      for (const session of sessions.keys()) session.destroy();
    },
  };
}

/** Looks at what has come by now, and puts it back. */
function isFloodOfFrames(socket: TLSSocket): boolean {
  const bytes = socket.read() as Buffer | null;
  if (bytes === null) return false;
  socket.unshift(bytes);
  const frames = readEarlyFrames(bytes);
  return (
    !new ResetAllowance().allows(frames.resets) ||
    new FrameWorth(0).isFlooded(
      frames.bytes,
      () => frames.carried,
      () => 0,
    )
  );
}

/** Whether Node or nghttp2 has closed the session for what came; not where its viewer did, or the network. */
function isOfProtocol({ code }: NodeJS.ErrnoException): boolean {
  return code?.startsWith("ERR_HTTP2_") === true && code !== "ERR_HTTP2_SESSION_ERROR";
}

/**
 * Whether a stream that Node has not told of has begun. Heads come one after the other: where that is another stream than it was
 * before, the head of that one was no head, and Node has refused it without a word.
 */
function hasHeadOnTheWay({ state }: Http2Session, open: Open): boolean {
  const { lastProcStreamID: last = 0 } = state;
  if (last <= open.latestId) return false;
  if (open.comingId > open.latestId) return open.comingId === last;
  open.comingId = last;
  return true;
}

/**
 * One stream that Node did not tell of has had a head that was too large: the first such is no flood, where another follows that is none.
 */
function noteArrival(open: Open, id: number): void {
  // The first one is 1.
  const isOneMissing = id === (open.latestId || -1) + 4;
  open.latestId = id;
  if (!isOneMissing || open.hasForgiven) return;
  open.hasForgiven = true;
  open.worth.forgive(open.socket.bytesRead, wireHeadMax);
}

/** Sets what a stream carries against what its connection reads. */
function carry(stream: ServerHttp2Stream, open: Open, viewer: Http2Viewer): void {
  open.viewers.add(viewer);
  stream.on("close", () => {
    open.viewers.delete(viewer);
    open.carried += carriedBy(viewer);
    // No more than it has sent already, so that nothing is gained by it.
    if (!stream.readableEnded) open.worth.expect(Math.min(viewer.bodyBytes, onTheWayMax));
  });
}

function carriedOn({ carried, viewers, streams }: Open): number {
  let all = carried;
  for (const viewer of viewers) all += carriedBy(viewer);
  for (const { readableLength } of streams) all += readableLength;
  return all;
}
