/**
 * Asks origins: connects, sends, and hands over the response's head while its body still comes.
 *
 * Nothing here follows a redirect, sends again what may have changed something, or holds a body in
 * memory: a body goes on as fast as it is taken, and no faster.
 *
 * Source: CloudFront Developer Guide, "Request and response behavior for custom origins".
 */
import type { Readable } from "node:stream";
import type { BodySource } from "../../base/body.ts";
import type { Logger } from "../../base/logger.ts";
import type { Wanted } from "../../base/wanted.ts";
import type { OriginSettings } from "../deployment/origin-settings.ts";
import { OriginExchange } from "./exchange.ts";
import { faultOf, statusesOf, type OriginFault } from "./faults.ts";
import { createOriginConnections, type OriginConnections } from "./origin-connections.ts";
import type { OriginRequest } from "./origin-request.ts";

export interface OriginCall {
  readonly request: OriginRequest;
  readonly origin: OriginSettings;
  readonly scheme: "http" | "https";
  /** What the log knows it by. */
  readonly requestId: string;
  readonly wanted: Wanted;
}

export interface OriginResponse {
  readonly status: number;
  readonly reason: string;
  /** Names and values in turn, as received, in Latin-1. */
  readonly headers: readonly string[];
  readonly body: BodySource;
  /** Whether the origin is an S3 bucket, whose answers have headers of their own. */
  readonly isS3: boolean;
}

/** The origin gave no response. */
export interface OriginFailure {
  readonly fault: OriginFault;
  /** The statuses that it counts as where an origin group decides whether to ask the second. */
  readonly countsAs: readonly number[];
}

export interface Origins {
  ask(call: OriginCall): Promise<OriginResponse | OriginFailure>;
  /** Ends the connections. */
  close(): Promise<void>;
}

/** @param certificateAuthorities in PEM, trusted beside the well-known ones */
export function createOrigins(certificateAuthorities: readonly string[], logger: Logger): Origins {
  const connections = createOriginConnections(certificateAuthorities);
  return {
    ask: (call) => ask(call, connections, logger),
    close: () => connections.close(),
  };
}

async function ask(
  { request, origin, scheme, requestId, wanted }: OriginCall,
  connections: OriginConnections,
  logger: Logger,
): Promise<OriginResponse | OriginFailure> {
  const place = { origin, scheme, serverName: request.serverName };
  const repeatable = isRepeatable(request);
  let problem: unknown;
  let connected = false;
  for (let left = origin.connectionAttempts, isFirst = true; left > 0; isFirst = false) {
    if (wanted.isOver) return failure("unwanted", false);
    const exchange = new OriginExchange(origin, request.body, connections);
    try {
      wanted.whenOver(exchange.abort);
      if (isFirst) {
        connections.poolFor(place, repeatable).dispatch(optionsOf(request, origin), exchange);
      } else {
        // The pool may have more connections that the origin has closed as it has the last one.
        const client = connections.openFresh(place);
        client.dispatch(optionsOf(request, origin), exchange);
        void client.close();
      }
      return await exchange.response;
    } catch (error) {
      problem = error;
      connected = exchange.connected;
      if (request.body?.isTooLarge) return failure("body-too-large", connected);
      if (exchange.aborted) return failure("unwanted", connected);
      const wasStale = isFirst && exchange.reused && isBroken(error);
      if (!mayTryAgain(request, exchange, wasStale)) break;
      // A kept connection that proves closed is no attempt: it says nothing about the origin.
      if (!wasStale) left -= 1;
    }
  }
  logger.warn({ requestId, origin: origin.domainName, err: problem }, "origin failed");
  return failure(faultOf(problem), connected);
}

function failure(fault: OriginFault, connected: boolean): OriginFailure {
  return { fault, countsAs: statusesOf(fault, connected) };
}

/** undici's types leave out the server name, and know of bodies that are any async iterable nothing. */
function optionsOf(
  { method, path, headers, serverName, body }: OriginRequest,
  { readTimeoutMs }: OriginSettings,
) {
  return {
    method,
    path,
    headers,
    servername: serverName,
    body: (body as unknown as Readable | undefined) ?? null,
    headersTimeout: readTimeoutMs,
    bodyTimeout: readTimeoutMs,
  };
}

/** Whether it can be sent a second time if a kept connection proves closed (RFC 9110 §9.2.2). */
function isRepeatable({ method, body }: OriginRequest): boolean {
  return body === undefined && method !== "POST" && method !== "PATCH";
}

/**
 * What never went out harmed nothing, and GET and HEAD harm nothing twice. Of the others, those
 * that mean the same twice as once are sent again only where the connection is to blame.
 */
function mayTryAgain(
  { method, body }: OriginRequest,
  exchange: OriginExchange,
  wasStale: boolean,
): boolean {
  if (exchange.hopeless) return false;
  if (body !== undefined && !body.isWhole) return false;
  if (!exchange.sent || method === "GET" || method === "HEAD") return true;
  return wasStale && method !== "POST" && method !== "PATCH";
}

const broken = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE", "ECONNABORTED"]);

/** Whether the connection ended, rather than that nothing came in time or nothing that made sense. */
function isBroken(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && broken.has(code);
}
