/**
 * Asks an origin: connects, sends, and hands over the response's head while its body still comes.
 *
 * Nothing here follows a redirect, retries what may have changed something, or holds a body in
 * memory: a body goes on as fast as the viewer takes it, and no faster.
 *
 * Source: CloudFront Developer Guide, "Request and response behavior for custom origins".
 */
import type { Readable } from "node:stream";
import type { Pool } from "undici";
import type { Edge } from "../edge.ts";
import { refusals, type Refusal } from "../error-page.ts";
import type { ViewerRequest } from "../viewer-request.ts";
import { OriginExchange, type OriginResponse } from "./origin-exchange.ts";
import type { OriginRequest } from "./origin-request.ts";
import type { OriginSettings } from "./origin-settings.ts";

/** The origin gave no response; the refusal is what a viewer gets instead. */
export interface OriginFailure {
  readonly failure: Refusal;
}

export async function fetchOrigin(
  request: OriginRequest,
  origin: OriginSettings,
  viewer: ViewerRequest,
  edge: Edge,
): Promise<OriginResponse | OriginFailure> {
  const scheme = originScheme(origin, viewer);
  let problem: unknown;
  for (let attempt = 1; attempt <= origin.connectionAttempts; attempt += 1) {
    const exchange = new OriginExchange(origin);
    try {
      const pool = edge.origins.poolFor(origin, scheme, request.serverName);
      viewer.onDisconnect(exchange.abort);
      return await send(pool, request, origin, exchange);
    } catch (error) {
      problem = error;
      if (exchange.aborted) return { failure: refusals.originUnreachable };
      if (!mayTryAgain(request, exchange)) break;
    }
  }
  const { domainName } = origin;
  edge.logger.warn({ requestId: viewer.id, origin: domainName, error: problem }, "origin failed");
  return { failure: failureOf(problem) };
}

function send(
  pool: Pool,
  { method, path, headers, serverName, body }: OriginRequest,
  { readTimeoutMs }: OriginSettings,
  exchange: OriginExchange,
): Promise<OriginResponse> {
  // undici's types leave out the server name, and know of bodies that are any async iterable nothing.
  const options = {
    method,
    path,
    headers,
    servername: serverName,
    body: (body as unknown as Readable | undefined) ?? null,
    headersTimeout: readTimeoutMs,
    bodyTimeout: readTimeoutMs,
  };
  pool.dispatch(options, exchange);
  return exchange.response;
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

/** A connection that never came about harmed nothing; GET and HEAD harm nothing twice. */
function mayTryAgain({ method, body }: OriginRequest, exchange: OriginExchange): boolean {
  if (exchange.hopeless) return false;
  if (body !== undefined && !body.untouched) return false;
  return !exchange.started || method === "GET" || method === "HEAD";
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
