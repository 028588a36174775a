/**
 * The origin of the model's world: it answers by the plan that stands at the moment, and keeps a
 * record of each answer, whose number stands in the answer's headers and in each few bytes of its body.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { TestContext } from "node:test";
import { listenOn } from "../../edge/viewer-scene.ts";
import { identityOf, normalized, type ModelPolicy } from "./policies.ts";

/** How the origin answers. */
export interface Plan {
  readonly status: number;
  /** Seconds; undefined where the origin doesn't say, as with the next four. */
  readonly maxAge: number | undefined;
  readonly sMaxAge: number | undefined;
  readonly expiresIn: number | undefined;
  readonly whileRevalidate: number | undefined;
  readonly ifError: number | undefined;
  readonly objection: "no-store" | "no-cache" | "private" | undefined;
  /** What a cache on the way claims to have used of the time, in seconds. */
  readonly age: number;
  readonly etag: "strong" | "weak" | "none";
  readonly hasLastModified: boolean;
  readonly size: number;
  readonly isChunked: boolean;
  /** What comes of it: nothing at all, half a body, or all. */
  readonly fate: "whole" | "half" | "none";
  readonly hold: "head" | "body" | "none";
  readonly takesRanges: boolean;
  readonly confirms: boolean;
  readonly variesByAll: boolean;
  readonly tag: string | undefined;
  readonly contentType: "text/plain" | "image/png";
}

export interface Sent {
  readonly number: number;
  readonly plan: Plan;
  readonly policy: ModelPolicy;
  readonly identity: string;
  readonly method: string;
  /** Counts what happens in a world. */
  readonly askedAt: number;
  /** Of all of it, whatever was asked for and sent. */
  readonly body: Buffer;
  status: number;
  etag: string | undefined;
  lastModified: string | undefined;
  /** When its head was sent, in milliseconds since the epoch; undefined until then. */
  headAtMs: number | undefined;
  /** When nothing of it could be on its way any more, as far as is known. */
  settledAt: number;
}

/** What the origin and its viewers share. */
export interface World {
  now: number;
  policy: ModelPolicy;
  /** @returns a number for what happens now, larger than all before */
  count(what: string): number;
}

const blockSize = 16;

/** The bytes of an answer: every sixteen of them say whose they are, and where. */
function bodyOf(number: number, size: number): Buffer {
  let text = "";
  for (let index = 0; index * blockSize < size; index += 1) {
    text += `${number}:${index}`.padEnd(blockSize - 1, ".") + "\n";
  }
  return Buffer.from(text.slice(0, size));
}

export class ModelOrigin {
  readonly sent: Sent[] = [];
  plan: Plan;
  readonly #world: World;
  readonly #versions = new Map<string, number>();
  readonly #held: (() => void)[] = [];
  #tellHeld: () => void = () => {};

  constructor(world: World, plan: Plan) {
    this.#world = world;
    this.plan = plan;
  }

  listen(t: Pick<TestContext, "after">): Promise<number> {
    const server = createServer((message, response) => this.#answer(message, response));
    return listenOn(t, server);
  }

  /** Whether an answer waits to be let go. */
  get holds(): boolean {
    return this.#held.length > 0;
  }

  /** Resolves when an answer is held that was not before. */
  whenHeld(): Promise<void> {
    return new Promise((resolve) => {
      this.#tellHeld = resolve;
    });
  }

  change(path: string): void {
    this.#versions.set(path, this.#version(path) + 1);
  }

  /** Lets the longest held answer go on. */
  release(): void {
    this.#held.shift()?.();
  }

  /** All that was sent so far has come to its end everywhere. */
  settle(): void {
    if (this.sent.at(-1)?.settledAt !== Infinity) return;
    const at = this.#world.count("nothing is on its way");
    for (const sent of this.sent) sent.settledAt = Math.min(sent.settledAt, at);
  }

  #version(path: string): number {
    return this.#versions.get(path) ?? 1;
  }

