/** Viewers of the model's world: one request each, and what came of it, byte by byte. */
import { connect, type Socket } from "node:net";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { domainName } from "../../edge/viewer-scene.ts";
import type { KeyedRequest } from "./policies.ts";

export interface ModelRequest extends KeyedRequest {
  /** Lines such as `Range: bytes=0-9`. */
  readonly conditions: readonly string[];
}

export interface ModelReply {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** As far as it came, without transfer coding. */
  readonly body: Buffer;
  /** Whether all came that was promised. */
  readonly isComplete: boolean;
}

export class ModelViewer {
  readonly request: ModelRequest;
  /** Undefined when it left, or when the connection closed before a head. */
  readonly reply: Promise<ModelReply | undefined>;
  readonly #socket: Socket;

  constructor(port: number, request: ModelRequest) {
    this.request = request;
    this.#socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    this.#socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    this.#socket.on("error", () => {});
    this.#socket.write(textOf(request));
    this.reply = new Promise((resolve) => {
      this.#socket.once("close", () => {
        resolve(replyOf(Buffer.concat(chunks), request.method === "HEAD"));
      });
    });
  }

  leave(): void {
    this.#socket.destroy();
  }
}

function textOf({
  method,
  path,
  query,
  language,
  cookie,
  encodings,
  conditions,
}: ModelRequest): string {
  const lines = [
    `${method} ${path}${query === "" ? "" : `?${query}`} HTTP/1.1`,
    `Host: ${domainName}`,
    "Connection: close",
    ...(language === "" ? [] : [`X-Language: ${language}`]),
    ...(cookie === "" ? [] : [`Cookie: who=${cookie}`]),
    ...(encodings === "" ? [] : [`Accept-Encoding: ${encodings}`]),
    ...conditions,
    ...(method === "POST" ? ["Content-Length: 0"] : []),
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

function replyOf(bytes: Buffer, isHead: boolean): ModelReply | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const status = Number(statusLine.split(" ")[1]);
  const rest = bytes.subarray(end + 4);
  const { body, isComplete } = contentOf(rest, status, headers, isHead);
  return { status, headers, body, isComplete };
}

function contentOf(
  rest: Buffer,
  status: number,
  headers: ReadonlyMap<string, string>,
  isHead: boolean,
): Pick<ModelReply, "body" | "isComplete"> {
  if (isHead || status === 304 || status === 204) {
    return { body: rest, isComplete: rest.length === 0 };
  }
  if (headers.get("transfer-encoding") === "chunked") return dechunked(rest);
  const length = headers.get("content-length");
  if (length === undefined) return { body: rest, isComplete: false };
  return { body: rest, isComplete: rest.length === Number(length) };
}

function dechunked(bytes: Buffer): Pick<ModelReply, "body" | "isComplete"> {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const line = bytes.indexOf("\r\n", at);
    const size = line < 0 ? NaN : Number.parseInt(bytes.toString("latin1", at, line), 16);
    if (Number.isNaN(size)) return { body: Buffer.concat(pieces), isComplete: false };
    if (size === 0) {
      return { body: Buffer.concat(pieces), isComplete: bytes.length === line + 4 };
    }
    pieces.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}

/** @throws Error when it is not what its Content-Encoding says */
export function decoded({ body, headers }: ModelReply): Buffer {
  const coding = headers.get("content-encoding");
  if (coding === "br") return brotliDecompressSync(body);
  return coding === "gzip" ? gunzipSync(body) : body;
}
