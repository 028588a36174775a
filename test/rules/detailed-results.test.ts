/** What logs can tell of how each visit came out: the Developer Guide's words for `x-edge-…-result-type`. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { constants } from "node:http2";
import { createServer, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { refusedVisit } from "../../src/edge/record/access/refused-visit.ts";
import type { Visit } from "../../src/edge/record/visit.ts";
import {
  domainName,
  listenOn,
  open,
  startScene,
  type OriginConfig,
  type Scene,
  type SceneOptions,
} from "../edge/viewer-scene.ts";
import { askHttp2, openHttp2 } from "../tls/http2-viewer.ts";
import { startSecureScene } from "../tls/secure-scene.ts";

const host = `Host: ${domainName}\r\n`;
const get = `GET / HTTP/1.1\r\n${host}\r\n`;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

async function onlyVisit({ visits }: Scene): Promise<Visit> {
  await until(() => visits.length > 0);
  assert.equal(visits.length, 1);
  return visits[0]!;
}

/** @returns status, then `x-edge-response-result-type`, `x-edge-result-type` and the detail */
async function told(scene: Scene): Promise<[number, string, string, string]> {
  const visit = await onlyVisit(scene);
  const { response, result, detail } = visit.results;
  return [visit.status, response, result, detail];
}

function custom(
  port: number,
  more: OriginConfig["CustomOriginConfig"] | object = {},
): Partial<OriginConfig> {
  const ports = { HTTPPort: port, HTTPSPort: port, OriginProtocolPolicy: "http-only" as const };
  return { ConnectionAttempts: 1, CustomOriginConfig: { ...ports, ...more } };
}

/** Runs a test through the plain door and through node:http. */
function testBothDoors(
  name: string,
  run: (start: (options?: SceneOptions) => Promise<Scene>, t: TestContext) => Promise<void>,
): void {
  for (const [door, withoutPlainDoor] of [
    ["plain", false],
    ["node:http", true],
  ] as const) {
    test(`${name} (${door} door)`, (t) =>
      run(
        (options) =>
          startScene(t, { ...options, listener: { ...options?.listener, withoutPlainDoor } }),
        t,
      ));
  }
}

/** An origin that is a socket and what it sends when it is asked. */
function listenRaw(t: TestContext, answer: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => answer(socket));
  });
  return listenOn(t, server);
}

const brokenOrigins: [
  name: string,
  answer: (socket: Socket) => void,
  status: number,
  detail: string,
][] = [
  ["closes instead of answering", (socket) => socket.end(), 502, "OriginReadError"],
  ["says nothing in time", () => {}, 504, "OriginCommError"],
  ["answers no HTTP", (socket) => socket.write("SSH-2.0-x\r\n"), 502, "OriginInvalidResponseError"],
  [
    "sends a head of over 32,768 bytes",
    (socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${"a".repeat(33_000)}\r\n\r\n`),
    502,
    "OriginHeaderTooBigError",
  ],
  [
    "sends a part of another length",
    (socket) =>
      socket.write(
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-3/9\r\nContent-Length: 3\r\n\r\nabc",
      ),
    502,
    "OriginContentRangeLengthError",
  ],
  [
    "sends a chunk that is none in one piece with its head",
    (socket) => socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"),
    502,
    "OriginInvalidResponseError",
  ],
];

for (const [name, answer, status, detail] of brokenOrigins) {
  test(`an origin that ${name} gives ${status}, and is told of as ${detail}`, async (t) => {
    const originPort = await listenRaw(t, answer);
    const originConfig = custom(originPort, { OriginReadTimeout: 1 });
    const scene = await startScene(t, { originPort, originConfig });
    const reply = await scene.ask("GET / HTTP/1.1");
    assert.deepEqual([reply.status, reply.headers["x-cache"]], [status, "Error from cloudfront"]);
    assert.deepEqual(await told(scene), [status, "Error", "Error", detail]);
  });
}

test("an origin that refuses connections is told of as OriginConnectError", async (t) => {
  const closed = createServer();
  const originPort = await listenOn(t, closed);
  closed.close();
  await once(closed, "close");
  const scene = await startScene(t, { originPort, originConfig: custom(originPort) });
  await scene.ask("GET / HTTP/1.1");
  assert.deepEqual(await told(scene), [502, "Error", "Error", "OriginConnectError"]);
});

test("an origin whose name does not resolve is told of as OriginDnsError", async (t) => {
  const originConfig = { ...custom(80), DomainName: "no-such-name.invalid" };
  const scene = await startScene(t, { originConfig });
  await scene.ask("GET / HTTP/1.1");
  assert.deepEqual(await told(scene), [502, "Error", "Error", "OriginDnsError"]);
});

test("an origin that breaks off is told of, though the answer began as a Miss", async (t) => {
  let breakOff = (): void => {};
  const originPort = await listenRaw(t, (socket) => {
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    breakOff = () => void socket.end();
  });
  const scene = await startScene(t, { originPort, originConfig: custom(originPort) });
  const viewer = open(scene.port);
  viewer.on("error", () => {});
  viewer.write(get);
  await once(viewer, "data");
  breakOff();
  assert.deepEqual(await told(scene), [200, "Miss", "Error", "OriginReadError"]);
});

const answered: [status: number, expected: [number, string, string, string]][] = [
  [200, [200, "Miss", "Miss", "Miss"]],
  [404, [404, "Error", "Error", "Error"]],
  [503, [503, "Error", "Error", "OriginError"]],
];

for (const [status, expected] of answered) {
  testBothDoors(`an origin's ${status} is told of as ${expected[3]}`, async (start) => {
    const scene = await start({ origin: (_, response) => response.writeHead(status).end() });
    await scene.ask("GET / HTTP/1.1");
    assert.deepEqual(await told(scene), expected);
  });
}

