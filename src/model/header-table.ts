/**
 * The headers that something is known of, a row a name.
 *
 * Sources: CloudFront Developer Guide, "HTTP request headers and CloudFront behavior", "HTTP response
 * headers that CloudFront removes or replaces", "Restrictions on edge functions" (disallowed and
 * read-only headers), "Add custom headers to origin requests", "Helper methods for origin
 * modification" and "Understand response headers policies"; RFC 9110 §7.6.1.
 */

export interface HeaderRow {
  readonly request?: RequestRule;
  readonly response?: ResponseRule;
  readonly functions?: FunctionRule;
  readonly added?: AddedRule;
  readonly policy?: PolicyRule;
  /** Set where a response headers policy may not remove it, though functions see it. */
  readonly stays?: true;
}

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

/** What happens to an origin's header on the way to the viewer. */
export type ResponseRule =
  | "kept"
  | "removed"
  | "set-cookie"
  | "vary"
  | "via"
  | "connection"
  /** Removed when the origin is S3; the ids remain in its error documents. */
  | "s3";

/** What functions may do with it. */
export type FunctionRule =
  | "seen"
  | "read-only"
  | "read-only-in-viewer-request"
  | "read-only-in-viewer-response"
  /** They don't see it and may not add it. */
  | "hidden";

/** Who may add it to requests for an origin: its settings, or functions that change the origin. */
export type AddedRule =
  | "freely"
  | "by-settings"
  | "by-nobody"
  /** Settings take it, as CloudFront's do, and it isn't sent: it is about a connection not theirs. */
  | "in-vain";

/** Whether a response headers policy may set it among its custom headers, and why not. */
export type PolicyRule =
  | "free"
  /** Set through SecurityHeadersConfig, and in no other way. */
  | "security"
  /** Says where a message ends or what the connection is for: the edge's own to say. */
  | "connection";

/** About one connection, and not about what travels over several (RFC 9110 §7.6.1). */
const hopByHop = {
  request: "never",
  response: "removed",
  functions: "hidden",
  added: "by-nobody",
} as const;

/** Decides on what is asked for, so it is the viewer's to say. */
const asked = { request: "forwarded", added: "by-nobody" } as const;

/** What a server in CloudFront's place would take for an instruction. */
const internal = { functions: "hidden", added: "by-settings" } as const;

/** A viewer's certificate, which the edge alone vouches for, and which is too large for functions. */
const certificate = { request: "edge", functions: "hidden" } as const;

