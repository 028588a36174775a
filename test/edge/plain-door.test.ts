/** What viewers get is the same to the byte, whichever door answers, however their bytes arrive. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test, type TestContext } from "node:test";
import { setImmediate, setTimeout } from "node:timers/promises";
import { domainName, open, startScene, type Scene } from "./viewer-scene.ts";

const host = `Host: ${domainName}\r\n`;

/** An origin whose answers differ in all that framing depends on. */
function answer({ url = "" }: IncomingMessage, response: ServerResponse): void {
  const [path = ""] = url.split("?");
  switch (path) {
    case "/chunked":
      response.write("one");
      void setTimeout(10).then(() => response.end("two"));
      break;
    case "/large":
      response.end(Buffer.alloc(100_000, "z"));
      break;
    case "/large-chunked":
      response.write(Buffer.alloc(70_000, "y"));
      response.end("x");
      break;
    case "/none":
      response.writeHead(204).end();
      break;
    case "/same":
      response.writeHead(304, { etag: '"1"' }).end();
      break;
    case "/empty":
      response.writeHead(200, { "content-length": "0" }).end();
      break;
    case "/error":
      response.writeHead(500, "Bad Thing").end("broken");
      break;
    default:
      response.end(`answer to ${url}\n`);
  }
}

const requests: readonly string[] = [
  ...[
    "/",
    "/chunked",
    "/large",
    "/large-chunked",
    "/none",
    "/same",
    "/empty",
    "/error",
    "/a?b=c",
  ].flatMap((path) => [
    `GET ${path} HTTP/1.1\r\n${host}\r\n`,
    `HEAD ${path} HTTP/1.1\r\n${host}\r\n`,
  ]),
  `GET / HTTP/1.1\r\nHost: unknown.example\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: not a host\r\n\r\n`,
  `GET /${"a".repeat(9000)} HTTP/1.1\r\n${host}\r\n`,
  `GET / HTTP/1.1\r\n${host}Via: 1.1 x (CloudFront), 1.1 y (CloudFront)\r\n\r\n`,
  `GET /close HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
  `GET /keep HTTP/1.1\r\n${host}Connection: keep-alive\r\n\r\n`,
  `POST /body HTTP/1.1\r\n${host}Content-Length: 2\r\n\r\nhi`,
  `GET /old HTTP/1.0\r\n${host}\r\n`,
  `OPTIONS /x HTTP/1.1\r\n${host}\r\n`,
  `GET / HTTP/1.1\r\n${host}X: caf\xe9\r\n\r\n`,
  `GET / HTTP/1.1\r\n${host}Bad : 1\r\n\r\n`,
];

interface LaterPiece {
  readonly text: string;
  /** What must have been read before it is sent. */
  readonly after: string;
}

type Piece = string | LaterPiece;

/**
 * Sends the pieces one after the other, and a last request once something was answered: what reaches a connection that is
 * closed has the system drop what was not read from it yet.
 */
async function talk({ port }: Scene, pieces: readonly Piece[]): Promise<string> {
  const socket = open(port);
  let text = "";
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  const closed = new Promise((resolve) => void socket.once("close", resolve));
  const last = `GET /last HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;
  for (const piece of [...pieces, { text: last, after: "HTTP/1.1 " }]) {
    const { text: sent, after } = typeof piece === "string" ? { text: piece, after: "" } : piece;
    while (!text.includes(after) && !socket.destroyed) await setImmediate();
    socket.write(sent, "latin1");
    await setTimeout(2);
  }
  await closed;
  return text
    .replaceAll(/(Date|X-Amz-Cf-Id|Via): .*/g, "$1: …")
    .replaceAll(/Request ID: .*/g, "…")
    .replaceAll(/(?:[0-9a-f]+\r\n[a-z]+\r\n)+0\r\n\r\n/g, joinChunks);
}

/** Where a body is cut into chunks is the moment's to decide. */
function joinChunks(chunked: string): string {
  return chunked.replaceAll(/[0-9a-f]+\r\n([a-z]*)\r\n/g, "$1");
}

async function bothDoors(t: TestContext): Promise<readonly [plain: Scene, node: Scene]> {
  return [
    await startScene(t, { origin: answer, listener: { withoutPlainDoor: false } }),
    await startScene(t, { origin: answer, listener: { withoutPlainDoor: true } }),
  ];
}

async function expectSame(
  scenes: readonly [Scene, Scene],
  pieces: readonly Piece[],
): Promise<string> {
  const [plain, node] = await Promise.all(scenes.map((scene) => talk(scene, pieces)));
  assert.equal(plain, node, JSON.stringify(pieces).slice(0, 500));
  return plain ?? "";
}

