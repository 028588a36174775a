/** Parts of objects, over sockets: kept by themselves, found to be right, and fetched before the whole has come. */
import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test, type TestContext } from "node:test";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { domainName, open, startScene } from "../edge/viewer-scene.ts";

const megabyte = 1024 * 1024;
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const start = Date.parse("2026-01-02T03:04:05.000Z");

interface Held {
  body: string;
  etag: string;
  acceptsRanges: boolean;
  /** Whether the whole stops after its first bytes, until it is let go. */
  isSlow: boolean;
}

async function startParts(t: TestContext, changes: Partial<Held> = {}) {
  const held: Held = {
    body: "0123456789".repeat(10),
    etag: '"v1"',
    acceptsRanges: true,
    isSlow: false,
    ...changes,
  };
  const stopped: (() => void)[] = [];
  const origin = ({ headers }: IncomingMessage, response: ServerResponse): void => {
    const { body, etag, acceptsRanges, isSlow } = held;
    const common = {
      "cache-control": "max-age=10",
      ...(etag !== "" && { etag }),
      ...(acceptsRanges && { "accept-ranges": "bytes" }),
    };
    const [, first = "", last = ""] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
    if (etag !== "" && headers["if-none-match"] === etag) response.writeHead(304, common).end();
    else if (first !== "" && acceptsRanges) {
      const part = body.slice(Number(first), Number(last) + 1);
      const range = `bytes ${first}-${last}/${body.length}`;
      response.writeHead(206, { ...common, "content-range": range, "content-length": part.length });
      response.end(part);
    } else {
      response.writeHead(200, { ...common, "content-length": body.length });
      if (!isSlow) response.end(body);
      else {
        response.write(body.slice(0, 1000));
        stopped.push(() => response.end(body.slice(1000)));
      }
    }
  };
  const clock = { now: start };
  const scene = await startScene(t, {
    origin,
    cacheStore: new MemoryStore(256 * megabyte),
    now: () => new Date(clock.now),
    behavior: { OriginRequestPolicyId: "", CachePolicyId: cachingOptimized },
  });
  const part = (range: string, ...lines: string[]) =>
    scene.ask("GET /a HTTP/1.1", `Range: bytes=${range}`, ...lines);
  const letGo = (): void => stopped.splice(0).forEach((go) => go());
  return { scene, held, clock, part, letGo };
}

test("a part that has expired is found to be right, and kept on", async (t) => {
  const { scene, clock, part } = await startParts(t);
  await part("10-29");
  clock.now += 11_000;
  const validated = await part("15-19");
  assert.deepEqual([validated.status, validated.body], [206, "56789"]);
  assert.equal(validated.headers["content-range"], "bytes 15-19/100");
  assert.equal(validated.headers["x-cache"], "RefreshHit from cloudfront");
  assert.equal(scene.asked[1]?.headers["if-none-match"], '"v1"');
  assert.equal(scene.asked[1]?.headers.range, "bytes=15-19");
  const kept = await part("10-12");
  assert.deepEqual([kept.body, kept.headers["x-cache"]], ["012", "Hit from cloudfront"]);
  assert.equal(scene.asked.length, 2);
});

test("a part that has changed is fetched as it is now", async (t) => {
  const { scene, held, clock, part } = await startParts(t);
  await part("10-29");
  clock.now += 11_000;
  Object.assign(held, { body: "abcdefghij".repeat(10), etag: '"v2"' });
  const changed = await part("15-19");
  assert.deepEqual([changed.status, changed.body], [206, "fghij"]);
  assert.equal(changed.headers["x-cache"], "Miss from cloudfront");
  assert.equal(changed.headers["etag"], '"v2"');
  // Nothing of what was there before is left.
  assert.equal((await part("10-12")).body, "abc");
  assert.equal(scene.asked.length, 3);
});

test("a part with a weak tag, or none, is fetched anew when it has expired", async (t) => {
  for (const etag of ['W/"v1"', ""]) {
    const { scene, clock, part } = await startParts(t, { etag });
    await part("10-29");
    clock.now += 11_000;
    assert.equal((await part("10-29")).headers["x-cache"], "Miss from cloudfront");
    assert.equal(scene.asked[1]?.headers["if-none-match"], undefined);
  }
});

const long = "0123456789abcdef".repeat((32 * megabyte) / 16);

/** Begins the whole, which is held back. */
async function whileTheWholeComes(t: TestContext, changes: Partial<Held> = {}) {
  const parts = await startParts(t, { body: long, isSlow: true, ...changes });
  const viewer = open(parts.scene.port);
  viewer.on("error", () => {});
  t.after(() => viewer.destroy());
  viewer.write(`GET /a HTTP/1.1\r\nHost: ${domainName}\r\n\r\n`);
  await new Promise<void>((resolve) => void viewer.once("data", () => resolve()));
  return parts;
}

test("a part far ahead of a whole that is coming is fetched by itself, once for all who want it", async (t) => {
  const { scene, part } = await whileTheWholeComes(t);
  const at = 30 * megabyte;
  const replies = await Promise.all([0, 1, 2].map(() => part(`${at}-${at + 9}`)));
  for (const { status, body } of replies) assert.deepEqual([status, body], [206, "0123456789"]);
  assert.ok(scene.asked.length <= 4);
  assert.deepEqual(
    scene.asked.slice(1).map(({ headers }) => headers.range),
    scene.asked.slice(1).map(() => `bytes=${at}-${at + 9}`),
  );
  assert.equal((await part(`${at}-${at + 4}`)).headers["x-cache"], "Hit from cloudfront");
});

test("a part that is near waits for the whole, as does one of an origin that serves no parts", async (t) => {
  const near = await whileTheWholeComes(t);
  const soon = near.part("500000-500009");
  const far = await whileTheWholeComes(t, { acceptsRanges: false });
  const late = far.part(`${30 * megabyte}-${30 * megabyte + 9}`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  near.letGo();
  far.letGo();
  assert.equal((await soon).status, 206);
  assert.equal((await late).body, "0123456789");
  assert.deepEqual([near.scene.asked.length, far.scene.asked.length], [1, 1]);
});
