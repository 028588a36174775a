/** What a cache answers and what it asks its origin, over sockets: the ways through it, one each. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test, type TestContext } from "node:test";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import {
  domainName,
  open,
  startScene,
  type Asked,
  type Behavior,
  type Reply,
  type SceneOptions,
} from "../edge/viewer-scene.ts";

/** MinTTL 1 second, DefaultTTL a day. */
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

class TestClock {
  now = Date.parse("2026-01-02T03:04:05.000Z");
  advance(seconds: number): void {
    this.now += seconds * 1000;
  }
}

type Answers = (message: IncomingMessage, response: ServerResponse) => void;

interface CachedScene {
  readonly ask: (requestLine: string, ...headerLines: string[]) => Promise<Reply>;
  /** What the origin was asked, in order. */
  readonly asked: readonly Asked[];
  readonly clock: TestClock;
  readonly port: number;
}

async function startCached(
  t: TestContext,
  origin: Answers,
  options: SceneOptions = {},
): Promise<CachedScene> {
  const clock = new TestClock();
  const { OriginRequestPolicyId: _, ...behavior } = (options.behavior ?? {}) as Behavior;
  const scene = await startScene(t, {
    origin,
    cacheStore: new MemoryStore(64 * 1024 * 1024),
    now: () => new Date(clock.now),
    ...options,
    behavior: { OriginRequestPolicyId: "", CachePolicyId: cachingOptimized, ...behavior },
  });
  return { ask: (...lines) => scene.ask(...lines), asked: scene.asked, clock, port: scene.port };
}

/** Answers with a count of its answers as the body. */
function counting(headers: Record<string, string> = {}): Answers {
  let count = 0;
  return (_, response) => {
    count += 1;
    const body = `answer ${count}`;
    response.writeHead(200, { "content-length": body.length, ...headers });
    response.end(body);
  };
}

test("what was kept by a clock that has been set back since is fetched anew, and kept", async (t) => {
  const { ask, clock } = await startCached(t, counting({ "cache-control": "max-age=60" }));
  await ask("GET /a HTTP/1.1");
  clock.advance(-3600);
  const second = await ask("GET /a HTTP/1.1");
  assert.equal(second.headers["x-cache"], "Miss from cloudfront");
  assert.equal(second.body, "answer 2");
  clock.advance(59);
  assert.equal((await ask("GET /a HTTP/1.1")).body, "answer 2");
});

test("the second request for an object is a Hit, with its age", async (t) => {
  const { ask, asked, clock } = await startCached(t, counting({ "cache-control": "max-age=60" }));
  const first = await ask("GET /a HTTP/1.1");
  assert.equal(first.headers["x-cache"], "Miss from cloudfront");
  assert.equal(first.headers["age"], undefined);
  clock.advance(7);
  const second = await ask("GET /a HTTP/1.1");
  assert.equal(second.body, "answer 1");
  assert.equal(second.headers["x-cache"], "Hit from cloudfront");
  assert.equal(second.headers["age"], "7");
  assert.equal(asked.length, 1);
});

test("what a cache on the way has kept is told to be as old as it was there", async (t) => {
  const headers = { "cache-control": "max-age=60", age: "20" };
  const { ask, clock } = await startCached(t, counting(headers));
  assert.equal((await ask("GET /a HTTP/1.1")).headers["age"], "20");
  clock.advance(7);
  assert.equal((await ask("GET /a HTTP/1.1")).headers["age"], "27");
});

test("HEAD is answered from what GET brought, and an answer to HEAD answers no GET", async (t) => {
  const { ask, asked } = await startCached(t, counting({ "cache-control": "max-age=60" }));
  const head = await ask("HEAD /a HTTP/1.1");
  assert.equal(head.headers["x-cache"], "Miss from cloudfront");
  assert.equal((await ask("HEAD /a HTTP/1.1")).headers["x-cache"], "Hit from cloudfront");
  const get = await ask("GET /a HTTP/1.1");
  assert.equal(get.headers["x-cache"], "Miss from cloudfront");
  assert.equal(get.body, "answer 2");
  const after = await ask("HEAD /a HTTP/1.1");
  assert.equal(after.headers["x-cache"], "Hit from cloudfront");
  assert.equal(after.headers["content-length"], String(get.body.length));
  assert.equal(after.body, "");
  assert.deepEqual(
    asked.map(({ method }) => method),
    ["HEAD", "GET"],
  );
});