const rows: Readonly<Record<string, HeaderRow>> = {
  accept: { request: "removed" },
  "accept-charset": { request: "removed" },
  "accept-encoding": { request: "accept-encoding" },
  "accept-language": { request: "removed" },
  authorization: { request: "authorization" },
  "cache-control": asked,
  "cdn-loop": { functions: "read-only-in-viewer-request" },
  "client-cert": certificate,
  "client-cert-chain": certificate,
  "cloudfront-viewer-cert-pem": certificate,
  connection: { ...hopByHop, response: "connection", policy: "connection" },
  "content-encoding": { stays: true },
  "content-length": {
    // Framing is the edge's own on each connection; the length travels with the body.
    request: "never",
    functions: "read-only-in-viewer-request",
    added: "by-nobody",
    policy: "connection",
    stays: true,
  },
  "content-md5": { request: "forwarded" },
  "content-security-policy": { policy: "security" },
  "content-type": { request: "forwarded" },
  cookie: { request: "cookie", added: "by-nobody" },
  date: { request: "forwarded" },
  expect: { request: "never", functions: "hidden", added: "in-vain" },
  from: { request: "forwarded" },
  host: {
    request: "host",
    functions: "read-only-in-viewer-request",
    added: "by-nobody",
    stays: true,
  },
  "http2-settings": { request: "never" },
  "if-match": asked,
  "if-modified-since": asked,
  "if-none-match": asked,
  "if-range": asked,
  "if-unmodified-since": asked,
  "keep-alive": { ...hopByHop, added: "in-vain", policy: "connection" },
  "max-forwards": asked,
  origin: { request: "forwarded" },
  pragma: asked,
  "proxy-authenticate": hopByHop,
  "proxy-authentication-info": { response: "removed" },
  "proxy-authorization": hopByHop,
  "proxy-connection": { ...hopByHop, policy: "connection" },
  range: asked,
  referer: { request: "removed" },
  "referrer-policy": { policy: "security" },
  "request-range": asked,
  "set-cookie": { response: "set-cookie" },
  "strict-transport-security": { policy: "security" },
  te: { ...hopByHop, functions: "seen", policy: "connection" },
  trailer: { ...hopByHop, policy: "connection" },
  "transfer-encoding": {
    ...hopByHop,
    functions: "read-only-in-viewer-request",
    policy: "connection",
    stays: true,
  },
  upgrade: { ...hopByHop, policy: "connection" },
  "user-agent": { request: "user-agent" },
  vary: { response: "vary" },
  via: { request: "via", response: "via", functions: "read-only", added: "by-nobody", stays: true },
  warning: { request: "forwarded", functions: "read-only-in-viewer-response", stays: true },
  "x-accel-buffering": internal,
  "x-accel-charset": internal,
  "x-accel-limit-rate": internal,
  "x-accel-redirect": internal,
  "x-amz-id-2": { response: "s3" },
  "x-amz-request-id": { response: "s3" },
  "x-amzn-auth": internal,
  "x-amzn-cf-billing": internal,
  "x-amzn-cf-id": internal,
  "x-amzn-cf-xff": internal,
  "x-amzn-errortype": internal,
  "x-amzn-fle-profile": internal,
  "x-amzn-header-count": internal,
  "x-amzn-header-order": internal,
  "x-amzn-lambda-integration-tag": internal,
  "x-amzn-requestid": internal,
  "x-cache": { ...internal, response: "removed" },
  "x-content-type-options": { policy: "security" },
  "x-footlight-version": { request: "edge", functions: "hidden", added: "by-nobody" },
  "x-forwarded-for": { request: "x-forwarded-for" },
  "x-forwarded-proto": { ...internal, request: "never" },
  "x-frame-options": { policy: "security" },
  "x-http-method-override": { request: "removed" },
  "x-real-ip": { request: "never", functions: "hidden", added: "by-nobody" },
  "x-xss-protection": { policy: "security" },
};

/** Of whole families of names, by how they begin. Every one that fits counts, over the name's own row. */
const families: readonly (readonly [prefix: string, row: HeaderRow])[] = [
  ["cloudfront-", { request: "edge" }],
  ["x-amz-", { added: "by-nobody" }],
  ["x-amz-cf-", { request: "never", response: "removed", functions: "hidden" }],
  ["x-amzn-", { added: "by-settings" }],
  ["x-edge-", { request: "never", functions: "hidden", added: "by-nobody" }],
];

/** @param lower a name in lower case */
export function rowOf(lower: string): HeaderRow {
  // A viewer may send a header named "constructor".
  let row = Object.hasOwn(rows, lower) ? rows[lower] : undefined;
  for (const [prefix, family] of families) {
    if (lower.startsWith(prefix)) row = { ...row, ...family };
  }
  if (row?.request !== "edge" && looksLikeAnEdgeHeader(lower)) row = { ...row, request: "edge" };
  return row ?? {};
}

/**
 * Many servers hand headers on as CGI's variables, in which `client_cert` is `Client-Cert` (RFC 3875 §4.1.18), and some write
 * any other sign so: what only the edge may say, nobody says by such a name.
 */
function looksLikeAnEdgeHeader(lower: string): boolean {
  const dashed = lower.replaceAll(/[^a-z0-9]/g, "-");
  return dashed !== lower && rowOf(dashed).request === "edge";
}

/** The names that have a row of their own. */
export const namesWithRows: readonly string[] = Object.keys(rows);
