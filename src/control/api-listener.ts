/**
 * The socket side of the API: reads a request whole, within bounds, and writes the answer.
 *
 * What is too large, too slow or no HTTP is answered here, in the face that was asked for where
 * that can be known, and never reaches an operation.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { ApiError } from "../model/errors.ts";
import { maxBodyBytes, type ApiRequest, type ApiResponse } from "../wire/api-message.ts";
import { encodeError } from "../wire/encode-error.ts";
import { faceOf } from "../wire/face.ts";
import { handleFootlightCall, type FootlightApi } from "./footlight-api.ts";
import { handleApiCall, type Control } from "./handle-api-call.ts";
import { RequestBodies } from "./request-bodies.ts";
import { sourceIpOf } from "./source-ip.ts";

/** Of all requests at one time: dozens of the largest there are, and thousands of the usual. */
const bodiesMaxHeldBytes = 256 * 1024 * 1024;
const headersMaxBytes = 64 * 1024;
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
/** Longer than clients keep idle connections, so that none is closed just as it is used again. */
const keepAliveTimeoutMs = 65_000;

export function createApiListener(control: Control, footlight: FootlightApi): Server {
  const bodies = new RequestBodies(bodiesMaxHeldBytes);
  const server = createServer(
    {
      maxHeaderSize: headersMaxBytes,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      connectionsCheckingInterval: 1000,
    },
    (incoming, outgoing) => {
      void answer(incoming, outgoing, { control, footlight, bodies });
    },
  );
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    refuseConnection(error, socket, control.newRequestId());
  });
  return server;
}

interface Parts {
  readonly control: Control;
  readonly footlight: FootlightApi;
  readonly bodies: RequestBodies;
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { control, footlight, bodies }: Parts,
): Promise<void> {
  const head = requestHead(incoming);
  try {
    const response = await bodies.with(incoming, maxBodyBytes(head.path), async (body) => {
      refuseRepeatedFields(incoming);
      const request = { ...head, body };
      return (
        (await handleFootlightCall(request, footlight)) ?? (await handleApiCall(request, control))
      );
    });
    send(outgoing, response);
  } catch (error) {
    if (error instanceof ApiError) {
      outgoing.shouldKeepAlive = false;
      send(outgoing, encodeError(error, faceOf(head), control.newRequestId()));
      return;
    }
    // The caller went away while it was sending, or we failed outside any operation. The query may
    // be a presigned URL's, which is not for logs.
    const { method, path } = head;
    control.logger.warn({ err: error, method, path }, "API request ended early");
    outgoing.destroy();
  }
}

/**
 * What a client puts in front of the path when it takes us for its proxy: the clients of the key
 * value stores, whose host names no resolver may know. RFC 9112 §3.2.2 wants it accepted.
 */
const authority = /^https?:\/\/[^/?]*(?=\/)/i;

function requestHead(incoming: IncomingMessage): ApiRequest {
  const url = (incoming.url ?? "/").replace(authority, "");
  const mark = url.indexOf("?");
  const headers: Record<string, string> = {};
  for (const [name, values = []] of Object.entries(incoming.headersDistinct)) {
    // The values of a header that comes twice are signed like this, without a blank.
    headers[name] = values.join(",");
  }
  return {
    method: incoming.method ?? "GET",
    path: mark === -1 ? url : url.slice(0, mark),
    query: mark === -1 ? "" : url.slice(mark + 1),
    headers,
    body: new Uint8Array(),
    sourceIp: sourceIpOf(incoming.socket.remoteAddress),
  };
}

/** They have one value: with two, the API and what stands in front of it could read different ones. */
const singleFields = ["authorization", "content-type", "host"] as const;

/** @throws InvalidArgument */
function refuseRepeatedFields({ headersDistinct }: IncomingMessage): void {
  const repeated = singleFields.find((name) => (headersDistinct[name]?.length ?? 0) > 1);
  if (repeated === undefined) return;
  throw new ApiError("InvalidArgument", `The header ${repeated} is there more than once`);
}

function send(outgoing: ServerResponse, response: ApiResponse): void {
  const body = response.status === 204 ? "" : response.body;
  outgoing.writeHead(response.status, {
    ...response.headers,
    ...(response.status !== 204 && { "content-length": Buffer.byteLength(body) }),
  });
  outgoing.end(body);
}

/** What the HTTP parser refused: no request came of it, so there is only the socket to answer on. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket, requestId: string): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [status, phrase, message] = refusals[error.code ?? ""] ?? refusals["other"]!;
  const refusal = new ApiError("InvalidArgument", message);
  const { body, headers } = encodeError(refusal, "xml", requestId);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = Buffer.byteLength(body);
  socket.write(
    `HTTP/1.1 ${status} ${phrase}\r\nConnection: close\r\nContent-Length: ${length}\r\n${lines.join("")}\r\n`,
  );
  socket.end(body);
}

const refusals: Readonly<Record<string, readonly [number, string, string]>> = {
  HPE_HEADER_OVERFLOW: [
    431,
    "Request Header Fields Too Large",
    `The request's headers are over ${headersMaxBytes} bytes`,
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    408,
    "Request Timeout",
    `The request did not arrive within ${requestTimeoutMs / 1000} seconds`,
  ],
  other: [400, "Bad Request", "This is not a well-formed HTTP/1.1 request"],
};