  #answer(message: IncomingMessage, response: ServerResponse): void {
    const { plan } = this;
    const { method = "", headers } = message;
    const [path = "", query = ""] = (message.url ?? "").split("?");
    const isObject = plan.status === 200;
    const version = `${path.slice(1)}${this.#version(path)}${isObject ? "" : `-${plan.status}`}`;
    const day = String(1 + (this.#version(path) % 28)).padStart(2, "0");
    const number = this.sent.length + 1;
    const sent: Sent = {
      number,
      plan,
      body: bodyOf(number, plan.size),
      policy: this.#world.policy,
      identity: identityOf({
        method,
        path,
        query,
        language: (headers["x-language"] as string | undefined) ?? "",
        cookie: /who=(\w+)/.exec(headers.cookie ?? "")?.[1] ?? "",
        encodings: normalized(headers["accept-encoding"] ?? ""),
      }),
      method,
      askedAt: this.#world.count(`the origin is asked ${method} ${message.url}`),
      status: plan.status,
      etag: { strong: `"${version}"`, weak: `W/"${version}"`, none: undefined }[plan.etag],
      lastModified:
        plan.hasLastModified && isObject ? `Mon, ${day} Dec 2025 00:00:00 GMT` : undefined,
      headAtMs: undefined,
      settledAt: Infinity,
    };
    this.sent.push(sent);
    message.resume();
    const go = () => this.#send(sent, message, response);
    if (plan.hold === "head") this.#hold(go);
    else go();
  }

  #send(sent: Sent, message: IncomingMessage, response: ServerResponse): void {
    const { plan } = sent;
    if (plan.fate === "none") {
      sent.status = 0;
      sent.headAtMs = this.#world.now;
      this.#world.count(`answer ${sent.number}: none`);
      message.socket.destroy();
      return;
    }
    let { body } = sent;
    response.sendDate = false;
    for (const [name, value] of headersOf(sent, this.#world.now)) response.setHeader(name, value);
    if (this.#confirms(sent, message)) sent.status = 304;
    const part = sent.status === 200 ? partOf(message, sent, body.length) : undefined;
    if (part !== undefined) {
      sent.status = 206;
      response.setHeader("Content-Range", `bytes ${part.first}-${part.end - 1}/${body.length}`);
      body = body.subarray(part.first, part.end);
    }
    sent.headAtMs = this.#world.now;
    this.#world.count(`answer ${sent.number}: ${sent.status} ${JSON.stringify(plan)}`);
    response.statusCode = sent.status;
    if (sent.status === 304) {
      response.end();
      return;
    }
    response.setHeader("Content-Type", plan.contentType);
    if (!plan.isChunked) response.setHeader("Content-Length", body.length);
    if (sent.method === "HEAD") {
      response.end();
      return;
    }
    const half = body.length >> 1;
    response.write(body.subarray(0, half));
    if (half === 0) response.flushHeaders();
    const finish = () => {
      if (plan.fate === "half" && body.length > 0) response.destroy();
      else response.end(body.subarray(half));
    };
    if (plan.hold === "body") this.#hold(finish);
    else setImmediate(finish);
  }

  #confirms({ plan, etag, lastModified, ...sent }: Sent, { headers }: IncomingMessage): boolean {
    const isRead = sent.method === "GET" || sent.method === "HEAD";
    if (!plan.confirms || sent.status >= 400 || !isRead) return false;
    const asked = headers["if-none-match"];
    if (asked !== undefined) {
      return etag !== undefined && asked.replace(/^W\//, "") === etag.replace(/^W\//, "");
    }
    const since = headers["if-modified-since"];
    return since !== undefined && since === lastModified;
  }

  #hold(go: () => void): void {
    this.#held.push(go);
    this.#tellHeld();
  }
}

function headersOf({ number, plan, etag, lastModified }: Sent, now: number): [string, string][] {
  const directives: string[] = [];
  if (plan.objection !== undefined) directives.push(plan.objection);
  if (plan.maxAge !== undefined) directives.push(`max-age=${plan.maxAge}`);
  if (plan.sMaxAge !== undefined) directives.push(`s-maxage=${plan.sMaxAge}`);
  if (plan.whileRevalidate !== undefined) {
    directives.push(`stale-while-revalidate=${plan.whileRevalidate}`);
  }
  if (plan.ifError !== undefined) directives.push(`stale-if-error=${plan.ifError}`);
  const seconds = expiresIn({ plan, etag, lastModified });
  const expiresAt = seconds === undefined ? undefined : now + seconds * 1000;
  const headers: [string, string][] = [
    ["X-Number", String(number)],
    // Told each time, so that a 304 leaves nothing of what was told before.
    ["Cache-Control", directives.join(", ") || "public"],
    ["X-Tags", plan.tag ?? "none"],
    ["Age", String(plan.age)],
    ["Set-Cookie", `number=${number}`],
    ["Expires", expiresAt === undefined ? "" : httpDate(expiresAt)],
    ["ETag", etag ?? ""],
    ["Last-Modified", lastModified ?? ""],
    ["Vary", plan.variesByAll ? "*" : ""],
    ["Accept-Ranges", plan.takesRanges ? "bytes" : ""],
  ];
  return headers.filter(([, value]) => value !== "");
}

/** Only what is never validated says it so: a 304 would leave what was told before. */
export function expiresIn({
  plan,
  etag,
  lastModified,
}: Pick<Sent, "plan" | "etag" | "lastModified">): number | undefined {
  return etag === undefined && lastModified === undefined ? plan.expiresIn : undefined;
}

function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

function partOf(
  { headers, method }: IncomingMessage,
  { plan, etag, lastModified }: Sent,
  length: number,
): { first: number; end: number } | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "") ?? [];
  if (!plan.takesRanges || method !== "GET" || from === undefined || to === undefined) {
    return undefined;
  }
  const condition = headers["if-range"] as string | undefined;
  const isStrong = etag !== undefined && !etag.startsWith("W/");
  if (condition !== undefined && condition !== lastModified && !(isStrong && condition === etag)) {
    return undefined;
  }
  const first = from === "" ? Math.max(0, length - Number(to)) : Number(from);
  const end = from === "" || to === "" ? length : Math.min(length, Number(to) + 1);
  return first < end ? { first, end } : undefined;
}
