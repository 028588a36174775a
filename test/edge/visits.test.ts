/** What is told of a visit when it is over, whichever door it came through. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:net";
import { test, type TestContext } from "node:test";
import type { Visit } from "../../src/edge/record/visit.ts";
import {
  behavior,
  cachingDisabled,
  domainName,
  listenOn,
  open,
  originConfig,
  startScene,
  type Scene,
  type SceneOptions,
} from "./viewer-scene.ts";

const host = `Host: ${domainName}\r\n`;
const get = (path: string): string => `GET ${path} HTTP/1.1\r\n${host}\r\n`;
const getLast = (path: string): string =>
  `GET ${path} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;

/** Runs a test through the plain door and through node:http. */
function testBothDoors(
  name: string,
  run: (start: (options?: SceneOptions) => Promise<Scene>, t: TestContext) => Promise<void>,
): void {
  for (const [door, withoutPlainDoor] of [
    ["plain", false],
    ["node:http", true],
  ] as const) {
    test(`${name} (${door})`, (t) =>
      run(
        (options) =>
          startScene(t, { ...options, listener: { ...options?.listener, withoutPlainDoor } }),
        t,
      ));
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** @returns the visits once there are so many */
async function toldOf({ visits }: Scene, count: number): Promise<readonly Visit[]> {
  await until(() => visits.length >= count);
  assert.equal(visits.length, count);
  return visits;
}

/** An origin whose answers differ in all that framing depends on. */
function answer({ url = "" }: IncomingMessage, response: ServerResponse): void {
  if (url === "/none") response.writeHead(204).end();
  else if (url === "/large") response.end(Buffer.alloc(300_000, "z"));
  else if (url === "/chunked") {
    response.write("one");
    setTimeout(() => response.end("two"), 5);
  } else response.end("from origin");
}

testBothDoors("bytesSent counts what the viewer gets, head and framing too", async (start) => {
  const scene = await start({ origin: answer });
  const requests = [
    getLast("/small"),
    getLast("/large"),
    getLast("/chunked"),
    getLast("/none"),
    getLast("/large").replace("GET", "HEAD"),
    getLast("/small").replace(domainName, "unknown.example.com"),
    `POST /small HTTP/1.1\r\n${host}Connection: close\r\nContent-Length: 2\r\n\r\nhi`,
  ];
  for (const [index, request] of requests.entries()) {
    const { text } = await scene.raw(request);
    const visit = (await toldOf(scene, index + 1))[index]!;
    assert.equal(visit.bytesSent, text.length, request);
  }
});

testBothDoors("bytesSent is each visit's own on a kept connection", async (start) => {
  const scene = await start({ origin: answer });
  const paths = ["/small", "/large", "/chunked"];
  const { text } = await scene.raw(paths.map(get).join("") + getLast("/none"));
  const visits = await toldOf(scene, 4);
  let at = 0;
  for (const { bytesSent } of visits) {
    assert.ok(text.startsWith("HTTP/1.1 20", at));
    at += bytesSent;
  }
  assert.equal(at, text.length);
});

testBothDoors("a visit's times are of its head, its first byte and its last", async (start) => {
  let finish = (): void => {};
  const scene = await start({
    origin(_, response) {
      response.write("first");
      finish = () => response.end("last");
    },
  });
  const before = performance.now();
  const socket = open(scene.port);
  socket.write(getLast("/"));
  await once(socket, "data");
  const between = performance.now();
  finish();
  socket.resume();
  await once(socket, "close");
  const [visit] = await toldOf(scene, 1);
  const { startedAt, firstByteAt, endedAt, origins } = visit!;
  const [attempt] = origins;
  const times = [
    before,
    startedAt,
    attempt!.startedAt,
    attempt!.connectedAt!,
    attempt!.firstByteAt!,
    firstByteAt,
    between,
    attempt!.endedAt!,
    endedAt,
    performance.now(),
  ];
  assert.deepEqual(
    times,
    times.toSorted((one, other) => one - other),
  );
});

testBothDoors("a viewer that leaves before an answer was sent nothing", async (start) => {
  const scene = await start({ origin: () => {} });
  const socket = open(scene.port);
  socket.write(get("/"));
  await until(() => scene.asked.length === 1);
  socket.destroy();
  const [visit] = await toldOf(scene, 1);
  const { status, bytesSent, firstByteAt, startedAt, endedAt, origins } = visit!;
  assert.deepEqual([status, bytesSent, firstByteAt], [0, 0, 0]);
  assert.ok(endedAt > startedAt);
  assert.deepEqual([origins.length, origins[0]!.status], [1, undefined]);
});

testBothDoors("a viewer that leaves in the middle was sent what it was", async (start) => {
  const scene = await start({ origin: (_, response) => void response.write("first") });
  const socket = open(scene.port);
  socket.write(get("/"));
  let read = 0;
  socket.on("data", (chunk: Buffer) => (read += chunk.length));
  await until(() => read > 0);
  socket.destroy();
  const [visit] = await toldOf(scene, 1);
  const { status, bytesSent, firstByteAt, startedAt, endedAt } = visit!;
  assert.equal(status, 200);
  assert.ok(bytesSent >= read);
  assert.ok(startedAt <= firstByteAt && firstByteAt <= endedAt);
});

testBothDoors("an attempt tells of its origin and connection", async (start) => {
  const scene = await start();
  await scene.raw(getLast("/1"));
  await scene.raw(getLast("/2"));
  const told = (await toldOf(scene, 2)).flatMap(({ origins }) => origins);
  const address = `127.0.0.1:${scene.originPort}`;
  assert.deepEqual(
    told.map((one) => [one.originId, one.address, one.isReused, one.status, one.fault]),
    [
      ["origin", address, false, 200, undefined],
      ["origin", address, true, 200, undefined],
    ],
  );
  const [fresh, kept] = told;
  assert.ok(fresh!.connectedAt! > fresh!.startedAt);
  assert.equal(kept!.connectedAt, kept!.startedAt);
});

testBothDoors("what the edge answers by itself asked no origin", async (start) => {
  const scene = await start({
    viewerRequest: () => ({
      type: "response",
      response: { statusCode: 302, statusDescription: "", headers: ["location", "/new"] },
    }),
  });
  await scene.raw(getLast("/"));
  const [visit] = await toldOf(scene, 1);
  assert.deepEqual([visit!.status, visit!.origins], [302, []]);
});

testBothDoors("each attempt that got no connection is told of", async (start, t) => {
  const closed = createServer();
  const originPort = await listenOn(t, closed);
  closed.close();
  await once(closed, "close");
  const scene = await start({ originPort, originConfig: { ConnectionAttempts: 2 } });
  await scene.raw(getLast("/"));
  const [visit] = await toldOf(scene, 1);
  assert.deepEqual(
    visit!.origins.map((one) => [one.address, one.connectedAt, one.status, one.fault]),
    [
      [undefined, undefined, undefined, "unreachable"],
      [undefined, undefined, undefined, "unreachable"],
    ],
  );
  assert.ok(visit!.origins.every(({ startedAt, endedAt }) => endedAt! >= startedAt));
});

testBothDoors("a kept connection that proves closed is an attempt too", async (start, t) => {
  let requests = 0;
  const origin = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => {
      requests += 1;
      // The second request comes on the connection of the first.
      if (requests === 2) socket.destroy();
      else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
  });
  const scene = await start({ originPort: await listenOn(t, origin) });
  await scene.raw(getLast("/"));
  await scene.raw(getLast("/"));
  const [, visit] = await toldOf(scene, 2);
  assert.deepEqual(
    visit!.origins.map((one) => [one.isReused, one.status, one.fault]),
    [
      [true, undefined, "unreachable"],
      [false, 200, undefined],
    ],
  );
});

testBothDoors("a response that breaks off has a status and a fault", async (start, t) => {
  const origin = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
  });
  const scene = await start({ originPort: await listenOn(t, origin) });
  await scene.raw(getLast("/"));
  const [visit] = await toldOf(scene, 1);
  const [attempt] = visit!.origins;
  assert.deepEqual([attempt!.status, attempt!.fault], [200, "unreachable"]);
});

