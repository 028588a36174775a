/**
 * Viewers by way of node:http: accepts connections, hands complete request heads to the flow, and
 * writes what the flow answers.
 *
 * Node's parser is strict here and stays so: anything that two parsers could read differently is
 * refused with 400 and the connection closed. A viewer that is slow to send or to read loses its
 * connection; one that waits for a slow origin doesn't.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Server as NetServer, Socket } from "node:net";
import { createServer, METHODS } from "../../base/http-module.ts";
import { limitConnections } from "../../base/connection-limit.ts";
import type { Networks } from "../../base/networks.ts";
import { drainServer } from "../../base/drain-server.ts";
import { OpenConnections } from "../../base/open-connections.ts";
import { JoinedConnections } from "../../http1/joined-connections.ts";
import { RequestTurns, type Refusing } from "../../base/request-turns.ts";
import { refusals, type Refusal } from "../answer/refusals.ts";
import type { Edge } from "../edge.ts";
import type { CertificateSet } from "../../certificates/certificate-set.ts";
import { connectionOf } from "../tls/viewer-connection.ts";
import type { ConnectionCounts } from "../record/connection-counts.ts";
import type { RefusedHead } from "../record/refused-request.ts";
import { admitConnection } from "../admit-connection.ts";
import { serveViewer } from "../serve-viewer.ts";
import { openHttp2Door } from "./http2/http2-door.ts";
import { NodeExchange } from "./node-exchange.ts";
import { headersWith } from "./connection-header.ts";
import { readViewerRequest } from "./read-viewer-request.ts";
import { RequestBody } from "./request-body.ts";
import { createSecureDoor } from "./secure-door.ts";
import { openPlainDoor } from "./plain/plain-door.ts";
import {
  encodePage,
  noteGivenUp,
  pageOf,
  refuseRequest,
  type RefusedFrom,
} from "./refuse-request.ts";
import { WebSocketExchange } from "./web-socket/web-socket-exchange.ts";
import { isWebSocketHandshake } from "./web-socket/web-socket-handshake.ts";
import { ProxiedConnections } from "./proxied/proxied-connections.ts";
import type { AddressDebts } from "./debts/address-debts.ts";
import { HandshakeWaits } from "./debts/handshake-waits.ts";

/**
 * Where the parser gives up, in bytes of names, values and the URL. It is above CloudFront's
 * 32,768 for a whole head, which is counted once the head is there.
 */
const parserHeadMax = 49_152;

/**
 * What a connection holds unsent before a body is to wait, in bytes. Each of ten thousand viewers who
 * read slowly may hold so much and a piece more; measured, a faster one is not served slower.
 */
const unsentMax = 16 * 1024;

export interface ListenerOptions {
  /** Longest time from a connection's or request's first byte to the end of its headers. */
  readonly headersTimeoutMs?: number;
  /** Longest time without a byte in either direction while the viewer is to send or to read. */
  readonly idleTimeoutMs?: number;
  /** How long a connection stays open without a request. */
  readonly keepAliveTimeoutMs?: number;
  /** How long a WebSocket connection may stay without a byte from its origin; CloudFront's is 10 minutes. */
  readonly webSocketIdleMs?: number;
  /** The largest body of a request that is taken; CloudFront's limit is 64 GB. */
  readonly bodyMaxBytes?: number;
  /** The most connections at one time. */
  readonly connectionsMax?: number;
  /** Told when they are at that, and when there is room again. */
  readonly onFull?: (isFull: boolean) => void;
  /** Whether node:http is to answer plain requests too; for tests, since nobody can tell. */
  readonly withoutPlainDoor?: boolean;
  /** Who says whose their connections are; undefined for nobody. */
  readonly proxyPeers?: Networks | undefined;
  /** Whose handshakes never wait, whatever connections from there did, beside proxyPeers; undefined for nobody. */
  readonly neverDelayed?: Networks | undefined;
  /** What addresses owe for their connections by TLS; for tests, in which nothing is forgiven for being late. */
  readonly debts?: AddressDebts;
  /** What TLS is spoken with; none is without. */
  readonly security?: ListenerSecurity | undefined;
}

