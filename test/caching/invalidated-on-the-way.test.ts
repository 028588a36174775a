/** Who asks for what is just being fetched, and was invalidated meanwhile or was not. */
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test, type TestContext } from "node:test";
import { OrderedMap } from "immutable";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import { startScene } from "../edge/viewer-scene.ts";

const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

async function startHeld(t: TestContext) {
  const held: ServerResponse[] = [];
  let arrived = 0;
  const scene = await startScene(t, {
    origin: (_, response) => void held.push(response),
    viewerRequest: ({ request }) => {
      arrived += 1;
      return { type: "request", request };
    },
    cacheStore: new MemoryStore(1024 * 1024),
    behavior: { OriginRequestPolicyId: "", CachePolicyId: cachingOptimized },
    config: { CacheTagConfig: { HeaderName: "X-Tags" } },
  });
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return {
    scene,
    held,
    until,
    arrived: () => arrived,
    ask: () => scene.ask("GET /a HTTP/1.1"),
    answer: (index: number, body: string) => {
      const headers = { "x-tags": "Mine", "content-length": body.length };
      held[index]?.writeHead(200, headers).end(body);
    },
    invalidate: (path: string) =>
      scene.setState((state) => {
        const revision = state.revision + 1;
        const [owner = ""] = state.distributions.keys();
        const id = `I${revision}`;
        const made = { id, callerReference: id, paths: [path], createTime: "", revision };
        const before = state.invalidations.get(owner) ?? OrderedMap();
        const invalidations = state.invalidations.set(owner, before.set(id, made));
        return { ...state, revision, invalidations };
      }),
  };
}

test("a fetch that another tag's invalidation overtakes is shared all the same", async (t) => {
  const { ask, answer, held, invalidate, until, arrived } = await startHeld(t);
  const first = ask();
  await until(() => held.length === 1);
  invalidate("#other");
  const second = ask();
  await until(() => arrived() === 2);
  answer(0, "one");
  assert.deepEqual([(await first).body, (await second).body], ["one", "one"]);
  assert.equal(held.length, 1);
});

test("a fetch whose tag is invalidated meanwhile answers nobody who asked later", async (t) => {
  const { ask, answer, held, invalidate, until, arrived } = await startHeld(t);
  const first = ask();
  await until(() => held.length === 1);
  invalidate("#mine");
  const later = [ask(), ask()];
  await until(() => arrived() === 3);
  answer(0, "one");
  assert.equal((await first).body, "one");
  await until(() => held.length === 2);
  answer(1, "two");
  assert.deepEqual(
    (await Promise.all(later)).map(({ body }) => body),
    ["two", "two"],
  );
  // They share what they ask for anew.
  assert.equal(held.length, 2);
  assert.equal((await ask()).body, "two");
});
