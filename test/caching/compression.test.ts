/** What the edge compresses, and what it keeps of it. */
import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test, type TestContext } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { startScene, type Reply, type Scene, type SceneOptions } from "../edge/viewer-scene.ts";

const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const optimized = { CachePolicyId: cachingOptimized, OriginRequestPolicyId: undefined };
const noPolicies = { CachePolicyId: undefined, OriginRequestPolicyId: undefined };
const text = "The quick brown fox jumps over the lazy dog. ".repeat(100);

interface Sends {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: string;
}

/** An edge whose origin sends the same to everybody, with a length unless it is said to be undefined. */
async function compressingScene(
  t: TestContext,
  { status = 200, headers = {}, body = text }: Sends = {},
  options: SceneOptions = {},
): Promise<Scene> {
  const length = Buffer.byteLength(body);
  const all = { "Content-Type": "text/html", "Content-Length": `${length}`, ...headers };
  return startScene(t, {
    origin(_: IncomingMessage, response: ServerResponse) {
      response.statusCode = status;
      for (const [name, value] of Object.entries(all)) {
        if (value !== undefined) response.setHeader(name, value);
      }
      response.end(body);
    },
    cacheStore: new MemoryStore(16 * 1024 * 1024),
    ...options,
    behavior: { ...optimized, Compress: true, ...options.behavior },
  });
}

const ask = (scene: Scene, ...lines: string[]) => scene.ask("GET /a HTTP/1.1", ...lines);
const bytesOf = ({ body }: Reply) => Buffer.from(body, "latin1");

const chosen: [accepts: string, coding: string | undefined][] = [
  ["gzip, deflate, br, zstd", "br"],
  ["br", "br"],
  ["gzip", "gzip"],
  ["br;q=0, gzip", "gzip"],
  ["deflate", undefined],
];
for (const [accepts, coding] of chosen) {
  test(`a viewer who accepts ${accepts} gets ${coding ?? "no coding"}, fetched and kept`, async (t) => {
    const scene = await compressingScene(t, { headers: { ETag: '"a"', Vary: "Cookie" } });
    const fetched = await ask(scene, `Accept-Encoding: ${accepts}`);
    const kept = await ask(scene, `Accept-Encoding: ${accepts}`);
    assert.equal(scene.asked.length, 1);
    assert.equal(kept.headers["x-cache"], "Hit from cloudfront");
    assert.deepEqual(bytesOf(kept), bytesOf(fetched));
    for (const reply of [fetched, kept]) {
      assert.equal(reply.headers["content-encoding"], coding);
      assert.equal(reply.headers["etag"], coding === undefined ? '"a"' : 'W/"a"');
      assert.equal(
        reply.headers["vary"],
        coding === undefined ? "Cookie" : "Cookie, Accept-Encoding",
      );
      assert.equal(decoded(reply), text);
    }
    const length = String(bytesOf(kept).length);
    assert.equal(kept.headers["content-length"], length);
    assert.equal(fetched.headers["content-length"], coding === undefined ? length : undefined);
  });
}

function decoded(reply: Reply): string {
  const bytes = bytesOf(reply);
  const coding = reply.headers["content-encoding"];
  if (coding === "br") return brotliDecompressSync(bytes).toString();
  return (coding === "gzip" ? gunzipSync(bytes) : bytes).toString();
}

async function codingOf(t: TestContext, sends: Sends, options: SceneOptions = {}): Promise<string> {
  const scene = await compressingScene(t, sends, options);
  const reply = await ask(scene, "Accept-Encoding: gzip, br");
  assert.equal(decoded(reply), sends.body ?? text);
  return reply.headers["content-encoding"] ?? "none";
}

