/**
 * Viewers that ask and do not read, or read late: nothing piles up, and nothing is cut off.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { domainName, open, startScene, type Scene, type SceneOptions } from "./viewer-scene.ts";

const host = `Host: ${domainName}\r\n`;
const get = `GET / HTTP/1.1\r\n${host}\r\n`;
const bodySize = 60_000;

interface Unread {
  readonly scene: Scene;
  readonly viewer: Socket;
  /** The edge's side of the viewer's connection. */
  readonly socket: Socket;
}

/** A viewer that does not read, with an edge whose answers are of `bodySize`. */
async function startUnread(t: TestContext, options: SceneOptions = {}): Promise<Unread> {
  const body = Buffer.alloc(bodySize, "a");
  const scene = await startScene(t, { origin: (_, response) => response.end(body), ...options });
  const accepted = once(scene.listener.server, "connection") as Promise<[Socket]>;
  const viewer = open(scene.port).pause();
  t.after(() => viewer.destroy());
  viewer.on("error", () => {});
  const [socket] = await accepted;
  return { scene, viewer, socket };
}

/** Asks until an answer is there that the system takes no more of. @returns how often it has asked */
async function askUntilUnread({ viewer, socket }: Unread): Promise<number> {
  for (let asked = 1; asked < 500; asked += 1) {
    viewer.write(get);
    if (!(await isTaken(socket, asked * bodySize))) return asked;
  }
  return assert.fail("The system takes everything");
}

/** Waits until the system has taken so much. @returns false where it stands still instead: a busy machine's is late now and then */
async function isTaken(socket: Socket, bytes: number): Promise<boolean> {
  for (let looks = 0; looks < 20;) {
    await delay(10);
    const { bytesWritten, writableLength } = socket;
    if (writableLength > 0) looks += 1;
    else if (bytesWritten >= bytes) return true;
    else looks = 0;
  }
  return false;
}

async function readAll(viewer: Socket): Promise<string> {
  let text = "";
  viewer.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  viewer.resume();
  await once(viewer, "close");
  return text;
}

function assertWhole(text: string, count: number): void {
  const bodies = text.split(/HTTP\/1\.1 200 OK\r\n(?:[^\r]+\r\n)+\r\n/).slice(1);
  const lengths = bodies.map((body) => (body.match(/a/g) ?? []).length);
  assert.deepEqual(
    lengths,
    Array.from({ length: count }, () => bodySize),
  );
}

test("answers to a viewer that asks and never reads do not pile up", async (t) => {
  const unread = await startUnread(t);
  await askUntilUnread(unread);
  const before = unread.scene.asked.length;
  for (let i = 0; i < 10; i += 1) {
    unread.viewer.write(get.repeat(20));
    await delay(10);
  }
  await delay(100);
  const { asked } = unread.scene;
  assert.ok(asked.length <= before + 2, `${asked.length - before} more were asked for`);
  assert.ok(unread.socket.writableLength <= 4 * bodySize, `${unread.socket.writableLength} bytes`);
});

test("a viewer that reads late gets all of the answers, though no request came for long", async (t) => {
  const unread = await startUnread(t, { listener: { keepAliveTimeoutMs: 500 } });
  const count = await askUntilUnread(unread);
  await delay(1000);
  assertWhole(await readAll(unread.viewer), count);
});

test("drain() waits for a viewer to read what it was answered", async (t) => {
  const unread = await startUnread(t);
  const count = await askUntilUnread(unread);
  const drained = unread.scene.listener.drain(60_000);
  await delay(300);
  assertWhole(await readAll(unread.viewer), count);
  await drained;
});

test("a viewer that is answered late keeps its connection, though it has read late before", async (t) => {
  const unread = await startUnread(t, {
    origin: (message, response) => {
      if (message.url === "/slow") setTimeout(() => response.end("slow"), 3000);
      else response.end(Buffer.alloc(bodySize, "a"));
    },
    listener: { idleTimeoutMs: 2000 },
  });
  await askUntilUnread(unread);
  unread.viewer.write(`GET /slow HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
  await delay(100);
  assert.match(await readAll(unread.viewer), /slow$/);
});

const post = `POST / HTTP/1.1\r\n${host}Content-Length: 2\r\n\r\nhi`;
const waiting: readonly [name: string, packets: readonly string[]][] = [
  ["more than a plain request", [get, post, get]],
  ["half a request", [get, "GET /"]],
  ["half a request of the same packet", [`${get}GET /`]],
];

for (const [name, packets] of waiting) {
  test(`a viewer that leaves while ${name} waits takes the origin's request with it`, async (t) => {
    const asked = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const scene = await startScene(t, {
      origin: (_, response) => {
        response.once("close", left.resolve);
        asked.resolve();
      },
    });
    const viewer = open(scene.port);
    for (const packet of packets) {
      viewer.write(packet);
      await delay(20);
    }
    await asked.promise;
    await delay(20);
    viewer.destroy();
    await left.promise;
    assert.equal(scene.asked.length, 1);
  });
}

test("a connection holds little of what its viewer has not read", async (t) => {
  const { socket } = await startUnread(t);
  assert.equal(socket.writableHighWaterMark, 16 * 1024);
});
