/**
 * Takes viewers' connections that speak HTTP/2: each of their streams is an exchange of its own.
 *
 *   connection ── session ──▶ stream ── counted ──▶ its turn ──▶ an exchange, or a refusal
 *     └─ a flood already ──▶ closed      │            └─ given up by then ──▶ noted, and no more
 *                                        └─ beyond what a connection may cost ──▶ closed
 *
 * What a connection may cost is bounded: streams at once, heads, streams that are begun and reset, frames that carry nothing, and
 * what is held for a viewer who does not read. Who goes beyond is told so and closed: `http2-connection.ts`, `http2-carriage.ts`.
 * No connection has more of the worker's turn than its share: `stream-turns.ts`.
 *
 * Source: RFC 9113; CloudFront Developer Guide, "Supported HTTP versions".
 */
import { constants, createServer, type Http2Server, type Http2Session } from "node:http2";
import type { TLSSocket } from "node:tls";
import type { ConnectionHolder } from "../../../base/open-connections.ts";
import { connectionOf } from "../../tls/viewer-connection.ts";
import { beginStream, noteGivenUp, type BeginStreamInput } from "./begin-stream.ts";
import { hasFloodedEarly } from "./early-frames.ts";
import { FloodWatch } from "./flood-watch.ts";
import {
  headMax,
  Http2Connection,
  type TakenBy,
  type TakenConnection,
} from "./http2-connection.ts";
import { StreamTurns } from "./stream-turns.ts";

export interface Http2DoorInput extends BeginStreamInput {
  /** How long a connection may stay without a stream, in milliseconds. */
  readonly keepAliveTimeoutMs: number;
}

export interface Http2Door extends ConnectionHolder {
  take(socket: TLSSocket, by: TakenBy): void;
  /** Takes no more streams on any connection, and ends each when those that are open are over. */
  drain(): void;
}

/** As CloudFront says it takes. */
const streamsMax = 128;
/** Of a head. */
const fieldsMax = 512;
/** What is said to who floods before there is a session: settings, which come first, and GOAWAY with ENHANCE_YOUR_CALM (RFC 9113 §3.4, §6.8). */
const beCalm = Buffer.from("000000040000000000000008070000000000000000000000000b", "hex");
/** nghttp2's word for more pings and settings at once than it answers, NGHTTP2_ERR_FLOODED, which node:http2 has no name for. */
const flooded = -904;
/** How often it is looked for connections that are flooded, in milliseconds, and at how many of them: a fraction of a millisecond. */
const floodLookMs = 50;
const floodLooksMax = 500;

export function openHttp2Door(input: Http2DoorInput): Http2Door {
  const { keepAliveTimeoutMs } = input;
  const connections = new Map<Http2Session, Http2Connection>();
  const server: Http2Server = createServer({
    settings: {
      maxConcurrentStreams: streamsMax,
      maxHeaderListSize: headMax,
      enablePush: false,
    },
    // Programs and browsers have hundreds at most, and Node makes two texts of each: of a head with more it resets the stream before that.
    maxHeaderListPairs: fieldsMax,
    // Of one connection, in megabytes: heads, and what is queued for it.
    maxSessionMemory: 8,
  });
  /** What the session that is being made is made of: it never tells its socket, but shows one that is like it. */
  let taken: TakenConnection | undefined;
  const watch = new FloodWatch<Http2Connection>({
    ...{ everyMs: floodLookMs, looksMax: floodLooksMax },
    look: (connection) => connection.closeWhereFlooded(),
  });
  const turns = new StreamTurns<Http2Connection>({
    begin: (arrived, connection) => beginStream(arrived, connection, input),
    noteGivenUp: (arrived, connection) => noteGivenUp(arrived, connection, input),
  });

  server.on("session", (session) => {
    if (taken === undefined) {
      session.destroy();
      return;
    }
    const connection = new Http2Connection(session, taken);
    connections.set(session, connection);
    watch.add(connection);
    session.on("close", () => {
      connections.delete(session);
      watch.remove(connection);
    });
    session.on("error", (error) => {
      noteEnd(error, connection);
      session.destroy();
    });
    // Again and again: a stream may be open the first time.
    session.on("timeout", () => {
      if (connection.isIdle) session.close();
      else session.setTimeout(keepAliveTimeoutMs);
    });
    session.setTimeout(keepAliveTimeoutMs);
    // The server's event would do but for streams that are over by now: they don't tell whose they are.
    session.on("stream", (stream, _headers, flags, raw) => {
      // First of all: its session may be closed as a flood by now, which each stream hears as an error.
      stream.on("error", () => stream.destroy());
      const hasBody = (flags & constants.NGHTTP2_FLAG_END_STREAM) === 0;
      const arrived = { stream, raw, hasBody };
      if (connection.take(arrived)) turns.take(arrived, connection);
    });
  });
  server.on("sessionError", () => {});

  return {
    take(socket, by) {
      if (hasFloodedEarly(socket, headMax)) {
        by.conduct.offend("flood");
        socket.end(beCalm, () => socket.destroy());
        return;
      }
      // The session hears of it once the connection is over, and of one that never asked that is too late.
      socket.on("error", (error) => noteEnd(error, by));
      taken = { ...by, viewer: connectionOf(socket), socket };
      server.emit("connection", socket);
      taken = undefined;
    },
    drain() {
      for (const session of connections.keys()) session.close();
    },
    closeIdle() {
      for (const [session, { isIdle }] of connections) if (isIdle) session.close();
    },
    closeAll() {
      for (const session of connections.keys()) session.destroy();
    },
  };
}

/** Node or nghttp2 may have closed the session for what came, and not its viewer or the network. */
function noteEnd(
  { code, errno }: NodeJS.ErrnoException,
  { conduct }: Pick<TakenBy, "conduct">,
): void {
  if (errno === flooded) conduct.offend("flood");
  else if (code?.startsWith("ERR_HTTP2_") === true && code !== "ERR_HTTP2_SESSION_ERROR") {
    conduct.offend("broken");
  }
}
