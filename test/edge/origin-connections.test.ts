/** Connections to an origin that are kept, and what becomes of a request that finds one closed. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import {
  domainName,
  listenOn,
  open,
  originConfig,
  parseReply,
  startScene,
} from "./viewer-scene.ts";

const host = `Host: ${domainName}\r\n`;
const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

interface Origin {
  readonly port: number;
  /** Every connection that it was opened, in order. */
  readonly connections: Socket[];
  /** The text of each request, as far as one packet holds it. */
  readonly asked: string[];
}

/** @param answer called with each request, and how many its connection had before */
async function startOrigin(
  t: TestContext,
  answer: (socket: Socket, before: number) => void,
  onConnection: (socket: Socket, before: number) => void = () => {},
): Promise<Origin> {
  const connections: Socket[] = [];
  const asked: string[] = [];
  const server = createServer((socket) => {
    onConnection(socket, connections.length);
    connections.push(socket);
    let before = 0;
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      asked.push(chunk.toString("latin1"));
      answer(socket, before);
      before += 1;
    });
  });
  const port = await listenOn(t, server);
  t.after(() => connections.forEach((socket) => socket.destroy()));
  return { port, connections, asked };
}

/** Answers once a connection, and closes it when the next request is already on its way. */
const answerOnce = (socket: Socket, before: number): void => {
  if (before === 0) socket.write(ok);
  else socket.resetAndDestroy();
};

for (const [method, body] of [
  ["GET", ""],
  ["HEAD", ""],
  ["OPTIONS", ""],
  ["DELETE", ""],
  ["PUT", "a body"],
  ["DELETE", "a body"],
] as const) {
  const what = body === "" ? method : `${method} with a body`;
  test(`${what} on a kept connection that proves closed is sent again on a new one`, async (t) => {
    const origin = await startOrigin(t, answerOnce);
    const scene = await startScene(t, {
      originPort: origin.port,
      originConfig: { ConnectionAttempts: 1 },
    });
    for (let count = 0; count < 4; count += 1) {
      const request = `${method} / HTTP/1.1\r\n${host}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
      assert.equal((await scene.raw(request)).status, 200);
    }
    assert.ok(origin.asked.every((text) => text.endsWith(`\r\n\r\n${body}`)));
  });
}

test("GET is sent again only once when a new connection is closed too", async (t) => {
  const origin = await startOrigin(t, (socket) => {
    if (origin.asked.length === 1) socket.write(ok);
    else socket.resetAndDestroy();
  });
  const scene = await startScene(t, {
    originPort: origin.port,
    originConfig: { ConnectionAttempts: 1 },
  });
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 200);
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 502);
  assert.equal(origin.asked.length, 3);
});

test("POST never takes a connection that another method has left behind", async (t) => {
  const origin = await startOrigin(t, answerOnce);
  const scene = await startScene(t, { originPort: origin.port });
  await scene.ask("GET / HTTP/1.1");
  assert.equal((await scene.ask("POST / HTTP/1.1", "Content-Length: 0")).status, 200);
  assert.equal(origin.connections.length, 2);
});

test("POST leaves no connection behind that an origin may close before the next", async (t) => {
  const left = Promise.withResolvers<unknown>();
  const origin = await startOrigin(
    t,
    (socket) => void socket.write(ok),
    (socket) => left.resolve(once(socket, "end")),
  );
  const { CustomOriginConfig } = originConfig(origin.port);
  const scene = await startScene(t, {
    originPort: origin.port,
    originConfig: { CustomOriginConfig: { ...CustomOriginConfig!, OriginKeepaliveTimeout: 120 } },
  });
  assert.equal((await scene.ask("POST / HTTP/1.1", "Content-Length: 0")).status, 200);
  // It is the edge that closes it, and long before the setting's time is over.
  await left.promise;
});

test("a POST that was acted upon, for all anyone knows, is not sent again", async (t) => {
  const origin = await startOrigin(t, answerOnce);
  const scene = await startScene(t, { originPort: origin.port });
  const post = () => scene.ask("POST / HTTP/1.1", "Content-Length: 0");
  assert.equal((await post()).status, 200);
  assert.equal((await post()).status, 502);
  assert.equal(origin.asked.length, 2);
});

test("POST is sent on another connection when the first closes before anything of it went out", async (t) => {
  const waits = Promise.withResolvers<void>();
  const origin = await startOrigin(
    t,
    (socket) => void socket.write(ok),
    (socket, before) => (before === 0 ? socket.destroy() : waits.resolve()),
  );
  const scene = await startScene(t, { originPort: origin.port });
  const viewer = open(scene.port);
  viewer.write(`POST / HTTP/1.1\r\n${host}Connection: close\r\nContent-Length: 5\r\n\r\n`);
  await waits.promise;
  viewer.write("hello");
  const chunks: Buffer[] = [];
  for await (const chunk of viewer) chunks.push(chunk as Buffer);
  assert.equal(parseReply(Buffer.concat(chunks).toString()).status, 200);
  assert.equal(origin.asked.length, 1);
  assert.match(origin.asked[0]!, /\r\n\r\nhello$/);
});

test("a connection is not used beyond the time that the origin says it keeps it", async (t) => {
  const answer = "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok";
  const origin = await startOrigin(t, (socket) => void socket.write(answer));
  const scene = await startScene(t, { originPort: origin.port });
  await scene.ask("GET / HTTP/1.1");
  await scene.ask("GET / HTTP/1.1");
  assert.equal(origin.connections.length, 2);
});
