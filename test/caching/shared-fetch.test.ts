/** One fetch for all who wait, over sockets: what viewers who are slow, leave or come late do to the others. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { setTimeout as pass } from "node:timers/promises";
import { MemoryStore } from "../../src/cache/memory-store.ts";
import {
  domainName,
  open,
  parseReply,
  startScene,
  type Behave,
  type Scene,
  type SceneOptions,
} from "../edge/viewer-scene.ts";

const MB = 1024 * 1024;
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/** An origin whose answers the test gives, and edges in front of it, as the workers of a node are. */
class Shop {
  readonly #pending: ServerResponse[] = [];
  readonly #scenes: Scene[] = [];
  #tell: (() => void) | undefined;
  /** Requests of viewers that have come to the cache. */
  arrived = 0;
  /** Requests that the origin was asked. */
  asked = 0;

  static async open(t: TestContext, workers = 1): Promise<Shop> {
    const shop = new Shop();
    const origin = (_: unknown, response: ServerResponse): void => {
      shop.asked += 1;
      shop.#pending.push(response);
      shop.#tell?.();
    };
    // Runs just before the cache is asked.
    const viewerRequest: Behave = ({ request }) => {
      shop.arrived += 1;
      return { type: "request", request };
    };
    const worker = (): SceneOptions => ({
      origin,
      viewerRequest,
      behavior: { OriginRequestPolicyId: "", CachePolicyId: cachingOptimized },
      originConfig: { ConnectionAttempts: 1 },
      cacheStore: new MemoryStore(256 * MB),
    });
    const first = await startScene(t, worker());
    shop.#scenes.push(first);
    const { originPort } = first;
    while (shop.#scenes.length < workers) {
      shop.#scenes.push(await startScene(t, { ...worker(), originPort }));
    }
    return shop;
  }

  /** The next request that the origin is asked, or was. */
  async next(): Promise<ServerResponse> {
    for (;;) {
      const response = this.#pending.shift();
      if (response !== undefined) return response;
      await new Promise<void>((resolve) => {
        this.#tell = resolve;
      });
    }
  }

