/**
 * Asks an origin: connects, sends, and hands over the response's head while its body still comes.
 *
 * Nothing here follows a redirect, sends again what may have changed something, or holds a body in
 * memory: a body goes on as fast as the viewer takes it, and no faster.
 *
 * Source: CloudFront Developer Guide, "Request and response behavior for custom origins".
 */
import type { Readable } from "node:stream";
import type { Edge } from "../edge.ts";
import { refusals, type Refusal } from "../answer/error-page.ts";
import type { ViewerRequest } from "../viewer/viewer-request.ts";
import { OriginExchange, type OriginResponse } from "./exchange.ts";
import type { OriginRequest } from "./origin-request.ts";
import type { OriginSettings } from "../deployment/origin-settings.ts";

/** The origin gave no response; the refusal is what a viewer gets instead. */
export interface OriginFailure {
  readonly failure: Refusal;
  /** The statuses that it counts as where an origin group decides whether to ask the second. */
  readonly countsAs: readonly number[];
}

/** Nobody gets to see it. */
const viewerLeft: OriginFailure = { failure: refusals.originUnreachable, countsAs: [] };

export async function fetchOrigin(
  request: OriginRequest,
  origin: OriginSettings,
  viewer: ViewerRequest,
  edge: Edge,
): Promise<OriginResponse | OriginFailure> {
  const place = { origin, scheme: originScheme(origin, viewer), serverName: request.serverName };
  const repeatable = isRepeatable(request);
  let problem: unknown;
  let connected = false;
  for (let left = origin.connectionAttempts, isFirst = true; left > 0; isFirst = false) {
    if (viewer.hasLeft()) return viewerLeft;
    const exchange = new OriginExchange(origin, request.body, edge.origins);
    try {
      viewer.onDisconnect(exchange.abort);
      if (isFirst) {
        edge.origins.poolFor(place, repeatable).dispatch(optionsOf(request, origin), exchange);
      } else {
        // The pool may have more connections that the origin has closed as it has the last one.
        const client = edge.origins.openFresh(place);
        client.dispatch(optionsOf(request, origin), exchange);
        void client.close();
      }
      return await exchange.response;
    } catch (error) {
      problem = error;
      if (request.body?.isTooLarge) return { failure: refusals.bodyTooLarge, countsAs: [] };
      connected = exchange.connected;
      if (exchange.aborted) return viewerLeft;
      const wasStale = isFirst && exchange.reused && isBroken(error);
      if (!mayTryAgain(request, exchange, wasStale)) break;
      // A kept connection that proves closed is no attempt: it says nothing about the origin.
      if (!wasStale) left -= 1;
    }
  }
  const { domainName } = origin;
  edge.logger.warn({ requestId: viewer.id, origin: domainName, err: problem }, "origin failed");
  const failure = failureOf(problem);
  return { failure, countsAs: statusesOf(failure, connected) };
}

/** The guide names 503 for an origin that can't be connected to, and 504 for one that is too slow. */
function statusesOf({ status }: Refusal, connected: boolean): readonly number[] {
  if (!connected) return [503];
  return status === 504 ? [504] : [502, 503];
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

function originScheme({ protocol }: OriginSettings, { scheme }: ViewerRequest): "http" | "https" {
  switch (protocol) {
    case "http-only":
      return "http";
    case "https-only":
      return "https";
    case "match-viewer":
      return scheme;
  }
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

const unresolved = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_NODATA", "EAI_NONAME"]);
const tooSlow = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "FOOTLIGHT_COMPLETION_TIMEOUT",
  "FOOTLIGHT_RESPONSE_TIMEOUT",
]);

/** What can't be reached or answers nonsense is 502, what takes too long is 504. */
function failureOf(problem: unknown): Refusal {
  const code = (problem as { code?: unknown }).code;
  if (typeof code === "string") {
    if (unresolved.has(code)) return refusals.originUnresolved;
    if (tooSlow.has(code)) return refusals.originTooSlow;
  }
  return refusals.originUnreachable;
}