testBothDoors("a failover is told of as two attempts", async (start) => {
  const scene = await start({
    origin({ url }, response) {
      response.writeHead(url === "/primary/" ? 503 : 200).end();
    },
  });
  const { originPort } = scene;
  scene.setState((state) => ({
    ...state,
    distributions: state.distributions.map((distribution) => ({
      ...distribution,
      config: {
        ...distribution.config,
        Origins: {
          Quantity: 2,
          Items: ["primary", "secondary"].map((Id) =>
            originConfig(originPort, { Id, OriginPath: `/${Id}` }),
          ),
        },
        OriginGroups: {
          Quantity: 1,
          Items: [
            {
              Id: "group",
              FailoverCriteria: { StatusCodes: { Quantity: 1, Items: [503] } },
              Members: {
                Quantity: 2,
                Items: [{ OriginId: "primary" }, { OriginId: "secondary" }],
              },
            },
          ],
        },
        DefaultCacheBehavior: behavior({
          TargetOriginId: "group",
          CachePolicyId: cachingDisabled,
        }),
      },
    })),
  }));
  await scene.raw(getLast("/"));
  const [visit] = await toldOf(scene, 1);
  assert.deepEqual(
    visit!.origins.map(({ originId, status }) => [originId, status]),
    [
      ["primary", 503],
      ["secondary", 200],
    ],
  );
});

testBothDoors("a body that is too large is told of as that", async (start) => {
  const scene = await start({ listener: { bodyMaxBytes: 4 } });
  const head = `POST / HTTP/1.1\r\n${host}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const { status } = await scene.raw(`${head}5\r\nhello\r\n0\r\n\r\n`);
  const [visit] = await toldOf(scene, 1);
  assert.deepEqual([status, visit!.origins[0]?.fault], [413, "body-too-large"]);
});
