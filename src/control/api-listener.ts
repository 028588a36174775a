/**
 * The socket side of the API: reads a request whole, within bounds, and writes the answer.
 *
 * What is too large, too slow or no HTTP is answered here, in the face that was asked for where
 * that can be known, and never reaches an operation.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server as NetServer, Socket } from "node:net";
import { createServer } from "../base/http-module.ts";
import { forEachLine } from "../base/header-lines.ts";
import { limitConnections } from "../base/connection-limit.ts";
import { drainServer } from "../base/drain-server.ts";
import { OpenConnections } from "../base/open-connections.ts";
import { plainAddress } from "../base/plain-address.ts";
import type { CertificateSet } from "../certificates/certificate-set.ts";
import { ApiError } from "../model/errors.ts";
import { maxBodyBytes, type ApiRequest, type ApiResponse } from "../wire/api-message.ts";
import { encodeError } from "../wire/encode-error.ts";
import { faceOf } from "../wire/face.ts";
import { forOwnPages } from "./access/foreign-page.ts";
import { RequestTurns, type Refusing } from "../base/request-turns.ts";
import { handleFootlightCall } from "./footlight-api.ts";
import type { FootlightApi } from "./footlight-call.ts";
import { handleApiCall, type Control } from "./handle-api-call.ts";
import type { LiveResponses } from "./live-responses.ts";
import {
  encodeResponse,
  headIn,
  noPlainHttp,
  noProxy,
  refusalOf,
  requireReadable,
  unknownExpectation,
  type ApiLimits,
  type ConnectionError,
} from "./refuse-connection.ts";
import { RequestBodies } from "./request-bodies.ts";
import { createSecureApi } from "./secure-api.ts";
import type { ReadConsoleFile } from "./serve-console.ts";

/** Of all requests at one time: dozens of the largest there are, and thousands of the usual. */
const bodiesMaxHeldBytes = 256 * 1024 * 1024;
const headersMaxBytes = 64 * 1024;
const requestTimeoutMs = 30_000;
/** Longer than clients keep idle connections, so that none is closed just as it is used again. */
const keepAliveTimeoutMs = 65_000;

export interface ApiListener {
  /** Not listening yet: the caller says where, with `server.listen`. */
  readonly server: NetServer;
  /**
   * Says with each answer that it is the connection's last, then takes no more connections and
   * finishes the calls that are under way; after `graceMs` those that are left are cut.
   */
  drain(graceMs: number): Promise<void>;
}

export interface ApiListenerOptions {
  /** The most connections at one time. */
  readonly connectionsMax?: number;
  /** Told when they are at that, and when there is room again. */
  readonly onFull?: (isFull: boolean) => void;
  /** How long a request's headers may take, and a handshake of TLS. */
  readonly headersTimeoutMs?: number;
  /** Those that the node has now; without them the API speaks http. */
  readonly certificates?: (() => CertificateSet) | undefined;
  /** The console's files; without them there is no console here. */
  readonly readConsoleFile?: ReadConsoleFile | undefined;
}

export function createApiListener(
  control: Control,
  footlight: FootlightApi,
  {
    connectionsMax: max = Infinity,
    onFull = () => {},
    headersTimeoutMs = 10_000,
    certificates,
    readConsoleFile,
  }: ApiListenerOptions = {},
): ApiListener {
  const limits: ApiLimits = { headersMaxBytes, headersTimeoutMs, requestTimeoutMs };
  const bodies = new RequestBodies(bodiesMaxHeldBytes);
  let draining = false;
  const isDraining = (): boolean => draining;
  const turns = new RequestTurns();
  let live: Promise<LiveResponses> | undefined;
  const server = createServer({
    maxHeaderSize: headersMaxBytes,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(headersTimeoutMs, 1000),
    // What Node would refuse in words of its own is refused here, in the API's.
    requireHostHeader: false,
    shouldUpgradeCallback: () => false,
  });
  // Headers beyond a count would be dropped in silence; the size limits them well enough.
  server.maxHeadersCount = 0;
  const connections = new OpenConnections(server);
  const admits = limitConnections({ server, connections, max, onFull, logger: control.logger });

  const serve = async (
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    answering: Answering,
  ) => {
    connections.hear(incoming.socket);
    const turn = turns.take(incoming, outgoing);
    if (turn !== true && !(await turn)) return;
    await answering(incoming, outgoing, {
      ...{ control, footlight, readConsoleFile, bodies, isDraining },
      liveResponses: () => (live ??= loadLiveResponses()),
    });
  };
  server.on("request", (incoming, outgoing) => void serve(incoming, outgoing, answer));
  server.on("checkContinue", (incoming, outgoing) => {
    void serve(incoming, outgoing, answerExpecting);
  });
  server.on("checkExpectation", (incoming, outgoing) => {
    void serve(incoming, outgoing, refuseExpectation);
  });
  server.on("connect", (incoming, socket: Socket) => {
    const refusing = refusingWith(noProxy(incoming), requestHead(incoming), control);
    turns.refuseTunnel(socket, requestTimeoutMs, refusing);
  });
  server.on("clientError", (error: ConnectionError, socket: Socket) => {
    if (error.code === "ECONNRESET") socket.destroy();
    else turns.refuse(socket, refusingWith(refusalOf(error, limits), headIn(error), control));
  });
  const listening =
    certificates === undefined
      ? server
      : createSecureApi({
          certificates,
          connections,
          admits,
          now: control.now,
          take: (socket) => server.emit("connection", socket),
          refusal: (bytes) =>
            encodeResponse(encodeRefusal(noPlainHttp(), headIn({ rawPacket: bytes }), control)),
          handshakeTimeoutMs: headersTimeoutMs,
        });
  return {
    server: listening,
    async drain(graceMs) {
      draining = true;
      void live?.then((responses) => responses.end());
      await drainServer([listening], connections, graceMs);
    },
  };
}

