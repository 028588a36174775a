/**
 * A viewer's request as the flow sees it: read off the connection once, judged, then never changed.
 *
 * Node's parser has already refused what breaks the grammar. What is refused here is grammatical
 * but ambiguous, so that this edge and an origin could read it differently, or larger than
 * CloudFront allows.
 */
import { addListed, combine } from "../../base/header-lines.ts";
import { PlaceInRecurring, type Recurring } from "../../base/recurring.ts";
import { MadeOfLines } from "../../base/recurring-lines.ts";
import { isPlainlyChunked } from "../../base/transfer-coding.ts";
import { headerRules } from "../../model/header-rules.ts";
import { refusals, type Refusal } from "../answer/refusals.ts";
import { versionCookiePrefix } from "../deployment/version-names.ts";
import type { HttpVersion, RequestTls, ViewerRequest } from "../viewer-request.ts";
import { newRequestId } from "./request-id.ts";

/** Bytes of the URL, as sent. */
const uriMax = 8192;
/** Bytes of the request line and the headers together, line ends included. */
const headMax = 32_768;

/** A request's head as a transport hands it over. */
export interface RequestHead {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly httpVersion: string;
  /** Names and values in turn, a pair a line as received, in Latin-1. */
  readonly headers: readonly string[];
  /** Undefined for a connection in the clear. */
  readonly tls: RequestTls | undefined;
  /** The viewer's, as the socket tells. */
  readonly address: string;
  readonly port: number;
  /** Whether it has a body, where the transport's framing tells; else its headers do. */
  readonly hasBody?: boolean;
  /** Whether it asks to go on as a WebSocket connection, and its transport can. */
  readonly isWebSocket?: boolean;
  /** Of header lines that come again and again. */
  readonly recurring?: Recurring | undefined;
}

const noNames: ReadonlySet<string> = new Set();

/** Reads and judges a request's head. @param bodyMaxBytes the largest body that is taken */
export function readViewerRequest(
  request: RequestHead,
  bodyMaxBytes: number,
): ViewerRequest | Refusal {
  const { method, target: url, httpVersion, headers, tls, address, port } = request;
  if (url.length > uriMax) return refusals.uriTooLong;
  if (!isSpoken(httpVersion)) return refusals.malformed;
  const { recurring } = request;
  const head = headOf(headers, recurring);
  // Two spaces, "HTTP/1.1" and two line ends make the rest of it.
  const headBytes = head.size + method.length + url.length + 14;
  if (headBytes > headMax) return refusals.headersTooLarge;
  const { transferEncoding, contentLength, connectionNames = noNames } = head;
  if (transferEncoding !== undefined && !isPlainlyChunked(transferEncoding, httpVersion)) {
    return refusals.malformed;
  }

  const target = splitTarget(url);
  if (target === undefined || head.hostLines > 1) return refusals.malformed;
  // An absolute URL's authority overrides Host (RFC 9112 §3.2.2).
  const { authority } = target;
  const hostHeader = authority ?? head.hostHeader;
  // Which has to be there all the same (§3.2).
  if (head.hostLines === 0 && httpVersion !== "1.0") return refusals.malformed;
  const host = authority === undefined ? head.host : hostOf(authority);
  if (host === undefined) return refusals.malformed;

  const length = Number(contentLength ?? 0);
  if (length > bodyMaxBytes) return refusals.bodyTooLarge;
  return {
    id: newRequestId(),
    method,
    path: target.path,
    querystring: target.querystring,
    headers,
    hostHeader,
    host,
    scheme: tls === undefined ? "http" : "https",
    tls,
    httpVersion,
    ip: address,
    port,
    connectionNames,
    isConditional: head.isConditional,
    hasEdgeHeaders: head.hasEdgeHeaders,
    hasVersionCookies: head.hasVersionCookies,
    edgesPassed: head.edgesPassed,
    headBytes,
    contentLength: contentLength === undefined ? undefined : String(length),
    hasBody: request.hasBody ?? (transferEncoding !== undefined || length > 0),
    isWebSocket: request.isWebSocket === true,
    recurring,
  };
}

function isSpoken(version: string): version is HttpVersion {
  return version === "1.1" || version === "2.0" || version === "1.0";
}

