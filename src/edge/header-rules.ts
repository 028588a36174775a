/**
 * What becomes of each header by its name: on a viewer's request, and on an origin's response.
 *
 * Looking a name up costs one hash: names are kept in the very spelling they came in, with what
 * the tables say about them, because the same few spellings come again with every request.
 *
 * Source: CloudFront Developer Guide, "HTTP request headers and CloudFront behavior" and
 * "HTTP response headers that CloudFront removes or replaces".
 */
import { RecentMap } from "../base/recent-map.ts";

/** What happens on the way to the origin to a header that no setting selects for forwarding. */
export type RequestRule =
  /** Forwarded by a behavior with ForwardedValues, removed by one with policies. */
  | "other"
  | "forwarded"
  | "removed"
  /** Never forwarded, whatever is selected: it is about the connection, or the edge's own. */
  | "never"
  /** A CloudFront-… header: forwarded when it is selected by name, and never the viewer's own. */
  | "edge"
  | "authorization"
  | "accept-encoding"
  | "cookie"
  | "host"
  | "user-agent"
  | "via"
  | "x-forwarded-for";

const requestRules: Readonly<Record<string, RequestRule>> = {
  accept: "removed",
  "accept-charset": "removed",
  "accept-encoding": "accept-encoding",
  "accept-language": "removed",
  authorization: "authorization",
  "cache-control": "forwarded",
  connection: "never",
  // Framing is the edge's own on each connection; the length travels with the body.
  "content-length": "never",
  "content-md5": "forwarded",
  "content-type": "forwarded",
  cookie: "cookie",
  date: "forwarded",
  expect: "never",
  from: "forwarded",
  host: "host",
  "http2-settings": "never",
  "if-match": "forwarded",
  "if-modified-since": "forwarded",
  "if-none-match": "forwarded",
  "if-range": "forwarded",
  "if-unmodified-since": "forwarded",
  "keep-alive": "never",
  "max-forwards": "forwarded",
  origin: "forwarded",
  pragma: "forwarded",
  "proxy-authenticate": "never",
  "proxy-authorization": "never",
  "proxy-connection": "never",
  range: "forwarded",
  referer: "removed",
  "request-range": "forwarded",
  te: "never",
  trailer: "never",
  "transfer-encoding": "never",
  upgrade: "never",
  "user-agent": "user-agent",
  via: "via",
  warning: "forwarded",
  "x-forwarded-for": "x-forwarded-for",
  "x-forwarded-proto": "never",
  "x-http-method-override": "removed",
  "x-real-ip": "never",
};

/** What happens to an origin's header on the way to the viewer. */
export type ResponseRule = "kept" | "removed" | "set-cookie" | "vary" | "via" | "connection" | "s3";

const responseRules: Readonly<Record<string, ResponseRule>> = {
  connection: "connection",
  "keep-alive": "removed",
  "proxy-authenticate": "removed",
  "proxy-authentication-info": "removed",
  "proxy-authorization": "removed",
  "proxy-connection": "removed",
  "set-cookie": "set-cookie",
  te: "removed",
  trailer: "removed",
  "transfer-encoding": "removed",
  upgrade: "removed",
  vary: "vary",
  via: "via",
  // Removed when the origin is S3; their ids remain in its error documents.
  "x-amz-id-2": "s3",
  "x-amz-request-id": "s3",
  "x-cache": "removed",
};

export interface HeaderName {
  readonly lower: string;
  readonly request: RequestRule;
  readonly response: ResponseRule;
}

/** Names are the viewer's to choose, so what is kept of them is bounded, in number and length. */
const known = new RecentMap<string, HeaderName>(4096);
const rememberedLengthMax = 64;

export function headerName(spelling: string): HeaderName {
  const found = known.get(spelling);
  if (found !== undefined) return found;
  const lower = spelling.toLowerCase();
  const name: HeaderName = {
    lower,
    request: requestRule(lower),
    response: lower.startsWith("x-amz-cf-") ? "removed" : (own(responseRules, lower) ?? "kept"),
  };
  if (spelling.length <= rememberedLengthMax) known.set(spelling, name);
  return name;
}

/** @returns each word of the name with a capital, as HTTP/1.1 carries what a function has written */
export function titledName(lower: string): string {
  return lower.replaceAll(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

function requestRule(lower: string): RequestRule {
  if (lower.startsWith("cloudfront-")) return "edge";
  if (lower.startsWith("x-edge-") || lower.startsWith("x-amz-cf-")) return "never";
  return own(requestRules, lower) ?? "other";
}

/** A viewer may send a header named "constructor". */
function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
