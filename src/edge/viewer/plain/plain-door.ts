/**
 * Stands in front of a server of node:http and answers plain requests itself, which costs a fraction:
 * node:http sees a connection only once it brings something that is not plain.
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { ConnectionHolder } from "../../../base/open-connections.ts";
import { startSweep } from "../../../base/sweep.ts";
import type { PlainHead } from "../../../http1/read-plain-heads.ts";
import type { SentAnswer } from "../../answer/answer.ts";
import type { Refusal } from "../../answer/refusals.ts";
import type { RefusedHead } from "../../record/refused-request.ts";
import type { ViewerExchange } from "../../viewer-exchange.ts";
import { PlainConnection, type PlainDoor } from "./plain-connection.ts";
import { PlainExchange } from "./plain-exchange.ts";
import type { RefusedFrom } from "../refuse-request.ts";
import { readViewerRequest } from "../read-viewer-request.ts";

export interface PlainDoorInput {
  /** Not listening yet. Connections that it is given come here first. */
  readonly server: Server;
  /** Answers an exchange, whatever comes of it. */
  readonly serve: (exchange: ViewerExchange) => void;
  /** Told of a connection's first request. */
  readonly heard: (socket: Socket) => void;
  /** Refuses a request, and records it. */
  readonly pageOf: (refusal: Refusal, from: RefusedFrom, head: RefusedHead) => SentAnswer;
  readonly isDraining: () => boolean;
  /** How long a connection may stay without a request, and without its first one, in milliseconds. */
  readonly keepAliveTimeoutMs: number;
  readonly firstRequestTimeoutMs: number;
  /** How long a viewer may leave an answer unread, in milliseconds. */
  readonly unreadMaxMs: number;
}

/** All that comes through it speaks it. */
const httpVersion = "1.1";

/** How often idle connections are looked at, at most, in milliseconds. */
const sweepMaxMs = 1000;

export function openPlainDoor(input: PlainDoorInput): ConnectionHolder {
  const { server, keepAliveTimeoutMs, firstRequestTimeoutMs, unreadMaxMs } = input;
  const connections = new Set<PlainConnection>();
  // What node:http does with a connection is the listener that it has put there itself.
  const takers = server.listeners("connection") as ((socket: Socket) => void)[];
  server.removeAllListeners("connection");

  const door: PlainDoor = {
    keepAliveTimeoutMs,
    firstRequestTimeoutMs,
    get isDraining() {
      return input.isDraining();
    },
    serve: (head, connection) => serve(head, connection),
    handOver({ socket }) {
      for (const take of takers) take.call(server, socket);
    },
    forget: (connection) => connections.delete(connection),
  };

  function serve(head: PlainHead, connection: PlainConnection): PlainExchange {
    const { method, target, headers, recurring } = head;
    const { address, port } = connection;
    const tls = connection.tls?.ofNextRequest();
    const about = { httpVersion, tls, address, port };
    const read = { method, target, headers, recurring, ...about };
    // A request without a body is within any bound on bodies.
    const request = readViewerRequest(read, 0);
    const exchange = new PlainExchange(method, connection, unreadMaxMs);
    if ("sentence" in request) {
      const refused = { method, target, httpVersion, headers };
      exchange.respond(input.pageOf(request, connection, refused));
    } else {
      if (!connection.hasAsked) input.heard(connection.socket);
      connection.hasAsked = true;
      input.serve(exchange.of(request));
    }
    return exchange;
  }

  server.on("connection", (socket: Socket) => {
    connections.add(new PlainConnection(socket, door));
  });
  const sweepMs = Math.max(10, Math.min(sweepMaxMs, keepAliveTimeoutMs, firstRequestTimeoutMs) / 4);
  const stopSweep = startSweep((now) => {
    for (const connection of connections) connection.closeIfLate(now);
  }, sweepMs);
  server.once("close", stopSweep);

  return {
    closeIdle() {
      for (const connection of connections) if (connection.isIdle) connection.socket.destroy();
    },
    closeAll() {
      for (const { socket } of connections) socket.destroy();
    },
  };
}