interface Parts {
  readonly control: Control;
  readonly footlight: FootlightApi;
  readonly readConsoleFile: ReadConsoleFile | undefined;
  readonly bodies: RequestBodies;
  readonly liveResponses: () => Promise<LiveResponses>;
  /** Whether an answer is its connection's last. */
  readonly isDraining: () => boolean;
}

type Answering = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  parts: Parts,
) => Promise<void> | void;

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { control, footlight, readConsoleFile, bodies, liveResponses, isDraining }: Parts,
): Promise<void> {
  const head = requestHead(incoming);
  try {
    const response = await bodies.with(incoming, maxBodyBytes(head.path), async (body) => {
      requireReadable(incoming);
      const request = { ...head, body };
      return (
        (readConsoleFile && (await answerConsole(request, readConsoleFile))) ??
        (await handleFootlightCall(request, footlight)) ??
        (await handleApiCall(request, control))
      );
    });
    if (isDraining()) outgoing.shouldKeepAlive = false;
    const goesOn = response.following !== undefined && head.method !== "HEAD" && !isDraining();
    const live = goesOn ? await liveResponses() : undefined;
    if (live === undefined) send(outgoing, response);
    else if (live.hasRoom) {
      await live.send(outgoing, { ...response, headers: { ...forOwnPages, ...response.headers } });
    } else send(outgoing, encodeRefusal(tooManyLive(), head, control));
  } catch (error) {
    if (error instanceof ApiError) {
      refuse(error, head, outgoing, control);
      return;
    }
    // The caller went away while it was sending, or we failed outside any operation. The query may
    // be a presigned URL's, which is not for logs.
    const { method, path } = head;
    control.logger.warn({ err: error, method, path }, "API request ended early");
    outgoing.destroy();
  }
}

/** Loaded with the first answer that goes on. */
async function loadLiveResponses(): Promise<LiveResponses> {
  const { LiveResponses: Responses } = await import("./live-responses.ts");
  return new Responses();
}

function tooManyLive(): ApiError {
  return new ApiError(
    "ServiceUnavailable",
    "As many answers that go on are open at this node as may be. Please try again when one has ended.",
  );
}

/** What answers it is loaded when somebody opens it. */
async function answerConsole(
  request: ApiRequest,
  readConsoleFile: ReadConsoleFile,
): Promise<ApiResponse | undefined> {
  if (!request.path.startsWith("/footlight/console")) return undefined;
  const { serveConsole } = await import("./serve-console.ts");
  return serveConsole(request, readConsoleFile);
}

/**
 * What a client puts in front of the path when it takes us for its proxy: the clients of the key
 * value stores, whose host names no resolver may know. RFC 9112 §3.2.2 wants it accepted.
 */
const authority = /^https?:\/\/[^/?]*(?=\/)/i;

function requestHead(incoming: IncomingMessage): ApiRequest {
  const url = (incoming.url ?? "/").replace(authority, "");
  const mark = url.indexOf("?");
  const { rawHeaders } = incoming;
  const headers = new Map<string, string>();
  forEachLine(rawHeaders, (spelling, value) => {
    const name = spelling.toLowerCase();
    const before = headers.get(name);
    // The values of a header that comes twice are signed like this, without a blank.
    headers.set(name, before === undefined ? value : `${before},${value}`);
  });
  return {
    method: incoming.method ?? "GET",
    path: mark === -1 ? url : url.slice(0, mark),
    query: mark === -1 ? "" : url.slice(mark + 1),
    headers: Object.fromEntries(headers),
    body: new Uint8Array(),
    sourceIp: plainAddress(incoming.socket.remoteAddress ?? ""),
  };
}

/** The caller sends the body once it is told to. */
function answerExpecting(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  parts: Parts,
): Promise<void> {
  outgoing.writeContinue();
  return answer(incoming, outgoing, parts);
}

function refuseExpectation(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { control }: Parts,
): void {
  refuse(unknownExpectation(incoming), requestHead(incoming), outgoing, control);
}

type Head = Pick<ApiRequest, "path" | "headers">;

/** Answers what no operation was found for, and ends the connection: more of it may be on its way. */
function refuse(error: ApiError, head: Head, outgoing: ServerResponse, control: Control): void {
  outgoing.shouldKeepAlive = false;
  send(outgoing, encodeRefusal(error, head, control));
}

function refusingWith(error: ApiError, head: Head, control: Control): Refusing {
  return {
    respond: (outgoing) => refuse(error, requestHead(outgoing.req), outgoing, control),
    encode: () => encodeResponse(encodeRefusal(error, head, control)),
  };
}

function encodeRefusal(error: ApiError, head: Head, control: Control): ApiResponse {
  const face = head.path.startsWith("/footlight/") ? "json" : faceOf(head);
  return encodeError(error, face, control.newRequestId());
}

function send(outgoing: ServerResponse, response: ApiResponse): void {
  const hasNoBody = response.status === 204 || response.status === 304;
  const body = hasNoBody ? "" : response.body;
  outgoing.writeHead(response.status, {
    ...forOwnPages,
    ...response.headers,
    ...(!hasNoBody && { "content-length": Buffer.byteLength(body) }),
  });
  outgoing.end(body);
}
