/** What an answer to a HEAD does to what is kept for GET, by the strict reading and by CloudFront's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { startScene } from "../edge/viewer-scene.ts";

const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

interface Row {
  readonly what: string;
  readonly reading: "strict" | "cloudfront";
  /** What the origin says to a HEAD that it said otherwise to GET. */
  readonly changes: Readonly<Record<string, string>>;
  /** What the next GET gets, and how often the origin was asked by then. */
  readonly answer: string;
  readonly asked: number;
  readonly note?: string;
}

const rows: readonly Row[] = [
  { what: "the same tag", reading: "strict", changes: {}, answer: "1", asked: 2, note: "new" },
  { what: "another tag", reading: "strict", changes: { etag: '"v2"' }, answer: "3", asked: 3 },
  {
    what: "another length",
    reading: "strict",
    changes: { "content-length": "7" },
    answer: "3",
    asked: 3,
  },
  { what: "the same tag", reading: "cloudfront", changes: {}, answer: "3", asked: 3 },
];

for (const { what, reading, changes, answer, asked, note } of rows) {
  test(`after a HEAD that tells ${what} a GET gets answer ${answer} (${reading})`, async (t) => {
    let count = 0;
    const clock = { now: Date.parse("2026-01-02T03:04:05.000Z") };
    const scene = await startScene(t, {
      // An origin that knows no conditions.
      origin: ({ method }, response) => {
        count += 1;
        const common = { "cache-control": "max-age=10", etag: '"v1"', "content-length": "1" };
        if (method === "HEAD") {
          response.writeHead(200, { ...common, "x-note": "new", ...changes }).end();
        } else response.writeHead(200, { ...common, "x-note": "old" }).end(String(count));
      },
      cacheStore: new MemoryStore(1024 * 1024),
      httpCaching: reading,
      now: () => new Date(clock.now),
      behavior: { OriginRequestPolicyId: "", CachePolicyId: cachingOptimized },
    });
    await scene.ask("GET /a HTTP/1.1");
    clock.now += 11_000;
    await scene.ask("HEAD /a HTTP/1.1");
    const reply = await scene.ask("GET /a HTTP/1.1");
    assert.equal(reply.body, answer);
    assert.equal(scene.asked.length, asked);
    if (note !== undefined) assert.equal(reply.headers["x-note"], note);
  });
}
