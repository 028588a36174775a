/**
 * Reloads pages in browsers when something was saved: a server before the edge, which puts a script at the end of each HTML page and
 * leaves all else as it is.
 *
 * It stands before the edge, and not in it, so that what functions, cache and origin see and answer is the same without it.
 */
import { once } from "node:events";
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createZstdDecompress } from "node:zlib";
import { listenOn } from "../../node/listen-on.ts";

const folder = "/__footlight";
const scriptTag = `<script src="${folder}/reload.js"></script>`;
const script = `new EventSource(${JSON.stringify(`${folder}/saves`)}).onmessage = () => location.reload();\n`;

export interface LiveReload {
  readonly url: string;
  /** Has all open pages loaded again. */
  readonly reload: () => void;
  readonly close: () => void;
}

/**
 * @param edge base URL of the edge, asked anew for each request: it may be another one later
 * @throws Error, when the port is taken
 */
export async function startLiveReload(port: number, edge: () => string): Promise<LiveReload> {
  const pages = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (request.url === `${folder}/reload.js`) {
      response.writeHead(200, { "content-type": "text/javascript", "cache-control": "no-store" });
      response.end(script);
    } else if (request.url === `${folder}/saves`) {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write(":\n\n");
      pages.add(response);
      response.on("close", () => pages.delete(response));
    } else passOn(request, response, edge());
  });
  server.on("upgrade", (request, socket: Socket, head) => join(request, socket, head, edge()));
  await listenOn(server, { host: "127.0.0.1", port }, "--edge-port");
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}`,
    reload: () => {
      for (const page of pages) page.write("data: saved\n\n");
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function passOn(request: IncomingMessage, response: ServerResponse, edge: string): void {
  const { hostname, port } = new URL(edge);
  const { method, url: path, rawHeaders: headers } = request;
  const asked = ask({ hostname, port, method, path, headers, setHost: false, agent: false });
  asked.on("response", (answer) => {
    const body = pageOf(answer, method);
    const lines = body === undefined ? answer.rawHeaders : withoutBodyLines(answer.rawHeaders);
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, lines);
    if (body === undefined) answer.pipe(response);
    else
      body
        .on("end", () => response.end(scriptTag))
        .on("error", () => response.destroy())
        .pipe(response, { end: false });
  });
  asked.on("error", (error) => {
    if (response.headersSent) response.destroy();
    else
      response
        .writeHead(502, { "content-type": "text/plain" })
        .end(`The edge does not answer: ${error.message}\n`);
  });
  response.on("close", () => asked.destroy());
  request.pipe(asked);
}

/** @returns a page's text; undefined of what is no page, or not whole, or packed in a way of which nothing is known here */
function pageOf(answer: IncomingMessage, method: string | undefined): Readable | undefined {
  const isPage = /^text\/html\b/i.test(answer.headers["content-type"] ?? "");
  if (!isPage || method === "HEAD" || [204, 206, 304].includes(answer.statusCode ?? 0))
    return undefined;
  switch (answer.headers["content-encoding"]) {
    case undefined:
      return answer;
    case "gzip":
      return answer.pipe(createGunzip());
    case "br":
      return answer.pipe(createBrotliDecompress());
    case "zstd":
      return answer.pipe(createZstdDecompress());
    default:
      return undefined;
  }
}

const ofBody = /^(content-length|content-encoding|transfer-encoding)$/i;

function withoutBodyLines(lines: readonly string[]): string[] {
  return lines.flatMap((name, index) =>
    index % 2 === 0 && !ofBody.test(name) ? [name, lines[index + 1]!] : [],
  );
}

/** Joins a viewer who wants another protocol, such as WebSocket, with the edge. */
function join(request: IncomingMessage, socket: Socket, head: Buffer, edge: string): void {
  const { hostname, port } = new URL(edge);
  const other = connect(Number(port), hostname);
  const { method, url, rawHeaders } = request;
  const lines = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : [],
  );
  other.write(`${[`${method} ${url} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n`);
  other.write(head);
  other.pipe(socket).pipe(other);
  socket.on("error", () => other.destroy());
  other.on("error", () => socket.destroy());
  void once(socket, "close").then(() => other.destroy());
}
