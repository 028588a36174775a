/**
 * Makes the request that an origin gets: the path after the function, what the behavior forwards
 * of the rest, and what CloudFront adds to every request.
 *
 * Source: CloudFront Developer Guide, "HTTP request headers and CloudFront behavior (custom and
 * Amazon S3 origins)" and "Add custom headers to origin requests".
 */
import { isIP } from "node:net";
import { combine, combinedValue, firstValue } from "../../base/header-lines.ts";
import type { CertificateHeader } from "../../runtime/function-runtime.ts";
import { headerRules } from "../../model/header-rules.ts";
import type { OutgoingBody, Requester } from "./requester.ts";
import { withCertificateHeaders } from "./certificate-headers.ts";
import { encodingsOffered } from "./accept-encoding.ts";
import type { Forwarding } from "../deployment/forward-selection.ts";
import { selectedCookies, selectedQuery } from "../deployment/selection.ts";
import type { OriginSettings } from "../deployment/origin-settings.ts";

/** What is asked for: a viewer's request, as the viewer-request function left it. */
export interface AskedRequest {
  readonly path: string;
  readonly querystring: string | undefined;
  /** Names and values in turn, in Latin-1. Host is the viewer's, whatever stands here. */
  readonly headers: readonly string[];
  /** New names and forms for the client certificate's headers. */
  readonly certificates?: readonly CertificateHeader[] | undefined;
  /** The very same object is asked for again and again: what is made of it may be kept with it. */
  readonly recurs?: true;
}

export interface OriginRequest {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn, Host first; without framing, which the connection decides. */
  readonly headers: string[];
  /** The name that the origin is asked for in the TLS handshake; empty for an address. */
  readonly serverName: string;
  readonly body: OutgoingBody | undefined;
  /** The body's SHA-256 in hex, as the viewer told it. Only where the request may be signed. */
  readonly payloadHash?: string | undefined;
  /** What its connection is asked to go on with. */
  readonly upgrade?: "websocket" | undefined;
  /** Whether it is a call by gRPC, which goes by HTTP/2. */
  readonly isGrpc?: boolean;
}

export function originRequest(
  asked: AskedRequest,
  requester: Requester,
  forwarding: Forwarding,
  origin: OriginSettings,
  viaName: string,
): OriginRequest {
  const host = origin.hostHeader ?? forwardedHost(requester, forwarding) ?? origin.domainName;
  const headers = ["Host", host];
  const via = `${requester.httpVersion} ${viaName}`;
  const collected = forwardHeaders(headers, asked.headers, requester, forwarding, origin);
  if (!collected.hasUserAgent) headers.push("User-Agent", "Amazon CloudFront");
  headers.push("Via", combine(collected.via || undefined, via), "X-Amz-Cf-Id", requester.id);
  if (!origin.customHeaderNames.has("x-forwarded-for")) {
    headers.push("X-Forwarded-For", combine(collected.forwardedFor || undefined, requester.ip));
  }
  if (requester.body !== undefined && requester.contentLength !== undefined) {
    headers.push("Content-Length", requester.contentLength);
  }
  for (const text of origin.customHeaders) headers.push(text);
  return {
    method: requester.method,
    path: origin.path + asked.path + selectedQuery(asked.querystring, forwarding.query),
    headers:
      asked.certificates === undefined
        ? headers
        : withCertificateHeaders(headers, asked.certificates),
    serverName: origin.protocol === "http-only" ? "" : (origin.sni ?? nameIn(host)),
    body: requester.body,
    payloadHash: origin.access && toldPayloadHash(asked.headers),
    upgrade: requester.upgrade,
    isGrpc: requester.isGrpc === true,
  };
}

/** Policies have no say in it: it is for whom the signature is checked by. */
function toldPayloadHash(headers: readonly string[]): string | undefined {
  const told = firstValue(headers, "x-amz-content-sha256");
  return told !== undefined && /^[0-9a-f]{64}$/i.test(told) ? told : undefined;
}

interface Collected {
  hasUserAgent: boolean;
  via: string | undefined;
  forwardedFor: string | undefined;
}

/** Appends to `to` what passes of `from`. What the edge appends to is handed back instead. */
function forwardHeaders(
  to: string[],
  from: readonly string[],
  requester: Requester,
  forwarding: Forwarding,
  origin: OriginSettings,
): Collected {
  const { all, except, listed, others } = forwarding.headers;
  const { customHeaderNames } = origin;
  const hasUserAgent = customHeaderNames.has("user-agent");
  const collected: Collected = { hasUserAgent, via: undefined, forwardedFor: undefined };
  let hasEncodings = false;
  let cookies = "";
  for (let index = 0; index < from.length; index += 2) {
    const spelling = from[index] as string;
    const value = from[index + 1] as string;
    const { lower, request: rule } = headerRules(spelling);
    if (rule === "never" || rule === "host") continue;
    if (customHeaderNames.size > 0 && customHeaderNames.has(lower)) continue;
    const isSelected = all ? !except.has(lower) : listed.has(lower);
    let passes = isSelected;
    switch (rule) {
      case "other":
        // Without them nobody knows how messages are compressed, or by when an answer is wanted.
        passes ||= others || (requester.isGrpc === true && lower.startsWith("grpc-"));
        break;
      case "forwarded":
        passes ||= !all;
        break;
      case "removed":
        break;
      case "user-agent":
        collected.hasUserAgent ||= passes;
        break;
      case "authorization":
        passes ||= !all && forwardsAuthorization(requester.method, forwarding);
        break;
      case "edge":
        passes = listed.has(lower) || forwarding.edgeHeaderNames.has(lower);
        break;
      case "accept-encoding":
        if (requester.httpVersion === "1.0") continue;
        if (forwarding.encodings !== undefined) {
          if (hasEncodings) continue;
          hasEncodings = true;
          const accepted = combinedValue(from, lower) ?? "";
          to.push(spelling, encodingsOffered(accepted, forwarding.encodings) || "identity");
          continue;
        }
        break;
      case "cookie":
        cookies = cookies === "" ? value : `${cookies}; ${value}`;
        continue;
      case "via":
        collected.via = combine(collected.via, value);
        continue;
      case "x-forwarded-for":
        collected.forwardedFor = combine(collected.forwardedFor, value);
        continue;
    }
    if (passes) to.push(spelling, value);
  }
  if (cookies !== "" && forwarding.cookies.kind !== "none") {
    const selected = selectedCookies(cookies, forwarding.cookies);
    if (selected !== "") to.push("Cookie", selected);
  }
  return collected;
}

/** A method that may change something needs to know who asks; a cacheable answer must not. */
function forwardsAuthorization(method: string, { cachesOptions }: Forwarding): boolean {
  if (method === "GET" || method === "HEAD") return false;
  return method !== "OPTIONS" || !cachesOptions;
}

function forwardedHost(requester: Requester, { headers }: Forwarding): string | undefined {
  const isSelected = headers.all ? !headers.except.has("host") : headers.listed.has("host");
  return isSelected ? requester.hostHeader : undefined;
}

/** A handshake names hosts, never addresses (RFC 6066 §3). */
function nameIn(host: string): string {
  if (host.startsWith("[")) return "";
  const colon = host.indexOf(":");
  const name = colon < 0 ? host : host.slice(0, colon);
  return isIP(name) === 0 ? name : "";
}