test("what has expired is validated, and a 304 makes it fresh again", async (t) => {
  const origin: Answers = (message, response) => {
    if (message.headers["if-none-match"] === '"v1"') {
      response.writeHead(304, { "cache-control": "max-age=120", etag: '"v1"' }).end();
      return;
    }
    response.writeHead(200, { "cache-control": "max-age=10", etag: '"v1"' }).end("whole");
  };
  const { ask, asked, clock } = await startCached(t, origin);
  await ask("GET /a HTTP/1.1");
  clock.advance(11);
  const refreshed = await ask("GET /a HTTP/1.1", 'If-None-Match: "of-the-viewer"');
  assert.equal(refreshed.headers["x-cache"], "RefreshHit from cloudfront");
  assert.equal(refreshed.body, "whole");
  assert.equal(asked[1]?.headers["if-none-match"], '"v1"');
  clock.advance(100);
  assert.equal((await ask("GET /a HTTP/1.1")).headers["x-cache"], "Hit from cloudfront");
  assert.equal(asked.length, 2);
});

test("what a 304 confirms and forbids to keep is as old as the 304 says", async (t) => {
  const origin: Answers = (message, response) => {
    const isKnown = message.headers["if-none-match"] === '"v1"';
    const control = isKnown ? "private" : "max-age=10";
    const headers = { "cache-control": control, etag: '"v1"', age: isKnown ? "3" : "1" };
    response.writeHead(isKnown ? 304 : 200, headers).end(isKnown ? undefined : "whole");
  };
  const { ask, clock } = await startCached(t, origin, {
    behavior: { CachePolicyId: "" },
  });
  await ask("GET /a HTTP/1.1");
  clock.advance(40);
  const reply = await ask("GET /a HTTP/1.1");
  assert.equal(reply.body, "whole");
  assert.equal(reply.headers["age"], "3");
});

test("what a 304 says to vary by everything is not kept any more", async (t) => {
  const origin: Answers = (message, response) => {
    const isKnown = message.headers["if-none-match"] === '"v1"';
    const headers = { "cache-control": "max-age=10", etag: '"v1"' };
    if (isKnown) response.writeHead(304, { ...headers, vary: "*" }).end();
    else response.writeHead(200, headers).end("whole");
  };
  const { ask, asked, clock } = await startCached(t, origin, { behavior: { CachePolicyId: "" } });
  await ask("GET /a HTTP/1.1");
  clock.advance(11);
  assert.equal((await ask("GET /a HTTP/1.1")).headers["x-cache"], "RefreshHit from cloudfront");
  assert.equal((await ask("GET /a HTTP/1.1")).headers["x-cache"], "Miss from cloudfront");
  assert.equal(asked.length, 3);
});

test("a viewer who has it gets 304, and parts come from the whole", async (t) => {
  const { ask, asked } = await startCached(
    t,
    counting({ etag: '"v1"', "cache-control": "max-age=60" }),
  );
  assert.equal((await ask("GET /a HTTP/1.1")).body, "answer 1");
  const has = await ask("GET /a HTTP/1.1", 'If-None-Match: W/"v1"');
  assert.equal(has.status, 304);
  assert.equal(has.body, "");
  assert.equal(has.headers["x-cache"], "Hit from cloudfront");
  const part = await ask("GET /a HTTP/1.1", "Range: bytes=2-4");
  assert.equal(part.status, 206);
  assert.equal(part.body, "swe");
  assert.equal(part.headers["content-range"], "bytes 2-4/8");
  const beyond = await ask("GET /a HTTP/1.1", "Range: bytes=99-");
  assert.equal(beyond.status, 416);
  assert.equal(beyond.headers["content-range"], "bytes */8");
  assert.equal(asked.length, 1);
});

