/**
 * The pages that the edge answers with by itself, when there is nothing to serve.
 *
 * The layout and the sentences are what CloudFront's viewers see, because people search for them
 * and tests look for them; a sentence says as much as a viewer may know, the rest is in the log.
 *
 * Source: captured responses; CloudFront Developer Guide, "Troubleshooting error response status codes".
 */
import { STATUS_CODES } from "node:http";
import { WholeBody } from "../../base/body.ts";
import type { Edge } from "../edge.ts";
import type { ResultType, ViewerResponse } from "./answer.ts";

/** Why there is a page instead of an answer. */
export interface Refusal {
  readonly status: number;
  readonly sentence: string;
  readonly result?: ResultType;
  readonly closesConnection?: boolean;
  /** The methods that could be asked instead, as a 405 must say (RFC 9110 §15.5.6). */
  readonly allow?: string;
}

const cannotConnect =
  "CloudFront attempted to establish a connection with the origin, " +
  "but either the attempt failed or the origin closed the connection.";
const couldNotRun =
  "The CloudFront function associated with the CloudFront distribution is invalid or could not run.";
const methodNotConfigured =
  "This distribution is not configured to allow the HTTP request method that was used for this request.";

export const refusals = {
  malformed: { status: 400, sentence: "Bad request.", closesConnection: true },
  slowRequest: { status: 408, sentence: "The request took too long.", closesConnection: true },
  uriTooLong: { status: 414, sentence: "The request URL is too large.", closesConnection: true },
  bodyTooLarge: { status: 413, sentence: "The request body is too large.", closesConnection: true },
  headersTooLarge: {
    status: 494,
    sentence: "The request headers are too large.",
    closesConnection: true,
  },
  unknownHost: { status: 403, sentence: "Bad request." },
  httpsOnly: { status: 403, sentence: "Bad request." },
  bodyWithGet: { status: 403, sentence: "Bad request." },
  loop: { status: 403, sentence: "Bad request." },
  method: { status: 403, sentence: methodNotConfigured },
  methodOfCachable: {
    status: 403,
    sentence: `${methodNotConfigured} The distribution supports only cachable requests.`,
  },
  tunnel: {
    status: 405,
    sentence: "This edge serves distributions and is no proxy: it takes no CONNECT.",
    closesConnection: true,
    allow: "GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE",
  },
  webSocket: {
    status: 501,
    sentence: "This edge does not serve WebSocket connections.",
    closesConnection: true,
  },
  internal: { status: 500, sentence: "Internal error.", closesConnection: true },
  originUnresolved: {
    status: 502,
    sentence: "CloudFront wasn't able to resolve the origin domain name.",
  },
  originUnreachable: { status: 502, sentence: cannotConnect },
  originTooSlow: { status: 504, sentence: cannotConnect },
  functionFailed: { status: 503, sentence: couldNotRun, result: "FunctionExecutionError" },
  functionThrottled: { status: 503, sentence: couldNotRun, result: "FunctionThrottledError" },
  originChange: {
    status: 502,
    sentence: "The CloudFront function returned an invalid value for origin rewrite.",
    result: "FunctionValidationError",
  },
} as const satisfies Record<string, Refusal>;

/** Status codes that Node has no phrase for. */
const phrases: Readonly<Record<number, string>> = { 494: "Request Header Too Large" };

export function reasonPhrase(status: number): string {
  return phrases[status] ?? STATUS_CODES[status] ?? "";
}

/** @param requestId shown on the page, so that a viewer can name the request to the owner */
export function errorPage(refusal: Refusal, requestId: string, edge: Edge): ViewerResponse {
  const body = new WholeBody(Buffer.from(pageText(refusal, requestId), "latin1"));
  return {
    status: refusal.status,
    reason: reasonPhrase(refusal.status),
    headers: [
      "Server",
      "CloudFront",
      "Date",
      edge.now().toUTCString(),
      "Content-Type",
      "text/html",
      "Content-Length",
      String(body.length),
      ...(refusal.allow === undefined ? [] : ["Allow", refusal.allow]),
    ],
    body,
    result: refusal.result ?? "Error",
    via: "",
    closesConnection: refusal.closesConnection === true,
  };
}

function pageText({ status, sentence }: Refusal, requestId: string): string {
  return `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=iso-8859-1">
<TITLE>ERROR: The request could not be satisfied</TITLE>
</HEAD><BODY>
<H1>${status} ERROR</H1>
<H2>The request could not be satisfied.</H2>
<HR noshade size="1px">
${escapeHtml(sentence)}
We can't connect to the server for this app or website at this time. There might be too much traffic or a configuration error. Try again later, or contact the app or website owner.
<BR clear="all">
If you provide content to customers through CloudFront, you can find steps to troubleshoot and help prevent this error by reviewing the CloudFront documentation.
<BR clear="all">
<HR noshade size="1px">
<PRE>
Generated by cloudfront (CloudFront)
Request ID: ${requestId}
</PRE>
<ADDRESS>
</ADDRESS>
</BODY></HTML>`;
}

/** Sentences are ASCII, but one of them may repeat a name that a function chose. */
function escapeHtml(text: string): string {
  return text.replaceAll(
    /[&<>]|[^\t\n\x20-\x7e]/g,
    (character) => `&#${character.codePointAt(0)};`,
  );
}