test("each request has the same answer through both doors", async (t) => {
  const scenes = await bothDoors(t);
  for (const request of requests) {
    const text = await expectSame(scenes, [request]);
    assert.match(text, /^HTTP\/1\.1 \d{3} /);
  }
});

test("a connection that brings this and that has the same answers, in order, through both doors", async (t) => {
  const scenes = await bothDoors(t);
  const get = (path: string) => `GET ${path} HTTP/1.1\r\n${host}\r\n`;
  const post = `POST /p HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nhello`;
  const text = await expectSame(scenes, [get("/1") + post + get("/2")]);
  assert.deepEqual(text.match(/answer to \S+/g), [
    ...["answer to /1", "answer to /p", "answer to /2", "answer to /last"],
  ]);
  await expectSame(scenes, [get("/1"), post, get("/2"), get("/3") + get("/4")]);
  await expectSame(scenes, [get("/chunked") + get("/2"), post + get("/3")]);
  await expectSame(scenes, [
    `${get("/1")}GET /spl`,
    `it HTTP/1.1\r\nHost: ${domainName}\r\n`,
    "\r\n",
  ]);
  await expectSame(scenes, ["G", "ET / HTTP/1.1\r\n", host, "\r\n", get("/after")]);
  await expectSame(scenes, [
    get("/1"),
    { text: "nonsense\r\n\r\n", after: "answer to /1\n" },
    { text: get("/2"), after: "HTTP/1.1 400" },
  ]);
  await expectSame(scenes, [
    get("/1") + `GET /2 HTTP/1.1\r\n${host}Connection: close\r\n\r\n` + get("/3"),
  ]);
  await expectSame(scenes, [get("/1").repeat(40) + post]);
  await expectSame(scenes, [
    `GET /u HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n${get("/2")}`,
  ]);
});

test("pipelined bytes that are cut anyhow have the same answers through both doors", async (t) => {
  const scenes = await bothDoors(t);
  const get = (path: string) => `GET ${path} HTTP/1.1\r\n${host}\r\n`;
  const all = `${get("/1")}${get("/chunked")}POST /p HTTP/1.1\r\n${host}Content-Length: 2\r\n\r\nhi${get("/4")}`;
  for (const size of [7, 40, 71, 150]) {
    const pieces = all.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    const text = await expectSame(scenes, pieces);
    assert.equal(text.match(/HTTP\/1\.1 200/g)?.length, 5);
  }
});

test("connections that were handed over are idle, slow and drained as node:http's are", async (t) => {
  const timeouts = { headersTimeoutMs: 600, idleTimeoutMs: 2500, keepAliveTimeoutMs: 700 };
  const scene = await startScene(t, { origin: answer, listener: timeouts });
  const ended = async (...pieces: string[]): Promise<string> => {
    const socket = open(scene.port);
    socket.on("error", () => {});
    const closed = once(socket, "close");
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    for (const piece of pieces) {
      socket.write(piece);
      await setTimeout(5);
    }
    await closed;
    return text;
  };
  const get = `GET /1 HTTP/1.1\r\n${host}\r\n`;
  const post = `POST /p HTTP/1.1\r\n${host}Content-Length: 2\r\n\r\nhi`;
  const [silent, plain, handed, slowHead, slowBody] = await Promise.all([
    ended(),
    ended(get),
    ended(get, post),
    ended(get, "GET /slow HTTP/1.1\r\nHo"),
    ended(get, `POST /p HTTP/1.1\r\n${host}Content-Length: 9\r\n\r\nhi`),
  ]);
  assert.equal(silent, "");
  assert.equal(plain?.match(/HTTP\/1\.1 200/g)?.length, 1);
  assert.equal(handed?.match(/HTTP\/1\.1 200/g)?.length, 2);
  assert.match(slowHead ?? "", /HTTP\/1\.1 408/);
  assert.match(slowBody ?? "", /HTTP\/1\.1 408/);

  const idle = [[get], [get, post]].map((asked) => {
    const socket = open(scene.port);
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    socket.write(asked.join(""));
    const areAnswered = (): boolean => text.match(/HTTP\/1\.1 200/g)?.length === asked.length;
    return { areAnswered, closed: once(socket, "close") };
  });
  while (!idle.every(({ areAnswered }) => areAnswered())) await setTimeout(5);
  await scene.listener.drain(1000);
  await Promise.all(idle.map(({ closed }) => closed));
});