interface Head {
  /** Bytes of the header lines, separators and line ends included. */
  size: number;
  hostLines: number;
  /** The first one's value. */
  hostHeader: string | undefined;
  /** What it comes to, see `hostOf`. */
  host: string | undefined;
  contentLength: string | undefined;
  transferEncoding: string | undefined;
  connectionNames: Set<string> | undefined;
  isConditional: boolean;
  hasEdgeHeaders: boolean;
  hasVersionCookies: boolean;
  edgesPassed: number;
}

/** What is read of headers. */
const readHeads = new MadeOfLines<Readonly<Head>>(readHeaders);
const headsOfRecurring = new PlaceInRecurring<Readonly<Head>>();

function headOf(headers: readonly string[], recurring: Recurring | undefined): Readonly<Head> {
  if (recurring === undefined) return readHeads.of(headers);
  const known = headsOfRecurring.in(recurring);
  if (known !== undefined) return known;
  const head = readHeaders(headers);
  headsOfRecurring.put(head, recurring);
  return head;
}

function readHeaders(rawHeaders: readonly string[]): Head {
  const head: Head = {
    size: 0,
    hostLines: 0,
    hostHeader: undefined,
    host: undefined,
    contentLength: undefined,
    transferEncoding: undefined,
    connectionNames: undefined,
    isConditional: false,
    hasEdgeHeaders: false,
    hasVersionCookies: false,
    edgesPassed: 0,
  };
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const value = rawHeaders[index + 1] as string;
    head.size += name.length + value.length + 4;
    const { lower, request } = headerRules(name);
    switch (lower) {
      case "host":
        head.hostLines += 1;
        head.hostHeader ??= value;
        break;
      case "content-length":
        head.contentLength = combine(head.contentLength, value);
        break;
      case "transfer-encoding":
        head.transferEncoding = combine(head.transferEncoding, value);
        break;
      case "connection":
        if (value === "keep-alive" || value === "close") break;
        head.connectionNames ??= new Set();
        addListed(head.connectionNames, value);
        break;
      case "range":
      case "if-range":
      case "if-match":
      case "if-none-match":
      case "if-modified-since":
      case "if-unmodified-since":
        head.isConditional = true;
        break;
      case "cookie":
        if (value.includes(versionCookiePrefix)) head.hasVersionCookies = true;
        break;
      case "via":
        head.edgesPassed += value.split("(CloudFront)").length - 1;
        break;
      default:
        if (request === "edge") head.hasEdgeHeaders = true;
    }
  }
  head.host = hostOf(head.hostHeader ?? "");
  return head;
}

interface Target {
  readonly authority?: string;
  readonly path: string;
  readonly querystring: string | undefined;
}

/** @returns undefined for what names no path: "*", or a URL with a fragment or without a host */
function splitTarget(url: string): Target | undefined {
  if (url.includes("#")) return undefined;
  if (url.startsWith("/")) return splitQuery(url);
  const absolute = /^https?:\/\/([^/?]+)([^]*)$/i.exec(url);
  if (absolute === null) return undefined;
  const [, authority = "", rest = ""] = absolute;
  return { authority, ...splitQuery(rest.startsWith("/") ? rest : `/${rest}`) };
}

function splitQuery(url: string): Target {
  const mark = url.indexOf("?");
  if (mark < 0) return { path: url, querystring: undefined };
  return { path: url.slice(0, mark), querystring: url.slice(mark + 1) };
}

/** The Host header that was read last, and what it comes to: the next one is the same as a rule. */
let latestHeader = "";
let latestHost = "";

/** @returns the host in lower case, without port and trailing dot; undefined when it is not one */
function hostOf(hostHeader: string): string | undefined {
  if (hostHeader === latestHeader) return latestHost;
  const host = canonicalHost(hostHeader);
  if (host === undefined) return undefined;
  latestHeader = hostHeader;
  latestHost = host;
  return host;
}

const plainHost = /^[a-z0-9_-][a-z0-9._-]*$/;

function canonicalHost(hostHeader: string): string | undefined {
  if (hostHeader === "" || plainHost.test(hostHeader)) return withoutDot(hostHeader);
  const lower = hostHeader.toLowerCase();
  const parts = /^([a-z0-9_-][a-z0-9._-]*|\[[0-9a-f:.]+\])(?::[0-9]{0,5})?$/.exec(lower);
  return parts?.[1] === undefined ? undefined : withoutDot(parts[1]);
}

function withoutDot(host: string): string {
  return host.endsWith(".") ? host.slice(0, -1) : host;
}
