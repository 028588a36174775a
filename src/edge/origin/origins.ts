/**
 * Asks origins: connects, sends, and hands over the response's head while its body still comes.
 *
 * Nothing here follows a redirect, sends again what may have changed something, or holds a body in
 * memory: a body goes on as fast as it is taken, and no faster.
 *
 * Source: CloudFront Developer Guide, "Request and response behavior for custom origins".
 */
import { performance } from "node:perf_hooks";
import type { Logger } from "../../base/logger.ts";
import { hasName } from "../../base/header-lines.ts";
import { KeptConnections } from "../../http1/kept-connections.ts";
import { BrokenOff, type OutboundRequest } from "../../http1/outbound-connection.ts";
import { MalformedResponse } from "../../http1/response-head.ts";
import { writeRequestHead } from "../../http1/write-head.ts";
import type { OriginSettings } from "../deployment/origin-settings.ts";
import { OriginPlaces, type PlacesOptions } from "./connect.ts";
import { OriginExchange } from "./exchange.ts";
import type { FolderSurroundings } from "./folder/ask-folder.ts";
import { askByGrpc } from "./grpc/ask-by-grpc.ts";
import { Http2Sessions } from "./grpc/http2-sessions.ts";
import { faultOf, OriginError, statusesOf, type OriginFault } from "./faults.ts";
import { askMocked } from "./mocked-origin.ts";
import type { OriginCall, OriginFailure, OriginResponse, Origins } from "./origin-call.ts";
import type { OriginRequest } from "./origin-request.ts";
import { RequestSigner, type SigningParts } from "./sign/sign-request.ts";

/** CloudFront's limit on the head of an origin's response, in bytes. */
const responseHeadMax = 32_768;
/** Connections that are kept idle, to all origins together. */
const idleConnectionsMax = 1024;
/** The same of those by HTTP/2, which are shared. */
const idleSessionsMax = 256;

export interface OriginsOptions extends PlacesOptions, SigningParts {}

interface Means {
  readonly places: OriginPlaces;
  readonly connections: KeptConnections;
  readonly sessions: Http2Sessions;
  readonly signer: RequestSigner;
  readonly logger: Logger;
}

/** Asked for by the first request to a folder: few nodes have one, and all would start later for it. */
let folders: Promise<typeof import("./folder/ask-folder.ts")> | undefined;

async function askFolder(
  call: OriginCall,
  folder: string,
  surroundings: FolderSurroundings,
): Promise<OriginResponse | OriginFailure> {
  const loaded = await (folders ??= import("./folder/ask-folder.ts"));
  return loaded.askFolder(call, folder, surroundings);
}

export function createOrigins(options: OriginsOptions): Origins {
  const { now, logger } = options;
  const connections = new KeptConnections({
    headMax: responseHeadMax,
    idleMax: idleConnectionsMax,
  });
  const means = {
    places: new OriginPlaces(options),
    connections,
    sessions: new Http2Sessions({ headMax: responseHeadMax, idleMax: idleSessionsMax }),
    signer: new RequestSigner(options),
    logger,
  };
  return {
    ask(call) {
      const asIs = ({ request, origin: { source } }: OriginCall) => {
        if (request.isGrpc === true) return askByGrpc(call, means);
        return source?.kind === "folder"
          ? askFolder(call, source.folder, { now, logger })
          : ask(call, means);
      };
      return call.health === undefined ? asIs(call) : askMocked(call.health, call, asIs, logger);
    },
    close() {
      connections.close();
      means.sessions.close();
      return Promise.resolve();
    },
  };
}