test("a part is kept as a part, and never answers who wants the whole", async (t) => {
  const whole = "0123456789".repeat(10);
  const origin: Answers = (message, response) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(message.headers.range ?? "") ?? [];
    const common = { "cache-control": "max-age=60", etag: '"v1"' };
    if (first === undefined) response.writeHead(200, common).end(whole);
    else {
      const range = `bytes ${first}-${last}/${whole.length}`;
      const body = whole.slice(Number(first), Number(last) + 1);
      response.writeHead(206, { ...common, "content-range": range, "content-length": body.length });
      response.end(body);
    }
  };
  const { ask, asked } = await startCached(t, origin);
  const first = await ask("GET /a HTTP/1.1", "Range: bytes=10-29");
  assert.equal(first.status, 206);
  assert.equal(first.headers["x-cache"], "Miss from cloudfront");
  const inside = await ask("GET /a HTTP/1.1", "Range: bytes=15-19");
  assert.equal(inside.body, "56789");
  assert.equal(inside.headers["content-range"], "bytes 15-19/100");
  assert.equal(inside.headers["x-cache"], "Hit from cloudfront");
  assert.equal(asked.length, 1);
  assert.equal((await ask("GET /a HTTP/1.1")).body, whole);
  assert.equal((await ask("GET /a HTTP/1.1", "Range: bytes=0-3")).body, "0123");
  assert.equal(asked.length, 2);
});

const untrue: [what: string, range: string, body: string][] = [
  ["shorter than it says", "bytes 0-9/100", "01234"],
  ["longer than it says", "bytes 0-9/100", "0123456789ab"],
  ["of less than it has", "bytes 0-9/5", "0123456789"],
];
for (const [what, range, body] of untrue) {
  test(`a part that is ${what} is not kept`, async (t) => {
    const origin: Answers = (_, response) => {
      response.writeHead(206, { "cache-control": "max-age=60", "content-range": range });
      response.write(body.slice(0, 2));
      response.end(body.slice(2));
    };
    const { ask, asked } = await startCached(t, origin);
    for (const wanted of ["bytes=0-9", "bytes=0-9", "bytes=6-9"]) {
      const reply = await ask("GET /a HTTP/1.1", `Range: ${wanted}`);
      assert.equal(reply.status, 206);
      assert.equal(reply.headers["x-cache"], "Miss from cloudfront");
      assert.equal(reply.headers["content-range"], range);
    }
    assert.equal(asked.length, 3);
  });
}

test("what has expired stands in when the origin fails, and it is left alone for a while", async (t) => {
  let isBroken = false;
  const origin: Answers = (_, response) => {
    if (isBroken) response.writeHead(500).end("broken");
    else response.writeHead(200, { "cache-control": "max-age=10" }).end("good");
  };
  const { ask, asked, clock } = await startCached(t, origin);
  await ask("GET /a HTTP/1.1");
  clock.advance(11);
  isBroken = true;
  const stale = await ask("GET /a HTTP/1.1");
  assert.equal(stale.status, 200);
  assert.equal(stale.body, "good");
  assert.equal(stale.headers["x-cache"], "Hit from cloudfront");
  await ask("GET /a HTTP/1.1");
  assert.equal(asked.length, 2);
  clock.advance(11);
  await ask("GET /a HTTP/1.1");
  assert.equal(asked.length, 3);
});

