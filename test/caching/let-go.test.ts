/** Answers of origins that something else takes the place of: nobody waits for the rest, and their connections are let go of. */
import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test } from "node:test";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { startScene, type SceneOptions } from "../edge/viewer-scene.ts";

const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/** An origin whose answers to some paths never end, and that tells when such a one was given up. */
function endless() {
  const closed = Promise.withResolvers<void>();
  const begin = (response: ServerResponse, status: number): void => {
    response.once("close", closed.resolve);
    response.writeHead(status, { "cache-control": "no-store" }).write("never ends");
  };
  return { begin, closed: closed.promise };
}

function caching(clock: { now: number }, origin: SceneOptions["origin"]): SceneOptions {
  return {
    ...(origin && { origin }),
    cacheStore: new MemoryStore(2 ** 24),
    now: () => new Date(clock.now),
    behavior: { OriginRequestPolicyId: "", CachePolicyId: cachingOptimized },
  };
}

test("an error that a stale object stands in for is let go of", async (t) => {
  const clock = { now: Date.parse("2026-01-02T03:04:05.000Z") };
  const { begin, closed } = endless();
  let isBroken = false;
  const scene = await startScene(
    t,
    caching(clock, (_, response) => {
      if (isBroken) begin(response, 500);
      else response.writeHead(200, { "cache-control": "max-age=10" }).end("good");
    }),
  );
  await scene.ask("GET /a HTTP/1.1");
  clock.now += 11_000;
  isBroken = true;
  assert.equal((await scene.ask("GET /a HTTP/1.1")).body, "good");
  await closed;
});

test("what is fetched behind and not kept is let go of", async (t) => {
  const clock = { now: Date.parse("2026-01-02T03:04:05.000Z") };
  const { begin, closed } = endless();
  let count = 0;
  const options = caching(clock, (_, response) => {
    count += 1;
    const control = { "cache-control": "max-age=10, stale-while-revalidate=60" };
    if (count > 1) begin(response, 200);
    else response.writeHead(200, control).end("good");
  });
  // With a minimum TTL of 0 no-store counts.
  const ForwardedValues = { QueryString: false, Cookies: { Forward: "none" } } as const;
  const behavior = { OriginRequestPolicyId: "", CachePolicyId: "", MinTTL: 0, ForwardedValues };
  const scene = await startScene(t, { ...options, behavior });
  await scene.ask("GET /a HTTP/1.1");
  clock.now += 11_000;
  assert.equal((await scene.ask("GET /a HTTP/1.1")).body, "good");
  await closed;
});

const page = { ErrorCode: 404, ResponsePagePath: "/page.html", ResponseCode: "200" };
const config = { CustomErrorResponses: { Quantity: 1, Items: [page] } };
type Answers = (message: IncomingMessage, response: ServerResponse) => void;

test("an error that a page takes the place of is let go of", async (t) => {
  const { begin, closed } = endless();
  const origin: Answers = ({ url }, response) => {
    if (url !== "/page.html") begin(response, 404);
    else {
      response.flushHeaders();
      // The viewer's own end would let go of it, too.
      void closed.then(() => response.end("page"));
    }
  };
  const scene = await startScene(t, { config, origin });
  assert.equal((await scene.ask("GET /a HTTP/1.1")).body, "page");
});

for (const status of [400, 403, 500]) {
  test(`a page that is a ${status} itself takes no error's place, and is let go of`, async (t) => {
    const { begin, closed } = endless();
    const origin: Answers = ({ url }, response) => {
      if (url === "/page.html") begin(response, status);
      else {
        response.writeHead(404).flushHeaders();
        void closed.then(() => response.end("error"));
      }
    };
    const scene = await startScene(t, { config, origin });
    const reply = await scene.ask("GET /a HTTP/1.1");
    assert.deepEqual([reply.status, reply.body], [404, "error"]);
  });
}