  /** Sends a request; the connection ends with the answer. */
  viewer(path = "/", worker = 0): Viewer {
    return new Viewer(open(this.#scenes[worker]!.port), path);
  }

  /** How many visits are over. */
  get visits(): number {
    return this.#scenes.reduce((sum, { visits }) => sum + visits.length, 0);
  }

  /** How many flights can be found. */
  get flights(): number {
    return this.#scenes.reduce((sum, { edge }) => sum + (edge.cache?.flights.size ?? 0), 0);
  }

  /** Bytes of bodies on their way. */
  get inMemory(): number {
    return this.#scenes.reduce((sum, { edge }) => sum + (edge.cache?.flights.inMemory ?? 0), 0);
  }
}

interface Read {
  readonly status: number;
  readonly body: string;
  readonly xCache: string | undefined;
  /** Whether the body is as long as its head says. */
  readonly isWhole: boolean;
}

class Viewer {
  readonly socket: Socket;
  readonly #chunks: Buffer[] = [];
  received = 0;

  constructor(socket: Socket, path: string) {
    this.socket = socket;
    socket.on("error", () => {});
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${domainName}\r\nConnection: close\r\n\r\n`);
  }

  /** Reads nothing of the answer before `read`. */
  notReading(): this {
    this.socket.pause();
    return this;
  }

  /** All of the answer, until the connection ends. */
  async read(): Promise<Read> {
    const { socket } = this;
    socket.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.received += chunk.length;
    });
    socket.resume();
    await new Promise((resolve) => void socket.once("close", resolve));
    const { status, body, headers } = parseReply(Buffer.concat(this.#chunks).toString("latin1"));
    const isWhole = Number(headers["content-length"]) === body.length;
    return { status, body, xCache: headers["x-cache"]?.split(" ")[0], isWhole };
  }

  async leave(): Promise<void> {
    const closed = once(this.socket, "close");
    this.socket.resetAndDestroy();
    await closed;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pass(2);
}

function bodyOf(bytes: number): Buffer {
  return Buffer.from(
    Uint32Array.from({ length: bytes / 4 }, (_, index) => index * 2654435761).buffer,
  );
}

function headOf(response: ServerResponse, length: number): void {
  response.writeHead(200, { "content-length": length, "cache-control": "max-age=600" });
}

test("200 viewers of a cold object over two workers are two requests to its origin", async (t) => {
  const shop = await Shop.open(t, 2);
  const body = bodyOf(MB);
  const viewers = Array.from({ length: 200 }, (_, index) => shop.viewer("/cold", index % 2));
  const reading = viewers.map((viewer) => viewer.read());
  const responses: ServerResponse[] = [];
  for (const response of [await shop.next(), await shop.next()]) {
    headOf(response, body.length);
    // While some wait, some read, and some are yet to come.
    response.write(body.subarray(0, MB / 2));
    responses.push(response);
  }
  await until(() => shop.arrived >= 150 && viewers.some(({ received }) => received > MB / 4));
  for (const response of responses) response.end(body.subarray(MB / 2));
  const replies = await Promise.all(reading);
  const text = body.toString("latin1");
  for (const reply of replies) assert.ok(reply.body === text);
  const misses = replies.filter(({ xCache }) => xCache === "Miss").length;
  t.diagnostic(`200 viewers, 2 workers: ${shop.asked} origin requests`);
  assert.deepEqual([shop.asked, misses], [2, 2]);
  await until(() => shop.inMemory === 0 && shop.flights === 0);
});

test("a first viewer that takes nothing holds up nobody else, nor the keeping", async (t) => {
  const shop = await Shop.open(t);
  const body = bodyOf(24 * MB);
  const first = shop.viewer().notReading();
  const response = await shop.next();
  headOf(response, body.length);
  response.write(body.subarray(0, 1000));
  const second = shop.viewer().read();
  response.end(body.subarray(1000));
  const reply = await second;
  assert.equal(reply.xCache, "Hit");
  assert.ok(reply.body === body.toString("latin1"));
  await until(() => shop.flights === 0);
  const third = await shop.viewer().read();
  assert.ok(third.isWhole);
  assert.equal(shop.asked, 1);
  assert.ok(shop.inMemory <= MB + 65_536);
  // Taken at last, it is all there.
  assert.ok((await first.read()).body === body.toString("latin1"));
});

test("a first viewer that vanishes, before the head or behind it, harms nobody", async (t) => {
  for (const isBeforeHead of [true, false]) {
    const shop = await Shop.open(t);
    const body = bodyOf(4 * MB);
    const first = shop.viewer();
    const response = await shop.next();
    const others = Array.from({ length: 5 }, () => shop.viewer().read());
    await until(() => shop.arrived === 6);
    if (!isBeforeHead) {
      headOf(response, body.length);
      response.write(body.subarray(0, MB));
      await once(first.socket, "data");
    }
    await first.leave();
    await until(() => shop.visits === 1);
    if (isBeforeHead) headOf(response, body.length);
    response.end(isBeforeHead ? body : body.subarray(MB));
    for (const { isWhole, xCache } of await Promise.all(others)) {
      assert.deepEqual([isWhole, xCache], [true, "Hit"]);
    }
    assert.equal((await shop.viewer().read()).xCache, "Hit");
    assert.equal(shop.asked, 1);
  }
});

test("a viewer that leaves while it waits asks its origin nothing", async (t) => {
  const shop = await Shop.open(t);
  const first = shop.viewer().read();
  const response = await shop.next();
  const waiting = Array.from({ length: 10 }, () => shop.viewer());
  await until(() => shop.arrived === 11);
  for (const viewer of waiting) await viewer.leave();
  await until(() => shop.visits === 10);
  headOf(response, 4);
  response.end("body");
  assert.equal((await first).body, "body");
  assert.equal(shop.asked, 1);
});

test("a fetch whose viewers have all left is given up, and asked for anew", async (t) => {
  const shop = await Shop.open(t);
  for (const isBehindHead of [false, true]) {
    const path = `/left-${isBehindHead}`;
    const viewers = [shop.viewer(path), shop.viewer(path)];
    const response = await shop.next();
    const closed = once(response, "close");
    if (isBehindHead) {
      headOf(response, 100 * MB);
      response.write(bodyOf(MB));
      await Promise.all(viewers.map(({ socket }) => once(socket, "data")));
    }
    await Promise.all(viewers.map((viewer) => viewer.leave()));
    await closed;
    assert.equal(response.writableFinished, false);
    await until(() => shop.flights === 0 && shop.inMemory === 0);
    const again = shop.viewer(path).read();
    const second = await shop.next();
    headOf(second, 4);
    second.end("anew");
    assert.equal((await again).body, "anew");
  }
});

test("a fetch whose viewers have all left is finished where little is missing", async (t) => {
  const shop = await Shop.open(t);
  const body = bodyOf(12 * MB);
  const viewer = shop.viewer();
  const response = await shop.next();
  headOf(response, body.length);
  const reading = viewer.read();
  response.write(body.subarray(0, 11 * MB));
  await until(() => viewer.received > 10.9 * MB);
  await viewer.leave();
  await reading;
  await until(() => shop.visits === 1);
  response.end(body.subarray(11 * MB));
  await until(() => shop.flights === 0);
  const reply = await shop.viewer().read();
  assert.deepEqual([reply.xCache, reply.isWhole, shop.asked], ["Hit", true, 1]);
});

test("a body that is cut short breaks off at everybody, and is not kept", async (t) => {
  const shop = await Shop.open(t);
  const viewers = Array.from({ length: 5 }, () => shop.viewer());
  const reading = viewers.map((viewer) => viewer.read());
  const response = await shop.next();
  headOf(response, 4 * MB);
  response.write(bodyOf(MB));
  await until(() => viewers.every(({ received }) => received > MB / 2));
  response.destroy();
  for (const { isWhole } of await Promise.all(reading)) assert.equal(isWhole, false);
  await until(() => shop.inMemory === 0 && shop.flights === 0);
  void shop.viewer().read();
  await shop.next();
  assert.equal(shop.asked, 2);
});

test("an answer that nobody may share lets all who wait ask, and who comes next does not wait", async (t) => {
  const shop = await Shop.open(t);
  const answer = (response: ServerResponse, body: string): void => {
    response.writeHead(206, { "content-length": body.length, "content-range": "bytes 0-4/9" });
    response.end(body);
  };
  const replies = [shop.viewer().read()];
  const first = await shop.next();
  for (let count = 0; count < 10; count += 1) replies.push(shop.viewer().read());
  await until(() => shop.arrived === 11);
  assert.equal(shop.asked, 1);
  answer(first, "00000");
  const next: ServerResponse[] = [];
  // Nobody waits for another's answer, neither those who were let go nor those who come now.
  for (let count = 0; count < 10; count += 1) next.push(await shop.next());
  for (let count = 0; count < 5; count += 1) replies.push(shop.viewer().read());
  for (let count = 0; count < 5; count += 1) next.push(await shop.next());
  for (const [index, response] of next.entries()) answer(response, String(10_000 + index));
  const bodies = (await Promise.all(replies)).map(({ body }) => body);
  assert.equal(new Set(bodies).size, 16, "somebody got what was another's");
});

test("a failed fetch is answered to all who wait, and asked for once", async (t) => {
  const shop = await Shop.open(t);
  const viewers = Array.from({ length: 10 }, () => shop.viewer().read());
  const response = await shop.next();
  await until(() => shop.arrived === 10);
  response.destroy();
  for (const { status } of await Promise.all(viewers)) assert.equal(status, 502);
  assert.equal(shop.asked, 1);
});