testBothDoors(
  "a viewer that leaves while it waits is told of as ClientCommError",
  async (start) => {
    const scene = await start({ origin: () => {} });
    const socket = open(scene.port);
    socket.write(get);
    await until(() => scene.asked.length === 1);
    socket.destroy();
    assert.deepEqual(await told(scene), [0, "Error", "Error", "ClientCommError"]);
  },
);

testBothDoors(
  "a viewer that leaves in the middle of its answer is told of, and how it began",
  async (start) => {
    const scene = await start({ origin: (_, response) => void response.write("first") });
    const socket = open(scene.port);
    socket.write(get);
    await once(socket, "data");
    socket.destroy();
    assert.deepEqual(await told(scene), [200, "Miss", "Error", "ClientCommError"]);
  },
);

test("a viewer that leaves in the middle of its request is told of as ClientHungUpRequest", async (t) => {
  const scene = await startScene(t);
  const socket = open(scene.port);
  socket.write(`POST / HTTP/1.1\r\n${host}Content-Length: 9\r\n\r\nhalf`);
  await once(socket, "connect");
  setTimeout(() => socket.destroy(), 50);
  assert.deepEqual(await told(scene), [0, "Error", "Error", "ClientHungUpRequest"]);
});

testBothDoors("a viewer that reads nothing is told of as SlowReaderOriginError", async (start) => {
  const piece = Buffer.alloc(1 << 20, "x");
  const pump = (response: ServerResponse): void => {
    while (!response.destroyed && response.write(piece));
  };
  const scene = await start({
    listener: { idleTimeoutMs: 200 },
    origin: (_: IncomingMessage, response) => {
      response.on("drain", () => pump(response));
      pump(response);
    },
  });
  const socket = open(scene.port);
  socket.on("error", () => {});
  socket.write(get);
  assert.deepEqual(await told(scene), [200, "Miss", "Error", "SlowReaderOriginError"]);
  socket.destroy();
});