export interface ListenerSecurity {
  /** Those that the node has now. */
  readonly certificates: () => CertificateSet;
  /** Seals session tickets; 48 bytes, the same in all workers. */
  readonly ticketKeys: Buffer;
  /** Longest time from a connection's first byte to the end of its handshake. */
  readonly handshakeTimeoutMs?: number;
}

export interface Listener {
  /** Not listening yet: the caller says where, with `server.listen`. */
  readonly server: Server;
  /** The same for viewers who speak TLS; absent where there are no certificates. */
  readonly secureServer: NetServer | undefined;
  /** How many connections of viewers are open. */
  readonly connectionsOpen: () => number;
  /** What became of connections by TLS that did harm, and of others from there, since this was last called. */
  readonly takeConnections: () => ConnectionCounts;
  /**
   * Says with each answer that it is the connection's last, then takes no more connections and
   * finishes the requests that are under way; after `graceMs` those that are left are cut.
   */
  drain(graceMs: number): Promise<void>;
}

export function createListener(edge: Edge, options: ListenerOptions = {}): Listener {
  const {
    headersTimeoutMs = 30_000,
    idleTimeoutMs = 30_000,
    keepAliveTimeoutMs = 60_000,
    webSocketIdleMs = 600_000,
    bodyMaxBytes = 64 * 2 ** 30,
    connectionsMax: max = Infinity,
    onFull = () => {},
  } = options;
  const firstRequestTimeoutMs = Math.min(headersTimeoutMs, idleTimeoutMs);
  let draining = false;
  const isDraining = () => draining;
  const turns = new RequestTurns();
  /** Of the responses that the flow is to give. */
  const exchanges = new WeakMap<ServerResponse, NodeExchange>();
  const joined = new JoinedConnections(webSocketIdleMs);

  const server = createServer({
    highWaterMark: unsentMax,
    maxHeaderSize: parserHeadMax,
    insecureHTTPParser: false,
    requireHostHeader: false,
    // What else a viewer would rather speak is not spoken here, and its request is one like any other.
    shouldUpgradeCallback: isWebSocketHandshake,
    headersTimeout: headersTimeoutMs,
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(headersTimeoutMs, 5000),
    keepAliveTimeout: keepAliveTimeoutMs,
  });
  // Headers beyond a count would be dropped in silence; the size limits them well enough.
  server.maxHeadersCount = 0;
  server.timeout = idleTimeoutMs;
  const plainDoor =
    options.withoutPlainDoor === true
      ? undefined
      : openPlainDoor({
          server,
          serve: (exchange) => serveViewer(exchange, edge),
          heard: (socket) => connections.hear(socket),
          pageOf: (refusal, from, head) => refuseRequest(refusal, from, head, edge),
          isDraining,
          keepAliveTimeoutMs,
          firstRequestTimeoutMs,
          unreadMaxMs: idleTimeoutMs,
        });
  const http2Door = openHttp2Door({
    serve: (exchange) => serveViewer(exchange, edge),
    pageOf: (refusal, from, head) => refuseRequest(refusal, from, head, edge),
    givenUp: (from, head) => noteGivenUp(from, head, edge),
    pageOfVisit: (refusal, id) => pageOf(refusal, id, edge),
    keepAliveTimeoutMs,
    idleTimeoutMs,
    bodyMaxBytes,
  });
  const { proxyPeers, neverDelayed } = options;
  const proxied = proxyPeers && new ProxiedConnections(proxyPeers, edge.logger);
  proxied?.standBefore(server, firstRequestTimeoutMs);
  const holders = plainDoor === undefined ? [http2Door] : [plainDoor, http2Door];
  const connections = new OpenConnections(server, ...holders);
  const admits = limitConnections({ server, connections, max, onFull, logger: edge.logger });

  async function serve(
    message: IncomingMessage,
    response: ServerResponse,
    waitsForContinue: boolean,
  ): Promise<void> {
    connections.hear(message.socket);
    response.sendDate = false;
    const turn = turns.take(message, response);
    if (turn !== true && !(await turn)) return;
    const request = readViewerRequest(headOf(message), bodyMaxBytes);
    if ("sentence" in request) {
      refuse(request, response);
      return;
    }
    const sendContinue = waitsForContinue ? () => response.writeContinue() : undefined;
    const body = request.hasBody ? new RequestBody(message, bodyMaxBytes, sendContinue) : undefined;
    const exchange = new NodeExchange(request, body, response, isDraining);
    exchanges.set(response, exchange);
    response.on("timeout", (socket) => handleSilence(exchange, response, socket));
    serveViewer(exchange, edge);
  }

  /** @param early what Node has read behind the request's head */
  function serveWebSocket(message: IncomingMessage, socket: Socket, early: Buffer): void {
    const request = readViewerRequest({ ...headOf(message), isWebSocket: true }, 0);
    if ("sentence" in request) {
      const page = refuseRequest(request, connectionOf(socket), refusedHeadOf(message), edge);
      socket.end(encodePage(page), () => socket.destroy());
      return;
    }
    serveViewer(new WebSocketExchange(request, { socket, early }, joined, idleTimeoutMs), edge);
  }

  /** A visit that is under way has this for its end, unless its viewer has left; its page has the visit's id. */
  function refuse(refusal: Refusal, response: ServerResponse, hasHungUp = false): void {
    const exchange = exchanges.get(response);
    const { req } = response;
    if (hasHungUp && exchange !== undefined) exchange.viewer.hasHungUp = true;
    else if (exchange !== undefined) exchange.viewer.refusal = refusal;
    const page =
      exchange === undefined
        ? refuseRequest(refusal, connectionOf(req.socket), refusedHeadOf(req), edge)
        : pageOf(refusal, exchange.request.id, edge);
    response.writeHead(page.status, page.reason, headersWith("close", page));
    response.end(page.body.whole);
  }

  /**
   * No byte moved for a while. While the edge waits for an origin, be it to answer or to take more
   * of the body, that is not the viewer's fault.
   */
  function handleSilence(
    { body, viewer }: NodeExchange,
    response: ServerResponse,
    socket: Socket,
  ): void {
    const isViewersTurn = body?.isAwaited === true || socket.writableLength > 0;
    if (!isViewersTurn) socket.setTimeout(idleTimeoutMs);
    else if (response.headersSent) {
      viewer.hasLeftUnread = socket.writableLength > 0;
      socket.destroy();
    } else refuse(refusals.slowRequest, response);
  }

  /** The page of a refusal, for what is no request that the flow could answer. */
  const refusing = (refusal: Refusal, from: RefusedFrom, message?: IncomingMessage): Refusing => ({
    // Nobody says that half a request was all of it.
    respond: (response) => refuse(refusal, response, response.req.socket.readableEnded),
    encode: () => encodePage(refuseRequest(refusal, from, message && refusedHeadOf(message), edge)),
  });

  server.on("request", (message, response) => void serve(message, response, false));
  server.on("checkContinue", (message, response) => void serve(message, response, true));
  server.on("checkExpectation", (message, response) => void serve(message, response, false));
  server.on("connect", (message, socket: Socket) => {
    // Now: a socket forgets its peer when it ends.
    const from = connectionOf(socket);
    turns.refuseTunnel(socket, idleTimeoutMs, refusing(refusals.tunnel, from, message));
  });
  server.on("upgrade", (message, socket: Socket, early) => {
    connections.hear(socket);
    turns.whenLetGo(socket, idleTimeoutMs, () => serveWebSocket(message, socket, early));
  });
  server.on("clientError", (error, socket) => {
    // Browsers open connections ahead of need: to one that never asked, there is nothing to answer.
    if ((socket as Socket).bytesRead === 0) socket.destroy();
    else turns.refuse(socket, refusing(refusalOf(error), connectionOf(socket as Socket)));
  });

  const waits = new HandshakeWaits({
    // A peer's own connections, which name nobody, look whether an edge is there.
    neverDelayed: (address) => neverDelayed?.(address) === true || proxyPeers?.(address) === true,
    random: edge.random,
    logger: edge.logger,
    ...(options.debts && { debts: options.debts }),
  });
  const { security } = options;
  const secureServer =
    security &&
    createSecureDoor({
      handshakeTimeoutMs: 10_000,
      ...security,
      deployment: edge.deployment,
      now: edge.now,
      admit: (connected, distribution, deployment) =>
        admitConnection(connected, distribution, deployment, edge),
      connectionListeners: edge.connectionListeners,
      connections,
      admits,
      identify: proxied?.identify,
      waits,
      take: (socket, counted, conduct) => {
        if (socket.alpnProtocol !== "h2") {
          counted.forget();
          server.emit("connection", socket);
        } else http2Door.take(socket, { heard: counted.hear, conduct });
      },
      refusal: (socket) =>
        encodePage(refuseRequest(refusals.malformed, connectionOf(socket), undefined, edge)),
    });

  return {
    server,
    secureServer,
    connectionsOpen: () => connections.open,
    takeConnections: () => waits.takeCounts(),
    async drain(graceMs) {
      draining = true;
      http2Door.drain();
      const servers = secureServer === undefined ? [server] : [server, secureServer];
      await drainServer(servers, connections, graceMs);
    },
  };
}