const conditions: [what: string, sends: Sends, options: SceneOptions, coding: string][] = [
  ["404", { status: 404 }, {}, "br"],
  ["403", { status: 403 }, {}, "br"],
  ["410", { status: 410 }, {}, "none"],
  ["301", { status: 301 }, {}, "none"],
  ["500", { status: 500 }, {}, "none"],
  ["203", { status: 203 }, {}, "none"],
  ["999 bytes", { body: "a".repeat(999) }, {}, "none"],
  ["1,000 bytes", { body: "a".repeat(1000) }, {}, "br"],
  ["10,000,000 bytes", { body: "a".repeat(10_000_000) }, {}, "br"],
  ["10,000,001 bytes", { body: "a".repeat(10_000_001) }, {}, "none"],
  [
    "a body without a length",
    { headers: { "Content-Length": undefined, "Transfer-Encoding": "chunked" } },
    {},
    "none",
  ],
  [
    "text/html with a charset",
    { headers: { "Content-Type": "Text/HTML; charset=utf-8" } },
    {},
    "br",
  ],
  ["image/svg+xml", { headers: { "Content-Type": "image/svg+xml" } }, {}, "br"],
  ["application/wasm", { headers: { "Content-Type": "application/wasm" } }, {}, "br"],
  ["image/png", { headers: { "Content-Type": "image/png" } }, {}, "none"],
  ["application/ld+json", { headers: { "Content-Type": "application/ld+json" } }, {}, "none"],
  ["no type", { headers: { "Content-Type": undefined } }, {}, "none"],
  ["what is encoded already", { headers: { "Content-Encoding": "identity" } }, {}, "identity"],
  ["no-transform", { headers: { "Cache-Control": "no-transform" } }, {}, "none"],
  [
    "what nobody keeps",
    { headers: { "Cache-Control": "no-store" } },
    { behavior: noMinimum() },
    "gzip",
  ],
  ["a behavior that doesn't", {}, { behavior: { Compress: false } }, "none"],
  ["a behavior without a cache policy", {}, { behavior: noPolicies }, "gzip"],
  [
    "nothing where caching is off",
    {},
    { behavior: { CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" } },
    "none",
  ],
];
for (const [what, sends, options, coding] of conditions) {
  test(`the edge compresses ${what}: ${coding}`, async (t) => {
    assert.equal(await codingOf(t, sends, options), coding);
  });
}

/** A behavior whose minimum TTL is 0, so that no-store counts. */
function noMinimum() {
  return { ...noPolicies, MinTTL: 0, DefaultTTL: 60, MaxTTL: 60 };
}

const tags: [etag: string, sent: string | undefined][] = [
  ['"a"', 'W/"a"'],
  ['W/"a"', 'W/"a"'],
  ["a", undefined],
];
for (const [etag, sent] of tags) {
  test(`a compressed object's ETag ${etag} becomes ${sent}`, async (t) => {
    const scene = await compressingScene(t, { headers: { ETag: etag } });
    const reply = await ask(scene, "Accept-Encoding: gzip");
    assert.equal(reply.headers["etag"], sent);
  });
}

const varying: [vary: string | undefined, sent: string][] = [
  [undefined, "Accept-Encoding"],
  ["Cookie", "Cookie, Accept-Encoding"],
  ["accept-encoding", "accept-encoding"],
];
for (const [vary, sent] of varying) {
  test(`a compressed object's Vary: ${vary} becomes ${sent}`, async (t) => {
    const scene = await compressingScene(t, { headers: { Vary: vary } });
    const reply = await ask(scene, "Accept-Encoding: gzip");
    assert.equal(reply.headers["vary"], sent);
  });
}

test("viewers who accept other codings share nothing", async (t) => {
  const scene = await compressingScene(t);
  const replies = [];
  for (const accepts of ["br", "gzip", "gzip, br", "identity"]) {
    replies.push(await ask(scene, `Accept-Encoding: ${accepts}`));
  }
  assert.equal(scene.asked.length, 4);
  assert.deepEqual(
    replies.map((reply) => reply.headers["content-encoding"]),
    ["br", "gzip", "br", undefined],
  );
});

test("a viewer of HTTP/1.0 gets nothing compressed", async (t) => {
  const scene = await compressingScene(t);
  const reply = await scene.ask("GET /a HTTP/1.0", "Accept-Encoding: gzip");
  assert.equal(reply.headers["content-encoding"], undefined);
});

test("parts of a kept object are parts of what it was compressed to", async (t) => {
  const scene = await compressingScene(t, { headers: { ETag: '"a"' } });
  const whole = bytesOf(await ask(scene, "Accept-Encoding: gzip"));
  const part = await ask(scene, "Accept-Encoding: gzip", "Range: bytes=10-19");
  assert.deepEqual(bytesOf(part), whole.subarray(10, 20));
  assert.equal(part.headers["content-range"], `bytes 10-19/${whole.length}`);
  assert.equal(part.headers["content-encoding"], "gzip");
});

test("what a viewer has of a compressed object is found to be current by either tag", async (t) => {
  const scene = await compressingScene(t, { headers: { ETag: '"a"' } });
  await ask(scene, "Accept-Encoding: gzip");
  for (const tag of ['"a"', 'W/"a"']) {
    const reply = await ask(scene, "Accept-Encoding: gzip", `If-None-Match: ${tag}`);
    assert.equal(reply.status, 304);
  }
});

test("a body that breaks off is not kept, and doesn't look complete", async (t) => {
  let breaks = true;
  const scene = await startScene(t, {
    origin(_, response) {
      response.setHeader("Content-Type", "text/html");
      response.setHeader("Content-Length", text.length);
      response.write(text.slice(0, 1000));
      if (breaks) setImmediate(() => response.destroy());
      else response.end(text.slice(1000));
    },
    cacheStore: new MemoryStore(1024 * 1024),
    behavior: { ...optimized, Compress: true },
  });
  await assert.rejects(ask(scene, "Accept-Encoding: gzip"), /broke off/);
  breaks = false;
  const reply = await ask(scene, "Accept-Encoding: gzip");
  assert.equal(reply.headers["x-cache"], "Miss from cloudfront");
  assert.equal(decoded(reply), text);
});

test("many viewers who ask at once get the same compressed bytes", async (t) => {
  const scene = await compressingScene(t, { body: text.repeat(200) });
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => ask(scene, "Accept-Encoding: br")),
  );
  for (const reply of replies) assert.equal(decoded(reply), text.repeat(200));
  assert.equal(new Set(replies.map(({ body }) => body)).size, 1);
  assert.equal(scene.asked.length, 1);
});

test("a compressed object goes on varying by Accept-Encoding when it was validated", async (t) => {
  const scene = await startScene(t, {
    origin(message, response) {
      response.setHeader("ETag", '"a"');
      response.setHeader("Vary", "Cookie");
      response.setHeader("Cache-Control", "max-age=0");
      // Of an origin that compares the texts of its tags.
      if (message.headers["if-none-match"] === '"a"') response.writeHead(304).end();
      else response.setHeader("Content-Type", "text/html").end(text);
    },
    cacheStore: new MemoryStore(1024 * 1024),
    behavior: { ...noPolicies, MinTTL: 0, Compress: true },
  });
  await ask(scene, "Accept-Encoding: gzip");
  const validated = await ask(scene, "Accept-Encoding: gzip");
  assert.equal(validated.headers["x-cache"], "RefreshHit from cloudfront");
  assert.equal(validated.headers["vary"], "Cookie, Accept-Encoding");
  assert.equal(validated.headers["content-encoding"], "gzip");
  assert.equal(validated.headers["etag"], 'W/"a"');
  assert.equal(decoded(validated), text);
});
