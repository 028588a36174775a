/**
 * Writes a response to the viewer: its own headers, then what CloudFront says of itself, then the
 * body as it comes.
 */
import type { ServerResponse } from "node:http";
import type { Edge } from "../edge.ts";
import type { ViewerRequest } from "./viewer-request.ts";
import { sendBody } from "./response-sink.ts";
import type { ViewerResponse } from "../answer/answer.ts";

/** @param mayStayOpen whether the listener goes on taking requests on this connection */
export function sendResponse(
  answer: ViewerResponse,
  viewer: ViewerRequest,
  response: ServerResponse,
  edge: Edge,
  mayStayOpen: boolean,
): void {
  const { body } = answer;
  const staysOpen = mayStayOpen && canStayOpen(answer, viewer, response);
  const headers = completeHeaders(answer, viewer.id, edge, staysOpen);
  response.writeHead(answer.status, answer.reason, headers);
  if (viewer.body !== undefined) {
    const rest = viewer.body;
    response.once("finish", () => rest.discard());
  }
  sendBody(body, response, answer.headers.some(isContentLength));
}

/** @returns the headers as they are written, in the order that CloudFront writes them in */
export function completeHeaders(
  { headers, result, via }: ViewerResponse,
  requestId: string,
  { viaName, pop }: Edge,
  staysOpen: boolean,
): string[] {
  const own = `1.1 ${viaName}`;
  return [
    ...headers,
    "Connection",
    staysOpen ? "keep-alive" : "close",
    "X-Cache",
    `${result} from cloudfront`,
    "Via",
    via === "" ? own : `${via}, ${own}`,
    "X-Amz-Cf-Pop",
    pop,
    "X-Amz-Cf-Id",
    requestId,
  ];
}

function canStayOpen(
  answer: ViewerResponse,
  { httpVersion, body }: ViewerRequest,
  { shouldKeepAlive }: ServerResponse,
): boolean {
  if (!shouldKeepAlive || answer.closesConnection === true) return false;
  // A body that the viewer was never asked for may come or not: nobody knows where it would end.
  if (body?.isHeldBack === true) return false;
  // HTTP/1.0 knows no chunks, so only the connection's end tells where an unmeasured body ends.
  return httpVersion === "1.1" || answer.headers.some(isContentLength);
}

function isContentLength(text: string, index: number): boolean {
  return index % 2 === 0 && text.length === 14 && text.toLowerCase() === "content-length";
}