async function ask(
  { request, origin, scheme, requestId, wanted, attempts }: OriginCall,
  { places, connections, signer, logger }: Means,
): Promise<OriginResponse | OriginFailure> {
  const place = places.find(
    {
      origin,
      scheme,
      serverName: request.serverName,
      // A connection that is made is made for the attempt that is under way.
      whenResolved: () => attempts.at(-1)?.resolved(),
    },
    isRepeatable(request),
  );
  const { body } = request;
  // It counts for all attempts together.
  const { completionTimeoutMs } = origin;
  const deadline = completionTimeoutMs === 0 ? Infinity : performance.now() + completionTimeoutMs;
  const { access } = origin;
  let outbound = outboundRequest(request, origin);
  let problem: unknown;
  let connected = false;
  for (let left = origin.connectionAttempts, isFirst = true; left > 0; isFirst = false) {
    // A signature says when it was made, so each attempt has one of its own.
    if (access !== undefined) {
      outbound = outboundRequest(await signer.sign(request, origin, access), origin);
    }
    if (wanted.isOver) return failure("unwanted", false);
    const exchange = new OriginExchange(origin, deadline);
    const { attempt } = exchange;
    attempts.push(attempt);
    try {
      wanted.whenOver(exchange.abort);
      // There may be more connections that the origin has closed as it has the last one.
      const mayReuse = isFirst && request.upgrade === undefined;
      const sent = request.upgrade === undefined ? outbound : { ...outbound, offer: exchange };
      exchange.begin((events) => connections.send(place, sent, events, { mayReuse }));
      const response = await exchange.response;
      exchange.throwIfFailed();
      return response;
    } catch (error) {
      body?.endAttempt();
      problem = error;
      connected = attempt.connectedAt !== undefined;
      if (body?.isTooLarge) {
        attempt.fault = "body-too-large";
        return failure("body-too-large", connected);
      }
      if (error instanceof OriginError && error.fault === "unwanted") {
        return failure("unwanted", connected);
      }
      const wasStale = isFirst && attempt.isReused && isBroken(error);
      if (!mayTryAgain(request, { error, wasSent: exchange.wasSent, wasStale })) break;
      // A kept connection that proves closed is no attempt: it says nothing about the origin.
      if (!wasStale) left -= 1;
    }
  }
  const fault = faultOf(problem);
  const what = fault === "refused" ? "origin refused" : "origin failed";
  logger.warn({ requestId, origin: origin.domainName, err: problem }, what);
  return failure(fault, connected);
}

function failure(fault: OriginFault, connected: boolean): OriginFailure {
  return { fault, countsAs: statusesOf(fault, connected) };
}

/** Methods that a server expects a body of, and waits for one where nothing says that there is none. */
const expectsBody = new Set(["POST", "PUT", "PATCH"]);

function outboundRequest(
  { method, path, headers, body, upgrade }: OriginRequest,
  { readTimeoutMs }: OriginSettings,
): OutboundRequest {
  const framed = [...headers];
  if (upgrade === undefined) framed.push("Connection", "keep-alive");
  else framed.push("Connection", "Upgrade", "Upgrade", upgrade);
  const isChunked = body !== undefined && !hasName(headers, "content-length");
  if (isChunked) framed.push("Transfer-Encoding", "chunked");
  if (body === undefined && expectsBody.has(method)) framed.push("Content-Length", "0");
  return {
    method,
    head: writeRequestHead(method, path, framed),
    silenceMaxMs: readTimeoutMs,
    ...(body === undefined ? {} : { body: { chunks: body, isChunked } }),
  };
}

/** Whether it can be sent a second time if a kept connection proves closed (RFC 9110 §9.2.2). */
function isRepeatable({ method, body, upgrade }: OriginRequest): boolean {
  return body === undefined && upgrade === undefined && method !== "POST" && method !== "PATCH";
}

interface Attempt {
  readonly error: unknown;
  readonly wasSent: boolean;
  readonly wasStale: boolean;
}

/**
 * What never went out harmed nothing, and GET and HEAD harm nothing twice, unless a connection is to
 * go on with what they began. Of the others, those
 * that mean the same twice as once are sent again only where the connection is to blame. What came
 * and was no HTTP response would be none a second time, and time that is used up stays so.
 */
function mayTryAgain(
  { method, body, upgrade }: OriginRequest,
  { error, wasSent, wasStale }: Attempt,
): boolean {
  if (error instanceof MalformedResponse || error instanceof OriginError) return false;
  if (body !== undefined && !body.isWhole) return false;
  if (!wasSent) return true;
  if (upgrade !== undefined) return false;
  if (method === "GET" || method === "HEAD") return true;
  return wasStale && method !== "POST" && method !== "PATCH";
}

const broken = new Set(["ECONNRESET", "EPIPE", "ECONNABORTED"]);

/** Whether the connection ended, rather than that nothing came in time or nothing that made sense. */
function isBroken(error: unknown): boolean {
  if (error instanceof BrokenOff) return true;
  const { code } = error as { code?: unknown };
  return typeof code === "string" && broken.has(code);
}