function refusedHeadOf(message: IncomingMessage): RefusedHead {
  const { method = "", url = "", httpVersion, rawHeaders } = message;
  return { method, target: url, httpVersion, headers: rawHeaders };
}

function headOf({ method = "", url = "", httpVersion, rawHeaders, socket }: IncomingMessage) {
  const { address, port, tls } = connectionOf(socket);
  return {
    // Node's parser lets a request line say that it is HTTP/2.0, which it is not.
    ...{ method, target: url, httpVersion: httpVersion === "2.0" ? "" : httpVersion },
    ...{ headers: rawHeaders, tls: tls?.ofNextRequest(), address, port },
  };
}

/** What the parser or a timer found wrong before there was a request. */
function refusalOf(error: NodeJS.ErrnoException & { readonly rawPacket?: Buffer }): Refusal {
  const { code, rawPacket } = error;
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return refusals.slowRequest;
  if (code === "HPE_CHUNK_EXTENSIONS_OVERFLOW") return refusals.bodyTooLarge;
  if (code === "HPE_INVALID_METHOD" && isOfUnknownMethod(rawPacket)) return refusals.method;
  if (code !== "HPE_HEADER_OVERFLOW") return refusals.malformed;
  return isEndlessUri(rawPacket) ? refusals.uriTooLong : refusals.headersTooLarge;
}

/**
 * Whether the packet is a request but for a method that Node's parser has never heard of. No
 * distribution can allow that, so it is answered as any other that a distribution does not.
 */
function isOfUnknownMethod(packet: Buffer | undefined): boolean {
  const start = packet?.toString("latin1", 0, parserHeadMax) ?? "";
  const method = /^([!#$%&'*+.^_`|~\dA-Za-z-]+) [^ \r\n]+ HTTP\/1\.[01]\r\n/.exec(start)?.[1];
  return method !== undefined && !METHODS.includes(method);
}

/**
 * Whether the parser was still in the request line when it gave up, as far as the last packet
 * tells: it begins with a method, and has no line end among what was parsed.
 */
function isEndlessUri(packet: Buffer | undefined): boolean {
  if (packet === undefined) return false;
  const start = packet.toString("latin1", 0, parserHeadMax);
  return /^[A-Z]+ [^\n]*$/.test(start);
}
