/**
 * What the API answers to what is no request that an operation could be found for: the HTTP parser
 * has refused it, it came too slowly, or it asks for something that no API does.
 *
 * Sources: RFC 9110 §9.1, §9.3.6, §10.1.1; RFC 9112 §3.2.
 */
import type { IncomingMessage } from "node:http";
import { STATUS_CODES } from "../base/http-module.ts";
import { combinedValue, forEachLine } from "../base/header-lines.ts";
import { isPlainlyChunked } from "../base/transfer-coding.ts";
import { ApiError } from "../model/errors.ts";
import type { ApiRequest, ApiResponse } from "../wire/api-message.ts";
import { MethodNotAllowed } from "../wire/route.ts";

export interface ApiLimits {
  /** Of the request line and the headers. */
  readonly headersMaxBytes: number;
  /** Until the headers are there, and until all of the request is. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

/** Headers of one value: with two, the API and what stands in front of it could read different ones. */
const singleFields: ReadonlySet<string> = new Set(["authorization", "content-type", "host"]);

/** @throws InvalidArgument, ExpectationFailed */
export function requireReadable(message: IncomingMessage): void {
  const { rawHeaders, httpVersion } = message;
  if (httpVersion !== "1.1" && httpVersion !== "1.0") {
    throw new ApiError("InvalidArgument", `This is HTTP/${httpVersion}; the API speaks HTTP/1.1`);
  }
  const found = new Set<string>();
  forEachLine(rawHeaders, (spelling) => {
    const name = spelling.toLowerCase();
    if (!singleFields.has(name)) return;
    if (found.has(name)) {
      throw new ApiError("InvalidArgument", `The header ${name} is there more than once`);
    }
    found.add(name);
  });
  if (!found.has("host") && httpVersion !== "1.0") {
    throw new ApiError("InvalidArgument", "The header Host is missing, which HTTP/1.1 demands");
  }
  const coding = combinedValue(rawHeaders, "transfer-encoding");
  if (coding !== undefined && !isPlainlyChunked(coding, httpVersion)) {
    throw new ApiError(
      "InvalidArgument",
      `The Transfer-Encoding is "${coding.slice(0, 100)}"; send the body in chunks of HTTP/1.1, or with a Content-Length`,
    );
  }
}

/** Another expectation than `100-continue`. */
export function unknownExpectation({ headers }: IncomingMessage): ApiError {
  const expected = (headers.expect ?? "").slice(0, 100);
  return new ApiError(
    "ExpectationFailed",
    `The header Expect asks for "${expected}", and only 100-continue is known here`,
  );
}

/** CONNECT, which clients send to what they take for their proxy. */
export function noProxy({ url = "" }: IncomingMessage): ApiError {
  return new MethodNotAllowed(
    "CONNECT",
    url,
    ["DELETE", "GET", "HEAD", "POST", "PUT"],
    ". This is Footlight's API and no proxy for https: make it the client's endpoint, and take it " +
      "out of HTTPS_PROXY or name the host in NO_PROXY",
  );
}

/** HTTP without TLS, where there must be some. */
export function noPlainHttp(): ApiError {
  return new ApiError(
    "InvalidArgument",
    "This is http; the API speaks https here, since the node was started with --api-tls",
  );
}

/** What the parser or a timer found wrong. */
export type ConnectionError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

const tlsHandshake = 0x16;

export function refusalOf(
  { code = "", rawPacket }: ConnectionError,
  { headersMaxBytes, headersTimeoutMs, requestTimeoutMs }: ApiLimits,
): ApiError {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return new ApiError(
        "RequestHeadersTooLarge",
        `The request's headers are over ${headersMaxBytes} bytes`,
      );
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return new ApiError("RequestTooLarge", "The extensions of the body's chunks are too large");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new ApiError(
        "RequestTimeout",
        `The request did not arrive in time: its headers may take ${headersTimeoutMs / 1000} seconds, and all of it ${requestTimeoutMs / 1000}`,
      );
    case "HPE_PAUSED_H2_UPGRADE":
      return new ApiError("InvalidArgument", "This is HTTP/2; the API speaks HTTP/1.1");
    case "HPE_INVALID_METHOD": {
      if (rawPacket?.[0] === tlsHandshake) {
        return new ApiError(
          "InvalidArgument",
          "This is TLS; the API speaks http, and https where the node was started with --api-tls",
        );
      }
      const method = /^([A-Z_-]{1,40}) \S+ HTTP\//.exec(startOf(rawPacket))?.[1];
      return method === undefined
        ? noRequest()
        : new ApiError("NotImplemented", `The method ${method} is none that this API knows`);
    }
    default:
      return noRequest();
  }
}

function noRequest(): ApiError {
  return new ApiError("InvalidArgument", "This is not a well-formed HTTP/1.1 request");
}

/**
 * The head of what the parser refused, as far as it can be told where the answer's face is concerned:
 * nothing else is decided by it.
 */
export function headIn({
  rawPacket,
}: Pick<ConnectionError, "rawPacket">): Pick<ApiRequest, "path" | "headers"> {
  const [requestLine = "", ...lines] = startOf(rawPacket).split(/\r?\n/);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    if (line === "") break;
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    if (name === "accept" || name === "content-type") headers[name] = line.slice(colon + 1).trim();
  }
  return { path: requestLine.split(" ")[1] ?? "", headers };
}

function startOf(packet: Buffer | undefined): string {
  return packet?.toString("latin1", 0, 16_384) ?? "";
}

/** @returns a response as bytes, which says that the connection ends with it */
export function encodeResponse({ status, headers, body }: ApiResponse): Buffer {
  const content = Buffer.from(body);
  const lines = Object.entries({
    ...headers,
    Connection: "close",
    "Content-Length": String(content.length),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), content]);
}
