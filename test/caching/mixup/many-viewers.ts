/** Many viewers over many keys, who look at each answer: for whom it was made, of which version, and whether it is all there. */
import assert from "node:assert/strict";
import { Agent, request, type IncomingHttpHeaders } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import {
  bodyOf,
  firstLine,
  identityOf,
  linesOf,
  lineLength,
  type ObjectRequest,
} from "./objects.ts";
import { freshMax, type ChangingOrigin } from "./changing-origin.ts";

/** How long an answer may be on its way through a busy machine, in milliseconds. */
const slackMs = 10_000;

export interface Invalidated {
  /** By path: the version that was the current one when it was last invalidated. */
  readonly floors: ReadonlyMap<string, number>;
}

export class ManyViewers {
  /** How often was answered how. */
  readonly counts = new Map<string, number>();
  readonly #edge: URL;
  readonly #host: string;
  readonly #origin: ChangingOrigin;
  readonly #invalidated: Invalidated;
  readonly #random: () => number;
  readonly #agent = new Agent({ keepAlive: true });
  #left: number;

  constructor(
    { edge, host }: { readonly edge: string; readonly host: string },
    origin: ChangingOrigin,
    invalidated: Invalidated,
    random: () => number,
    requests: number,
  ) {
    this.#edge = new URL(edge);
    this.#host = host;
    this.#origin = origin;
    this.#invalidated = invalidated;
    this.#random = random;
    this.#left = requests;
  }

  /** How many requests are still to be made. */
  get left(): number {
    return this.#left;
  }

  async visit(viewers: number): Promise<void> {
    await Promise.all(Array.from({ length: viewers }, () => this.#visitOnAndOn()));
    this.#agent.destroy();
  }

  async #visitOnAndOn(): Promise<void> {
    while (this.#left > 0) {
      this.#left -= 1;
      await this.#ask();
    }
  }

  async #ask(): Promise<void> {
    const wanted = this.#wanted();
    const { headers, method } = this.#asked(wanted);
    const floor = this.#invalidated.floors.get(wanted.path) ?? 0;
    const beganAt = performance.now();
    const { path, query } = wanted;
    const url = query === "" ? path : `${path}?${query}`;
    const reply = await this.#send(method, url, headers);
    // The origin has broken off, and so has the edge.
    if (reply === undefined) return this.#count("broken off");
    const version = this.#check(wanted, method, headers, reply);
    const kind = `${reply.status} ${String(reply.headers["x-cache"]).split(" ")[0]}`;
    this.#count(kind);
    if (version === undefined) return;
    assert.ok(version >= floor, `version ${version} of ${path}, of which ${floor} was invalidated`);
    const usableMs = this.#origin.overAt(path, version) + freshMax * 1000 + slackMs;
    assert.ok(beganAt < usableMs, `version ${version} of ${path} is over since long`);
  }

  #wanted(): ObjectRequest {
    // Some are asked for far more often than others.
    const number = Math.floor(60 * this.#random() ** 3);
    return {
      path: `/${number % 2 === 0 ? "text" : "image"}/${number}`,
      query: this.#oneOf("", "", "a=1"),
      language: this.#oneOf("", "", "de"),
      cookie: this.#oneOf("", "", "me", "you"),
      encodings: this.#oneOf("", "", "gzip", "br,gzip"),
    };
  }

  #asked({ path, language, cookie, encodings }: ObjectRequest): {
    method: string;
    headers: Record<string, string>;
  } {
    const headers: Record<string, string> = { host: this.#host };
    if (language !== "") headers["x-language"] = language;
    if (cookie !== "") headers["cookie"] = `other=x; who=${cookie}`;
    if (encodings !== "") headers["accept-encoding"] = encodings;
    const turn = this.#random();
    if (turn < 0.1) {
      const length = linesOf(path) * lineLength;
      const first = Math.floor(this.#random() * length);
      headers["range"] = `bytes=${first}-${first + Math.floor(this.#random() * 2000)}`;
    } else if (turn < 0.2) {
      headers["if-none-match"] = `"${this.#origin.version(path)}"`;
    }
    return { method: turn > 0.95 ? "HEAD" : "GET", headers };
  }

  /** @returns the version, where the answer says it @throws AssertionError when it is not what was asked for */
  #check(
    wanted: ObjectRequest,
    method: string,
    asked: Readonly<Record<string, string>>,
    { status, headers, body }: Reply,
  ): number | undefined {
    const { path } = wanted;
    const cookie = path.startsWith("/image/") ? wanted.cookie : "";
    const identity = identityOf({ ...wanted, cookie });
    if (status === 502) return undefined;
    assert.equal(headers["x-identity"], identity, "made for another request");
    if (status === 416) return undefined;
    const tag = String(headers.etag).replace("W/", "");
    const version = Number(tag.slice(1, -1));
    assert.equal(headers["x-version"], String(version));
    if (status === 304) {
      assert.equal(asked["if-none-match"], tag, "304 to who has another version");
      return version;
    }
    const whole = bodyOf(path, { identity, version });
    if (status === 206) {
      const [, from, to, size] =
        /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers["content-range"] ?? "") ?? [];
      if (headers["content-encoding"] !== undefined) return version;
      assert.equal(Number(size), whole.length);
      assert.ok(
        body.equals(whole.subarray(Number(from), Number(to) + 1)),
        "other bytes than wanted",
      );
      return version;
    }
    assert.equal(status, 200);
    if (method === "HEAD") return version;
    const bytes = decoded(body, headers);
    if (bytes.equals(whole)) return version;
    assert.fail(
      `${JSON.stringify(firstLine(bytes, 0))} with ${bytes.length} bytes for ${identity} v${version}`,
    );
  }

  #send(method: string, path: string, headers: Record<string, string>): Promise<Reply | undefined> {
    const { hostname, port } = this.#edge;
    return new Promise((resolve) => {
      const broken = () => resolve(undefined);
      const outgoing = request(
        { hostname, port, path, method, headers, agent: this.#agent },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", broken);
          response.on("end", () => {
            const { statusCode: status = 0, headers: told, complete } = response;
            resolve(complete ? { status, headers: told, body: Buffer.concat(chunks) } : undefined);
          });
        },
      );
      outgoing.on("error", broken);
      outgoing.end();
    });
  }

  #oneOf(...choices: string[]): string {
    return choices[Math.floor(this.#random() * choices.length)] as string;
  }

  #count(kind: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function decoded(body: Buffer, { "content-encoding": coding }: IncomingHttpHeaders): Buffer {
  if (coding === "br") return brotliDecompressSync(body);
  return coding === "gzip" ? gunzipSync(body) : body;
}
