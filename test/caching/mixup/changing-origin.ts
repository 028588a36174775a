/** An origin whose objects change all the time, and that remembers when each version was the current one. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { randomFrom } from "../../support/sample-random.ts";
import { bodyOf, identityOf, linesOf } from "./objects.ts";

/** How long its answers may be kept, in seconds. */
export const freshMax = 2;

/** The cache tag of a path's object, which is some others' too. */
export function tagOf(path: string): string {
  return `tag${Number(path.slice(path.lastIndexOf("/") + 1)) % 10}`;
}

export class ChangingOrigin {
  asked = 0;
  /** By path: when each version was over, by performance.now(), the first one first. */
  readonly #overAt = new Map<string, number[]>();
  readonly #random: () => number;
  readonly server: Server;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    this.server = createServer((message, response) => this.#answer(message, response));
  }

  version(path: string): number {
    return (this.#overAt.get(path)?.length ?? 0) + 1;
  }

  change(path: string): void {
    const overAt = this.#overAt.get(path) ?? [];
    overAt.push(performance.now());
    this.#overAt.set(path, overAt);
  }

  /** @returns Infinity for the current version */
  overAt(path: string, version: number): number {
    return this.#overAt.get(path)?.[version - 1] ?? Infinity;
  }

  #answer(message: IncomingMessage, response: ServerResponse): void {
    this.asked += 1;
    const { headers } = message;
    const [path = "", query = ""] = (message.url ?? "").split("?");
    const accepted = headers["accept-encoding"] ?? "";
    const identity = identityOf({
      path,
      query,
      language: (headers["x-language"] as string | undefined) ?? "",
      cookie: /who=(\w*)/.exec(headers.cookie ?? "")?.[1] ?? "",
      encodings: ["br", "gzip"].filter((coding) => accepted.includes(coding)).join(","),
    });
    const version = this.version(path);
    const etag = `"${version}"`;
    response.setHeader("ETag", etag);
    response.setHeader("X-Tag", tagOf(path));
    response.setHeader("X-Identity", identity);
    response.setHeader("X-Version", version);
    response.setHeader("Content-Type", path.includes("text") ? "text/plain" : "image/png");
    const control = this.#random() < 0.05 ? "no-store" : `max-age=${this.#below(freshMax + 1)}`;
    response.setHeader("Cache-Control", control);
    if (headers["if-none-match"]?.replace("W/", "") === etag) {
      response.writeHead(304).end();
      return;
    }
    let body = bodyOf(path, { identity, version });
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
    if (from !== undefined && message.method === "GET" && this.#random() < 0.7) {
      const last = Math.min(Number(to), body.length - 1);
      response.statusCode = 206;
      response.setHeader("Content-Range", `bytes ${from}-${last}/${body.length}`);
      body = body.subarray(Number(from), last + 1);
    }
    if (this.#random() < 0.7) response.setHeader("Content-Length", body.length);
    const half = body.length >> 1;
    response.write(body.subarray(0, half));
    const finish = () => {
      if (this.#random() < 0.01) response.destroy();
      else response.end(body.subarray(half));
    };
    if (this.#random() < 0.2 || linesOf(path) > 1000) setTimeout(finish, this.#below(20));
    else finish();
  }

  #below(end: number): number {
    return Math.floor(this.#random() * end);
  }
}