test("stale-while-revalidate answers at once, and fetches behind", async (t) => {
  const { ask, asked, clock } = await startCached(
    t,
    counting({ "cache-control": "max-age=10, stale-while-revalidate=60" }),
  );
  await ask("GET /a HTTP/1.1");
  clock.advance(11);
  assert.equal((await ask("GET /a HTTP/1.1")).body, "answer 1");
  while (asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  let reply = await ask("GET /a HTTP/1.1");
  while (reply.body === "answer 1") reply = await ask("GET /a HTTP/1.1");
  assert.equal(reply.body, "answer 2");
  assert.equal(asked.length, 2);
});

test("why what is fetched behind is not kept is told, and that it is kept again", async (t) => {
  const controls = ["max-age=10, stale-while-revalidate=60", "no-store", "max-age=10"];
  let count = 0;
  const origin: Answers = (_, response) => {
    response.writeHead(200, { "cache-control": controls[count] ?? "" }).end("answer");
    count += 1;
  };
  const told: unknown[][] = [];
  const onFetchedBehind = (...what: unknown[]) => void told.push(what.slice(1));
  const behavior = { CachePolicyId: "", MinTTL: 0 };
  const { ask, clock } = await startCached(t, origin, { onFetchedBehind, behavior });
  await ask("GET /a HTTP/1.1");
  clock.advance(11);
  for (let times = 1; times <= 2; times += 1) {
    assert.equal((await ask("GET /a HTTP/1.1")).headers["x-cache"], "Hit from cloudfront");
    while (told.length < times) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.deepEqual(told, [
    ["no-store", 200],
    [undefined, 200],
  ]);
});

test("what is fetched anew behind a HEAD or a part is the whole object", async (t) => {
  let count = 0;
  const origin: Answers = ({ method, headers }, response) => {
    count += 1;
    const control = { "cache-control": "max-age=10, stale-while-revalidate=60" };
    // About something that is not kept, so that it has to be asked again.
    if (headers["if-none-match"] === '"2"') response.writeHead(304, { etag: '"x"' }).end();
    else if (headers.range !== undefined) {
      const part = { ...control, "content-range": "bytes 0-1/8", "content-length": 2 };
      response.writeHead(206, part).end("pa");
    } else {
      const tag = method === "HEAD" ? '"h"' : `"${count}"`;
      response
        .writeHead(200, { ...control, etag: tag, "content-length": 8 })
        .end(`answer ${count}`);
    }
  };
  const { ask, asked, clock } = await startCached(t, origin);
  const untilAsked = async (times: number) => {
    while (asked.length < times) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await ask("GET /a HTTP/1.1");
  clock.advance(11);
  assert.equal((await ask("HEAD /a HTTP/1.1")).headers["x-cache"], "Hit from cloudfront");
  await untilAsked(2);
  while ((await ask("GET /a HTTP/1.1")).body !== "answer 2");
  clock.advance(11);
  assert.equal((await ask("GET /a HTTP/1.1", "Range: bytes=0-1")).body, "an");
  await untilAsked(4);
  while ((await ask("GET /a HTTP/1.1")).body !== "answer 4");
  assert.deepEqual(
    asked.map(({ method, headers }) => [method, headers.range]),
    Array.from({ length: 4 }, () => ["GET", undefined]),
  );
});

test("a 304 that nobody asked for is kept for nobody", async (t) => {
  const origin: Answers = ({ url }, response) => {
    response.writeHead(url === "/a" ? 304 : 200, { "cache-control": "max-age=60" }).end();
  };
  const { ask, asked } = await startCached(t, origin);
  assert.equal((await ask("GET /a HTTP/1.1")).status, 304);
  await ask("GET /a HTTP/1.1");
  assert.equal(asked.length, 2);
});

test("errors are kept for ten seconds, and no-store is not kept for GET", async (t) => {
  const origin: Answers = (_, response) => void response.writeHead(404).end("nothing here");
  const { ask, asked, clock } = await startCached(t, origin);
  assert.equal((await ask("GET /a HTTP/1.1")).headers["x-cache"], "Error from cloudfront");
  clock.advance(5);
  const kept = await ask("GET /a HTTP/1.1");
  assert.equal(kept.status, 404);
  assert.equal(kept.headers["age"], "5");
  assert.equal(asked.length, 1);
  clock.advance(6);
  await ask("GET /a HTTP/1.1");
  assert.equal(asked.length, 2);
});

test("a 400 that its origin lets be kept is an error each time, and never validated", async (t) => {
  const headers = { "cache-control": "max-age=60", etag: '"a"' };
  const { ask, asked, clock } = await startCached(t, (_, response) => {
    response.writeHead(400, headers).end("bad");
  });
  for (const times of [1, 1, 2]) {
    if (times === 2) clock.advance(61);
    const reply = await ask("GET /a HTTP/1.1");
    assert.deepEqual([reply.status, reply.body], [400, "bad"]);
    assert.equal(reply.headers["x-cache"], "Error from cloudfront");
    assert.equal(asked.length, times);
    assert.equal(asked.at(-1)?.headers["if-none-match"], undefined);
  }
});

test("what a POST may have changed is let go of in strict caching, unless it failed", async (t) => {
  let status = 400;
  const origin: Answers = ({ method }, response) => {
    if (method === "POST") response.writeHead(status).end();
    else response.writeHead(200, { "cache-control": "max-age=60" }).end("kept");
  };
  const { ask } = await startCached(t, origin, { httpCaching: "strict" });
  const result = async () => (await ask("GET /a HTTP/1.1")).headers["x-cache"];
  const post = () => ask("POST /a HTTP/1.1", "Content-Length: 0");
  await result();
  assert.equal((await post()).status, 400);
  assert.equal(await result(), "Hit from cloudfront");
  status = 303;
  assert.equal((await post()).status, 303);
  assert.equal(await result(), "Miss from cloudfront");
});

test("two hundred viewers at once cost one request", async (t) => {
  const finish: (() => void)[] = [];
  const origin: Answers = (_, response) => {
    response.writeHead(200, { "cache-control": "max-age=60" });
    response.write("first ");
    finish.push(() => response.end("last"));
  };
  const { ask, asked } = await startCached(t, origin);
  const replies = Array.from({ length: 200 }, () => ask("GET /a HTTP/1.1"));
  while (finish.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (const go of finish) go();
  const bodies = (await Promise.all(replies)).map(({ body }) => body);
  assert.deepEqual(new Set(bodies), new Set(["first last"]));
  assert.equal(asked.length, 1);
});

test("who joins a long answer is told how old it has become", async (t) => {
  const finish: (() => void)[] = [];
  const origin: Answers = (_, response) => {
    response.writeHead(200, { "cache-control": "max-age=60" }).write("first ");
    finish.push(() => response.end("last"));
  };
  const { asked, clock, port } = await startCached(t, origin);
  const begin = async () => {
    const viewer = open(port);
    t.after(() => viewer.destroy());
    viewer.write(`GET /a HTTP/1.1\r\nHost: ${domainName}\r\n\r\n`);
    const [bytes] = (await once(viewer, "data")) as [Buffer];
    return /^Age: (.*)$/im.exec(bytes.toString("latin1"))?.[1];
  };
  assert.equal(await begin(), undefined);
  clock.advance(7);
  assert.equal(await begin(), "7");
  assert.equal(asked.length, 1);
  for (const go of finish) go();
});

test("what may not be kept goes to each viewer by itself", async (t) => {
  const { ask, asked } = await startCached(t, counting({ "cache-control": "max-age=0" }), {
    behavior: { CachePolicyId: "83da9c7e-98b4-4e11-a168-04f0df8e2c65" },
  });
  const replies = await Promise.all(Array.from({ length: 5 }, () => ask("GET /a HTTP/1.1")));
  assert.equal(new Set(replies.map(({ body }) => body)).size, 5);
  assert.equal(asked.length, 5);
});

test("an origin that gives all to who wants a part is passed on, and parts come from it then", async (t) => {
  const { ask, asked } = await startCached(t, counting({ "cache-control": "max-age=60" }));
  const first = await ask("GET /a HTTP/1.1", "Range: bytes=0-1");
  assert.equal(first.status, 200);
  assert.equal(first.body, "answer 1");
  const second = await ask("GET /a HTTP/1.1", "Range: bytes=0-1");
  assert.equal(second.status, 206);
  assert.equal(second.body, "an");
  assert.equal(asked.length, 1);
});
