/** What several requests of one connection, in packets of any kind, do to one another: nothing. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { domainName, open, startScene, type Scene } from "./viewer-scene.ts";

const host = `Host: ${domainName}\r\n`;
const upgrade = "Connection: Upgrade\r\nUpgrade: h2c\r\n";
const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\n${host}${more}\r\n`;

/** Sends packets, each when the one before was read, and returns all that comes back until the edge closes the connection. */
async function talk(scene: Scene, packets: readonly string[]): Promise<string> {
  const socket = open(scene.port);
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  socket.on("error", () => {});
  const ended = new Promise<void>((resolve) => void socket.once("close", () => resolve()));
  await once(socket, "connect");
  socket.setNoDelay(true);
  for (const packet of packets) {
    socket.write(Buffer.from(packet, "latin1"));
    await Promise.race([ended, new Promise((resolve) => void setTimeout(resolve, 30))]);
  }
  await ended;
  return text;
}

function statuses(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
}

const post = `POST /1 HTTP/1.1\r\n${host}${upgrade}Content-Length: 5\r\n\r\nhello`;
const chunks = `POST /1 HTTP/1.1\r\n${host}${upgrade}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`;
const hidden = `POST /2 HTTP/1.1\r\n${host}Content-Length: ${get("/stolen").length}\r\n\r\n`;

/** Packets, and what the origin may be asked for them. Whatever is not served, the end is said. */
const upgrades: [name: string, packets: string[], asked: string[]][] = [
  ["nothing", [get("/1", upgrade)], ["/1"]],
  ["a request in its packet", [get("/1", upgrade) + get("/2"), get("/3")], ["/1"]],
  ["a request in the next packet", [get("/1", upgrade), get("/2")], ["/1"]],
  ["half a request in its packet", [get("/1", upgrade) + hidden, get("/stolen")], ["/1"]],
  ["a request, after its body", [post + get("/2"), get("/3")], ["/1"]],
  ["a request, after its chunks", [chunks + get("/2"), get("/3")], ["/1"]],
  ["half a request, after its body", [post + hidden, get("/stolen")], ["/1"]],
  ["something else", [`${get("/1", upgrade)}\x00\x01\x02`, "\x03"], ["/1"]],
  ["a request, behind another one", [get("/0") + get("/1", upgrade) + get("/2")], ["/0", "/1"]],
];

for (const [name, packets, expected] of upgrades) {
  test(`an upgrade that is followed by ${name} is the last request of its connection`, async (t) => {
    const scene = await startScene(t);
    const text = await talk(scene, packets);
    assert.deepEqual(
      scene.asked.map(({ url }) => url),
      expected,
    );
    assert.deepEqual(
      statuses(text),
      expected.map(() => 200),
    );
    assert.match(text, /Connection: close/);
    if (packets[0]?.includes("hello")) assert.equal(scene.asked[0]?.body, "hello");
  });
}

test("an Upgrade that no Connection names changes nothing for the origin", async (t) => {
  const scene = await startScene(t);
  const text = await talk(scene, [get("/1", "Upgrade: h2c\r\n") + get("/2")]);
  assert.deepEqual(statuses(text), [200]);
  assert.equal(scene.asked[0]?.headers.upgrade, undefined);
});

test("nothing is served behind an answer that was its connection's last", async (t) => {
  const scene = await startScene(t);
  const text = await talk(scene, [get("/1", "Connection: close\r\n") + get("/2"), get("/3")]);
  assert.deepEqual(statuses(text), [200]);
  assert.deepEqual(
    scene.asked.map(({ url }) => url),
    ["/1"],
  );
});

test("close counts beside keep-alive, in HTTP/1.0 too", async (t) => {
  const scene = await startScene(t);
  const first = `GET /1 HTTP/1.0\r\n${host}Connection: close\r\nConnection: keep-alive\r\n\r\n`;
  const text = await talk(scene, [first + get("/2")]);
  assert.deepEqual(statuses(text), [200]);
  assert.deepEqual(
    scene.asked.map(({ url }) => url),
    ["/1"],
  );
});

test("a request that was refused while it waited is not served", async (t) => {
  const asked = Promise.withResolvers<ServerResponse>();
  const scene = await startScene(t, { origin: (_, response) => asked.resolve(response) });
  const broken = `POST /2 HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`;
  const socket = open(scene.port);
  const text = textOf(socket);
  socket.write(get("/1") + broken);
  const response = await asked.promise;
  socket.write("no chunk\r\n");
  // Turns, in which the edge reads it: where the machine stands still, time alone brings none.
  for (let turn = 0; turn < 15; turn += 1) await delay(1);
  response.end("slow");
  assert.deepEqual(statuses(await text), [200, 400]);
  assert.deepEqual(
    scene.asked.map(({ url }) => url),
    ["/1"],
  );
});

test("CONNECT behind requests is refused when they have their answers, however large", async (t) => {
  const large = "x".repeat(8 * 1024 * 1024);
  const scene = await startScene(t, { origin: (_, response) => response.end(large) });
  const connect = "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n";
  const { text } = await scene.raw(get("/1") + get("/2") + connect + get("/3"));
  assert.deepEqual(statuses(text), [200, 200, 403]);
  assert.ok(text.length > 2 * large.length);
  assert.equal(scene.asked.length, 2);
});