const refusedVisits: [name: string, request: string, status: number, detail: string][] = [
  ["an unknown host", get.replace(domainName, "example.com"), 403, "InvalidRequest"],
  ["a method that is not allowed", get.replace("GET", "TRACE"), 403, "InvalidRequestMethod"],
  ["a body with GET", `GET / HTTP/1.1\r\n${host}Content-Length: 1\r\n\r\na`, 403, "InvalidRequest"],
  [
    "a body that is too large",
    `PUT / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
    413,
    "InvalidRequest",
  ],
  [
    "a chunk that is none",
    `PUT / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\nZZ\r\n`,
    400,
    "InvalidRequest",
  ],
];

for (const [name, request, status, detail] of refusedVisits) {
  test(`${name} is told of as ${detail}, with the id that its page shows`, async (t) => {
    const scene = await startScene(t, { listener: { bodyMaxBytes: 4 } });
    const last = request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    const reply = await scene.raw(last);
    assert.equal(reply.status, status);
    assert.deepEqual(await told(scene), [status, "Error", "Error", detail]);
    const { id } = scene.visits[0]!;
    assert.equal(reply.headers["x-amz-cf-id"], id);
    assert.ok(reply.body.includes(id));
    assert.equal(scene.refused.length, 0);
  });
}

test("a viewer that stops in the middle of its body is told of with its 408", async (t) => {
  const scene = await startScene(t, { listener: { idleTimeoutMs: 100 } });
  const reply = await scene.raw(`POST / HTTP/1.1\r\n${host}Content-Length: 9\r\n\r\nhalf`);
  assert.equal(reply.status, 408);
  assert.deepEqual(await told(scene), [408, "Error", "Error", "ClientCommError"]);
  assert.equal(reply.headers["x-amz-cf-id"], scene.visits[0]!.id);
});

const refusedAtDoor: [
  name: string,
  request: string,
  status: number,
  detail: string,
  known: boolean,
][] = [
  ["no Host", "GET / HTTP/1.1\r\n\r\n", 400, "malformed", true],
  ["a Host that is none", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "malformed", true],
  ["no grammar", "\x16\x03\x01\x02\r\n\r\n", 400, "malformed", false],
  ["a long URL", `GET /${"a".repeat(8200)} HTTP/1.1\r\n${host}\r\n`, 414, "uriTooLong", true],
  ["a URL without end", `GET /${"a".repeat(60_000)}`, 414, "uriTooLong", false],
  [
    "a large head",
    `${get.slice(0, -2)}X: ${"a".repeat(33_000)}\r\n\r\n`,
    494,
    "headersTooLarge",
    true,
  ],
  [
    "a large body",
    `PUT / HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nhello`,
    413,
    "bodyTooLarge",
    true,
  ],
  ["CONNECT", `CONNECT a:1 HTTP/1.1\r\n${host}\r\n`, 403, "tunnel", true],
  ["half a head", "GET / HTTP/1.1\r\nHost", 408, "slowRequest", false],
];

for (const [name, request, status, detail, known] of refusedAtDoor) {
  testBothDoors(`a request with ${name} is refused with ${status}, and told of`, async (start) => {
    // Where the machine stands still for a moment, what comes at once is not slow.
    const headersTimeoutMs = detail === "slowRequest" ? 100 : 10_000;
    const scene = await start({ listener: { bodyMaxBytes: 4, headersTimeoutMs } });
    const reply = await scene.raw(request);
    assert.equal(reply.status, status);
    assert.equal(scene.visits.length, 0);
    const [one, ...others] = scene.refused;
    assert.ok(one !== undefined && others.length === 0);
    assert.deepEqual([one.status, one.detail, one.ip], [status, detail, "127.0.0.1"]);
    assert.equal(one.id, reply.headers["x-amz-cf-id"]);
    assert.equal(one.bytesSent, reply.text.length);
    assert.equal(one.head !== undefined, known);
    if (known) assert.ok(request.startsWith(`${one.head?.method} ${one.head?.target} HTTP/1.1`));
  });
}

test("a stream of HTTP/2 that its viewer resets is told of, as one whose request stops is", async (t) => {
  const scene = await startSecureScene(t, {
    listener: { idleTimeoutMs: 150 },
    origin: (_, response) => void response.write("first"),
  });
  const session = openHttp2(t, scene.securePort);
  const stream = session.request({ ":path": "/" });
  stream.on("error", () => {});
  await once(stream, "data");
  stream.close(8);
  assert.deepEqual(await told(scene), [200, "Miss", "Error", "ClientCommError"]);
  const halted = session.request({ ":path": "/", ":method": "POST" }, { endStream: false });
  halted.on("error", () => {});
  halted.write("half");
  const [headers] = (await once(halted, "response")) as [Record<string, unknown>];
  assert.equal(headers[":status"], 408);
  halted.close();
  await until(() => scene.visits.length === 2);
  const visit = scene.visits[1]!;
  assert.deepEqual([visit.status, visit.results.detail], [408, "ClientCommError"]);
  assert.equal(headers["x-amz-cf-id"], visit.id);
});

test("streams of HTTP/2 that are reset before they are begun are told of, each as a viewer who left", async (t) => {
  const scene = await startSecureScene(t);
  const session = openHttp2(t, scene.securePort);
  await once(session, "connect");
  // In one turn: of a hundred streams sixteen are begun before the resets are read.
  const streams = Array.from({ length: 100 }, (_, index) => {
    const stream = session.request({ ":path": `/gone?${index}`, ":authority": domainName });
    stream.on("error", () => {});
    return stream;
  });
  for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL);
  await until(() => scene.visits.length + scene.refused.length === 100);
  assert.ok(scene.refused.length > 0, "all were begun");
  for (const one of scene.refused) {
    assert.deepEqual([one.status, one.detail, one.bytesSent], [0, "givenUp", 0]);
    assert.equal(one.distribution?.domainName, domainName);
    const { status, request, results, firstByteAt } = refusedVisit(one);
    assert.deepEqual([status, firstByteAt, request.path], [0, 0, "/gone"]);
    assert.deepEqual(results, { response: "Error", result: "Error", detail: "ClientCommError" });
  }
});

test("what the door of HTTP/2 refuses is told of", async (t) => {
  const scene = await startSecureScene(t, { listener: { bodyMaxBytes: 4 } });
  const session = openHttp2(t, scene.securePort);
  const headers = { ":path": "/large", ":method": "POST", "content-length": "5" };
  const { status, headers: got } = await askHttp2(session, headers, "hello");
  assert.equal(status, 413);
  const [one] = scene.refused;
  assert.deepEqual([one?.detail, one?.head?.target], ["bodyTooLarge", "/large"]);
  assert.equal(one?.id, got["x-amz-cf-id"]);
});
