/** Who may share a fetch that is under way, where the cache follows RFC 9111 strictly. */
import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test, type TestContext } from "node:test";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { startScene, type Scene } from "../edge/viewer-scene.ts";

/** MinTTL 1 second, DefaultTTL a day. */
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
/** Forwards User-Agent and Referer, and no cookies: where those are forwarded nobody shares a fetch. */
const refererHeaders = "acba4595-bd28-49b8-b9fe-13317c0390fa";

interface Held {
  readonly scene: Scene;
  /** Lets the origin end the answers that it has begun. */
  readonly finish: (() => void)[];
}

/** An origin that says at once what it answers, and ends it when it is told to. */
async function startHeld(t: TestContext, headers: Record<string, string>): Promise<Held> {
  const finish: (() => void)[] = [];
  const origin = (message: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { "Cache-Control": "max-age=60", ...headers });
    response.write("for ");
    const kind = String(message.headers.referer);
    finish.push(() => response.end(kind));
  };
  const scene = await startScene(t, {
    origin,
    cacheStore: new MemoryStore(1024 * 1024),
    httpCaching: "strict",
    behavior: { CachePolicyId: cachingOptimized, OriginRequestPolicyId: refererHeaders },
  });
  return { scene, finish };
}

async function asMany(held: Held, count: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (held.finish.length < count) {
    assert.ok(Date.now() < deadline, `The origin is asked ${count} times`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("who asks at the same time gets no variant that was chosen for another", async (t) => {
  const held = await startHeld(t, { Vary: "Referer" });
  const ask = (kind: string) => held.scene.ask("GET /a HTTP/1.1", `Referer: ${kind}`);
  const one = ask("one");
  await asMany(held, 1);
  const others = [ask("two"), ask("one")];
  await asMany(held, 2);
  for (const go of held.finish) go();
  const bodies = (await Promise.all([one, ...others])).map(({ body }) => body);
  assert.deepEqual(bodies, ["for one", "for two", "for one"]);
  assert.equal(held.scene.asked.length, 2);
  assert.equal((await ask("two")).headers["x-cache"], "Hit from cloudfront");
});

test("who wants it asked about does not share what was asked for before", async (t) => {
  const held = await startHeld(t, {});
  const ask = (...lines: string[]) => held.scene.ask("GET /a HTTP/1.1", ...lines);
  const first = ask("Referer: first");
  await asMany(held, 1);
  const shared = ask("Referer: shared");
  const newer = ask("Referer: newer", "Cache-Control: no-cache");
  await asMany(held, 2);
  for (const go of held.finish) go();
  const bodies = (await Promise.all([first, shared, newer])).map(({ body }) => body);
  assert.deepEqual(bodies, ["for first", "for first", "for newer"]);
});
