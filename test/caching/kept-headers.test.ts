/** Which of a response's headers are for who asked for it, and which for all who get it later. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { allViewer, startScene, stateOf } from "../edge/viewer-scene.ts";

const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

test("fields that no-cache and private name are for who asked alone", async (t) => {
  const scene = await startScene(t, {
    origin(_, response) {
      response.setHeader("Set-Cookie", ["a=1", "b=2"]);
      response.setHeader("X-User", "me");
      response.setHeader("X-All", "you");
      response.setHeader("Cache-Control", 'max-age=60, no-cache="set-cookie", private="x-user"');
      response.end("page");
    },
    cacheStore: new MemoryStore(1024 * 1024),
    behavior: { CachePolicyId: cachingOptimized },
  });
  const fetched = await scene.ask("GET / HTTP/1.1");
  assert.equal(fetched.headers["set-cookie"], "a=1, b=2");
  assert.equal(fetched.headers["x-user"], "me");
  const kept = await scene.ask("GET / HTTP/1.1");
  assert.equal(kept.headers["x-cache"], "Hit from cloudfront");
  assert.deepEqual(
    [kept.headers["set-cookie"], kept.headers["x-user"], kept.headers["x-all"]],
    [undefined, undefined, "you"],
  );
});

test("cookies that one behavior keeps are not given away by one that keeps them out", async (t) => {
  const takesCookies = { CachePolicyId: cachingOptimized, OriginRequestPolicyId: allViewer };
  const scene = await startScene(t, {
    origin(_, response) {
      response.writeHead(200, { "Set-Cookie": "a=1", "Cache-Control": "max-age=60" }).end("page");
    },
    cacheStore: new MemoryStore(1024 * 1024),
    behavior: takesCookies,
  });
  await scene.ask("GET / HTTP/1.1");
  const kept = await scene.ask("GET / HTTP/1.1");
  assert.equal(kept.headers["x-cache"], "Hit from cloudfront");
  assert.equal(kept.headers["set-cookie"], "a=1");
  const { distributions } = stateOf(scene.originPort, {
    behavior: { ...takesCookies, OriginRequestPolicyId: "" },
  });
  scene.setState((state) => ({ ...state, distributions }));
  const after = await scene.ask("GET / HTTP/1.1");
  assert.equal(after.headers["x-cache"], "Miss from cloudfront");
  assert.equal(after.headers["set-cookie"], undefined);
  assert.equal((await scene.ask("GET / HTTP/1.1")).headers["x-cache"], "Hit from cloudfront");
});
