/**
 * WebSocket connections through the edge: CloudFront Developer Guide, "Use WebSockets with CloudFront
 * distributions"; RFC 6455 §4 and §7.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createRawServer, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { WebSocket, WebSocketServer, type ClientOptions } from "ws";
import type { Visit } from "../../src/edge/record/visit.ts";
import { certificate, privateKey } from "../edge/origin-certificate.ts";
import { startSecureScene } from "../tls/secure-scene.ts";
import {
  allViewer,
  behavior,
  cachingDisabled,
  domainName,
  listenOn,
  open,
  originConfig,
  parseReply,
  startScene,
  type Scene,
  type SceneOptions,
} from "../edge/viewer-scene.ts";

const key = "dGhlIHNhbXBsZSBub25jZQ==";
const accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const handshake = (more = "", path = "/") =>
  `GET ${path} HTTP/1.1\r\nHost: ${domainName}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n${more}\r\n`;
const switching = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

async function toldOf({ visits }: Scene): Promise<Visit> {
  await until(() => visits.length > 0);
  return visits[0]!;
}

interface EchoOrigin {
  readonly port: number;
  readonly asked: IncomingMessage[];
  readonly sockets: WebSocketServer["clients"];
}

/** An origin that sends back what it gets, as it gets it. */
async function startEcho(t: TestContext): Promise<EchoOrigin> {
  const server = createServer((_, response) => void response.end("no WebSocket"));
  const asked: IncomingMessage[] = [];
  const echo = new WebSocketServer({ server, maxPayload: 2 ** 22, handleProtocols: chooseLast });
  echo.on("connection", (socket, message) => {
    asked.push(message);
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
    socket.on("error", () => {});
  });
  t.after(() => {
    for (const socket of echo.clients) socket.terminate();
  });
  return { port: await listenOn(t, server), asked, sockets: echo.clients };
}

function chooseLast(protocols: Set<string>): string | false {
  return [...protocols].at(-1) ?? false;
}

/** An origin that is a socket and what the test does with it. */
function listenRaw(t: TestContext, serve: (socket: Socket, head: string) => void): Promise<number> {
  const server = createRawServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.once("data", (head: Buffer) => serve(socket, head.toString("latin1")));
    t.after(() => socket.destroy());
  });
  return listenOn(t, server);
}

function connectTo(
  t: TestContext,
  { port }: Scene,
  {
    path = "/",
    protocols = [] as string[],
    ...options
  }: ClientOptions & { path?: string; protocols?: string[] } = {},
): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, {
    ...options,
    headers: { Host: domainName, ...options.headers },
  });
  socket.on("error", () => {});
  t.after(() => socket.terminate());
  return socket;
}

interface RawViewer {
  readonly socket: Socket;
  /** All that it was sent. */
  readonly text: () => string;
  readonly closed: Promise<unknown>;
}

function openRaw(t: TestContext, scene: Scene, request: string): RawViewer {
  const socket = open(scene.port);
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  socket.on("error", () => {});
  socket.write(Buffer.from(request, "latin1"));
  t.after(() => socket.destroy());
  return { socket, text: () => text, closed: once(socket, "close") };
}

const doors = [
  ["plain", false],
  ["node:http", true],
] as const;

for (const [door, withoutPlainDoor] of doors) {
  test(`messages of all sizes and in fragments go both ways unchanged (${door} door)`, async (t) => {
    const origin = await startEcho(t);
    const listener = { withoutPlainDoor };
    const scene = await startScene(t, { originPort: origin.port, listener });
    const viewer = connectTo(t, scene, { maxPayload: 2 ** 22 });
    await once(viewer, "open");
    for (const size of [0, 1, 125, 126, 127, 65_535, 65_536, 2 ** 20]) {
      for (const binary of [false, true]) {
        const message = Buffer.alloc(size, `${size} `);
        viewer.send(message, { binary });
        const [data, isBinary] = (await once(viewer, "message")) as [Buffer, boolean];
        assert.ok(data.equals(message), `${size} bytes came back otherwise`);
        assert.equal(isBinary, binary);
      }
    }
    for (const part of ["a", "", "b".repeat(70_000)]) viewer.send(part, { fin: false });
    viewer.ping("still there");
    viewer.send("end", { fin: true });
    const [[pong], [data]] = await Promise.all([once(viewer, "pong"), once(viewer, "message")]);
    assert.equal(String(pong), "still there");
    assert.equal(String(data), `a${"b".repeat(70_000)}end`);
  });
}

for (const [door, withoutPlainDoor] of doors) {
  test(`who asked for more than is read at once before it shook hands is read on (${door} door)`, async (t) => {
    const origin = createServer((_, response) => void setTimeout(() => response.end("ok"), 2));
    origin.on("upgrade", (_, socket: Socket) => {
      socket.on("error", () => {});
      socket.write(switching);
      socket.pipe(socket);
      t.after(() => socket.destroy());
    });
    const originPort = await listenOn(t, origin);
    const scene = await startScene(t, { originPort, listener: { withoutPlainDoor } });
    const get = `GET / HTTP/1.1\r\nHost: ${domainName}\r\nTE: trailers\r\n\r\n`;
    const viewer = openRaw(t, scene, get.repeat(40) + handshake());
    await until(() => viewer.text().includes("HTTP/1.1 200 "));
    viewer.socket.write("there ");
    await until(() => viewer.text().includes("HTTP/1.1 101 "));
    viewer.socket.write("and back");
    await until(() => viewer.text().endsWith("\r\n\r\nthere and back"));
  });
}

test("subprotocol, extensions and close code are the two sides' own", async (t) => {
  const server = createServer();
  const origin = new WebSocketServer({
    server,
    perMessageDeflate: true,
    handleProtocols: chooseLast,
  });
  const closed = Promise.withResolvers<[number, Buffer]>();
  origin.on("connection", (socket) => {
    socket.on("message", (data) => socket.send(data));
    socket.on("close", (...told) => closed.resolve(told));
  });
  const scene = await startScene(t, { originPort: await listenOn(t, server) });
  const viewer = connectTo(t, scene, { protocols: ["one", "two"], perMessageDeflate: true });
  await once(viewer, "open");
  assert.equal(viewer.protocol, "two");
  assert.match(viewer.extensions, /permessage-deflate/);
  viewer.send("x".repeat(100_000));
  const [data] = await once(viewer, "message");
  assert.equal(String(data).length, 100_000);
  viewer.close(4001, "enough");
  const [code, reason] = await closed.promise;
  assert.deepEqual([code, String(reason)], [4001, "enough"]);
});

test("the origin is asked with Upgrade, Connection and what the behavior forwards", async (t) => {
  const origin = await startEcho(t);
  const scene = await startScene(t, { originPort: origin.port });
  const viewer = connectTo(t, scene, { path: "/chat?room=1", headers: { "X-A": "b" } });
  await once(viewer, "open");
  const [{ url, headers }] = origin.asked as [IncomingMessage];
  assert.equal(url, "/chat?room=1");
  assert.equal(headers.upgrade, "websocket");
  assert.equal(headers.connection, "Upgrade");
  assert.equal(headers["sec-websocket-version"], "13");
  assert.equal(headers["x-a"], "b");
  assert.equal(headers.host, domainName);
  assert.match(headers.via ?? "", /^1\.1 .*cloudfront\.net \(CloudFront\)$/);
  assert.equal(headers["x-forwarded-for"], "127.0.0.1");
});

test("a behavior that forwards Key and Version alone is enough", async (t) => {
  const origin = await startEcho(t);
  const items = ["Sec-WebSocket-Key", "Sec-WebSocket-Version"];
  const scene = await startScene(t, {
    originPort: origin.port,
    behavior: {
      CachePolicyId: undefined,
      OriginRequestPolicyId: undefined,
      ForwardedValues: {
        QueryString: false,
        Cookies: { Forward: "none" },
        Headers: { Quantity: 2, Items: items },
      },
    },
  });
  await once(connectTo(t, scene), "open");
});

test("a behavior that forwards neither Key nor Version asks without them, and the origin refuses", async (t) => {
  const origin = await startEcho(t);
  const scene = await startScene(t, {
    originPort: origin.port,
    behavior: { OriginRequestPolicyId: undefined },
  });
  const viewer = connectTo(t, scene);
  const [, response] = (await once(viewer, "unexpected-response")) as [unknown, IncomingMessage];
  assert.equal(response.statusCode, 400);
  assert.equal(response.headers["x-cache"], "Error from cloudfront");
  assert.equal(response.headers.connection, "close");
});

test("a 101 has the origin's headers and the edge's own, and no length", async (t) => {
  const originPort = await listenRaw(t, (socket) => {
    const more = `Set-Cookie: a=b\r\nServer: theirs\r\nX-Hop: h\r\nContent-Length: 5\r\nKeep-Alive: timeout=5\r\n`;
    socket.write(
      switching.replace("Connection: Upgrade\r\n", `Connection: Upgrade, X-Hop\r\n${more}`),
    );
  });
  const scene = await startScene(t, { originPort });
  const { text, socket } = openRaw(t, scene, handshake());
  await until(() => text().includes("\r\n\r\n"));
  const { status, reason, headers } = parseReply(text());
  assert.deepEqual([status, reason], [101, "Switching Protocols"]);
  const { connection, upgrade, server } = headers;
  assert.deepEqual([connection, upgrade, server], ["Upgrade", "websocket", "theirs"]);
  assert.equal(headers["sec-websocket-accept"], accept);
  assert.equal(headers["set-cookie"], "a=b");
  assert.equal(headers["x-cache"], "Miss from cloudfront");
  assert.match(headers["via"] ?? "", /cloudfront\.net \(CloudFront\)$/);
  assert.ok(headers["x-amz-cf-id"] !== undefined && headers["x-amz-cf-pop"] !== undefined);
  for (const name of ["content-length", "transfer-encoding", "x-hop", "keep-alive"]) {
    assert.equal(headers[name], undefined, name);
  }
  socket.destroy();
});

test("what either side sends right behind its head is not lost", async (t) => {
  let heard = "";
  const originPort = await listenRaw(t, (socket) => {
    socket.on("data", (bytes: Buffer) => (heard += bytes.toString("latin1")));
    socket.write(`${switching}from origin`);
  });
  const scene = await startScene(t, { originPort });
  const viewer = openRaw(t, scene, `${handshake()}from viewer`);
  await until(() => heard === "from viewer" && viewer.text().endsWith("\r\n\r\nfrom origin"));
});

test("the origin is asked over TLS where its protocol policy says so", async (t) => {
  const server = createSecureServer({ key: privateKey, cert: certificate });
  const echo = new WebSocketServer({ server });
  echo.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
  const originPort = await listenOn(t, server);
  const scene = await startScene(t, {
    originPort,
    originCertificateAuthorities: [certificate],
    originConfig: {
      DomainName: "localhost",
      CustomOriginConfig: {
        HTTPPort: 80,
        HTTPSPort: originPort,
        OriginProtocolPolicy: "https-only",
      },
    },
  });
  const viewer = connectTo(t, scene);
  await once(viewer, "open");
  viewer.send("x".repeat(200_000));
  assert.equal(String((await once(viewer, "message"))[0]).length, 200_000);
  viewer.close();
  await once(viewer, "close");
  for (const socket of echo.clients) socket.terminate();
});

test("viewers connect over TLS too, and their visit is of wss", async (t) => {
  const origin = await startEcho(t);
  const scene = await startSecureScene(t, {
    originPort: origin.port,
    behavior: { ViewerProtocolPolicy: "https-only" },
  });
  const secure = await scene.connect({ servername: domainName });
  const viewer = new WebSocket(`ws://127.0.0.1:${scene.securePort}/`, [], {
    createConnection: () => secure,
    headers: { Host: domainName },
    maxPayload: 2 ** 22,
  });
  t.after(() => viewer.terminate());
  await once(viewer, "open");
  viewer.send("x".repeat(2 ** 20));
  assert.equal(String((await once(viewer, "message"))[0]).length, 2 ** 20);
  const drained = scene.listener.drain(100);
  const [code] = await once(viewer, "close");
  await drained;
  const { protocol, status, bytesReceived, bytesSent } = await toldOf(scene);
  assert.deepEqual([code, protocol, status], [1006, "wss", 101]);
  assert.ok(bytesReceived > 2 ** 20 && bytesSent > 2 ** 20);
});

test("viewer protocol policy counts for handshakes", async (t) => {
  for (const [policy, expected] of [
    ["redirect-to-https", 301],
    ["https-only", 403],
  ] as const) {
    const origin = await startEcho(t);
    const options = { originPort: origin.port, behavior: { ViewerProtocolPolicy: policy } };
    const scene = await startScene(t, options);
    const viewer = connectTo(t, scene, { path: "/a?b" });
    const [, response] = (await once(viewer, "unexpected-response")) as [unknown, IncomingMessage];
    assert.equal(response.statusCode, expected);
    if (expected === 301) assert.equal(response.headers.location, `https://${domainName}/a?b`);
    assert.equal(origin.asked.length, 0);
  }
});

test("the viewer-request function runs, and what it changes is what the origin is asked", async (t) => {
  const origin = await startEcho(t);
  const seen: string[] = [];
  const scene = await startScene(t, {
    originPort: origin.port,
    viewerRequest: ({ request }) => {
      seen.push(...request.headers.filter((_, index) => index % 2 === 0));
      return { type: "request", request: { ...request, uri: "/rewritten" } };
    },
  });
  await once(connectTo(t, scene), "open");
  assert.equal(origin.asked[0]?.url, "/rewritten");
  const names = seen.map((name) => name.toLowerCase());
  assert.ok(names.includes("sec-websocket-key"));
});

test("a response that a viewer-request function makes is the answer to a handshake", async (t) => {
  const origin = await startEcho(t);
  const scene = await startScene(t, {
    originPort: origin.port,
    viewerRequest: () => ({
      type: "response",
      response: { statusCode: 401, statusDescription: "No", headers: [] },
    }),
  });
  const reply = await scene.raw(handshake());
  assert.deepEqual([reply.status, reply.headers["connection"]], [401, "close"]);
  assert.equal(origin.asked.length, 0);
});

test("the viewer-response function does not run for a 101, and does for any other answer", async (t) => {
  let runs = 0;
  const options: SceneOptions = {
    viewerResponse: ({ response }) => {
      runs += 1;
      return { type: "response", response: response! };
    },
  };
  const origin = await startEcho(t);
  const scene = await startScene(t, { ...options, originPort: origin.port });
  await once(connectTo(t, scene), "open");
  assert.equal(runs, 0);
  const other = await startScene(t, options);
  assert.equal((await other.raw(handshake())).status, 200);
  assert.equal(runs, 1);
});

test("an answer that is no 101 is passed on, and is its connection's last", async (t) => {
  const scene = await startScene(t, {
    origin: (_, response) => {
      response.writeHead(426, { "Sec-WebSocket-Version": "13" });
      response.write("one");
      setTimeout(() => response.end("two"), 5);
    },
  });
  const reply = await scene.raw(handshake());
  assert.deepEqual([reply.status, reply.body], [426, "onetwo"]);
  assert.equal(reply.headers["sec-websocket-version"], "13");
  assert.equal(reply.headers["connection"], "close");
  assert.equal(scene.asked.length, 1);
});

test("nothing of a handshake is kept or looked up", async (t) => {
  const scene = await startScene(t, {
    origin: (_, response, { url }) => {
      response.writeHead(200, { "Cache-Control": "max-age=60" }).end(url);
    },
  });
  for (const _ of [1, 2]) assert.equal((await scene.raw(handshake())).status, 200);
  assert.equal(scene.asked.length, 2);
});

/** What is no handshake goes on as the request that it is besides, or is refused as such. */
const noHandshakes: [name: string, request: string, status: number][] = [
  ["another method", handshake().replace("GET", "POST"), 200],
  ["HTTP/1.0", handshake().replace("HTTP/1.1", "HTTP/1.0"), 200],
  [
    "no Upgrade in Connection",
    handshake().replace("Connection: Upgrade", "Connection: close"),
    200,
  ],
  ["another protocol", handshake().replace("websocket", "x-websocket"), 200],
  ["a body", handshake("Content-Length: 2\r\n") + "hi", 403],
  ["no Host", handshake().replace(/Host.*\r\n/, ""), 400],
  ["an unknown Host", handshake().replace(domainName, "example.com"), 403],
  ["a URL that is too long", handshake("", `/${"a".repeat(8192)}`), 414],
];

for (const [name, request, status] of noHandshakes) {
  test(`a handshake with ${name} opens no WebSocket: ${status}`, async (t) => {
    const scene = await startScene(t);
    const reply = await scene.raw(request);
    assert.deepEqual([reply.status, reply.headers["connection"]], [status, "close"]);
    for (const { headers } of scene.asked) {
      assert.deepEqual([headers.upgrade, headers.connection], [undefined, "keep-alive"]);
    }
  });
}

const judgedByOrigin: [name: string, request: string, status: number][] = [
  ["version 12", handshake().replace("Version: 13", "Version: 12"), 400],
  ["no key", handshake().replace(/Sec-WebSocket-Key.*\r\n/, ""), 400],
  ["a key of another length", handshake().replace(key, "c2hvcnQ="), 400],
];

for (const [name, request, status] of judgedByOrigin) {
  test(`a handshake with ${name} is the origin's to judge`, async (t) => {
    const origin = await startEcho(t);
    const scene = await startScene(t, { originPort: origin.port });
    const reply = await scene.raw(request);
    assert.deepEqual([reply.status, reply.headers["x-cache"]], [status, "Error from cloudfront"]);
  });
}

test("an Upgrade that lists websocket among others offers the origin websocket alone", async (t) => {
  const origin = await startEcho(t);
  const scene = await startScene(t, { originPort: origin.port });
  const listed = handshake()
    .replace("Connection: Upgrade", "Connection: keep-alive, Upgrade")
    .replace("Upgrade: websocket", "Upgrade: h2c, WebSocket");
  const viewer = openRaw(t, scene, listed);
  await until(() => viewer.text().includes("\r\n\r\n"));
  assert.equal(parseReply(viewer.text()).status, 101);
  assert.equal(origin.asked[0]?.headers.upgrade, "websocket");
});

const noSwitches: [name: string, answer: string][] = [
  ["to another protocol", switching.replace("websocket", "h2c")],
  ["to nothing", switching.replace("Upgrade: websocket\r\n", "")],
  ["that breaks the grammar", switching.replace("Connection:", "Connection :")],
];

for (const [name, answer] of noSwitches) {
  test(`an origin's 101 ${name} gives 502`, async (t) => {
    const originPort = await listenRaw(t, (socket) => socket.write(answer));
    const scene = await startScene(t, { originPort });
    assert.equal((await scene.raw(handshake())).status, 502);
  });
}

test("a 101 that nobody asked for gives 502", async (t) => {
  const originPort = await listenRaw(t, (socket) => socket.write(switching));
  const scene = await startScene(t, { originPort });
  assert.equal((await scene.ask("GET / HTTP/1.1")).status, 502);
});

test("an origin that can't be connected to gives 502 after so many attempts as it has", async (t) => {
  const closed = createServer();
  const originPort = await listenOn(t, closed);
  await new Promise((resolve) => closed.close(resolve));
  const scene = await startScene(t, { originPort, originConfig: { ConnectionAttempts: 2 } });
  assert.equal((await scene.raw(handshake())).status, 502);
  const { origins, status } = await toldOf(scene);
  assert.deepEqual([origins.length, status], [2, 502]);
});

test("an origin that says nothing gives 504, and is asked once", async (t) => {
  let asked = 0;
  const originPort = await listenRaw(t, () => (asked += 1));
  const scene = await startScene(t, {
    originPort,
    originConfig: {
      ConnectionAttempts: 3,
      CustomOriginConfig: {
        HTTPPort: originPort,
        HTTPSPort: originPort,
        OriginProtocolPolicy: "http-only",
        OriginReadTimeout: 1,
      },
    },
  });
  assert.equal((await scene.raw(handshake())).status, 504);
  assert.equal(asked, 1);
});

test("an origin that closes instead of answering gives 502, and is asked once", async (t) => {
  let asked = 0;
  const originPort = await listenRaw(t, (socket) => {
    asked += 1;
    socket.destroy();
  });
  const scene = await startScene(t, { originPort });
  assert.equal((await scene.raw(handshake())).status, 502);
  assert.equal(asked, 1);
});

test("neither read timeout nor completion timeout ends what has switched", async (t) => {
  const originPort = await listenRaw(t, (socket) => {
    socket.write(switching);
    setTimeout(() => socket.write("late"), 1300);
  });
  const scene = await startScene(t, {
    originPort,
    originConfig: {
      ResponseCompletionTimeout: 1,
      CustomOriginConfig: {
        HTTPPort: originPort,
        HTTPSPort: originPort,
        OriginProtocolPolicy: "http-only",
        OriginReadTimeout: 1,
      },
    },
  });
  const viewer = openRaw(t, scene, handshake());
  await until(() => viewer.text().endsWith("late"));
});

test("an origin group does not fail over for a handshake", async (t) => {
  const scene = await startScene(t, {
    origin: ({ url }, response) => response.writeHead(url === "/one/" ? 503 : 200).end(),
  });
  const { originPort } = scene;
  const ids = ["one", "two"];
  scene.setState((state) => ({
    ...state,
    distributions: state.distributions.map((distribution) => ({
      ...distribution,
      config: {
        ...distribution.config,
        Origins: {
          Quantity: 2,
          Items: ids.map((Id) => originConfig(originPort, { Id, OriginPath: `/${Id}` })),
        },
        OriginGroups: {
          Quantity: 1,
          Items: [
            {
              Id: "group",
              FailoverCriteria: { StatusCodes: { Quantity: 1, Items: [503] } },
              Members: { Quantity: 2, Items: ids.map((OriginId) => ({ OriginId })) },
            },
          ],
        },
        DefaultCacheBehavior: behavior({
          TargetOriginId: "group",
          CachePolicyId: cachingDisabled,
          OriginRequestPolicyId: allViewer,
        }),
      },
    })),
  }));
  assert.equal((await scene.raw(handshake())).status, 503);
  assert.equal(scene.asked.length, 1);
});

test("a viewer that reads nothing is sent no more than is held for it", async (t) => {
  let sent = 0;
  const piece = Buffer.alloc(64 * 1024, "x");
  const originPort = await listenRaw(t, (socket) => {
    socket.write(switching);
    const pump = (): void => {
      while (socket.writable && sent < 64 * 2 ** 20) {
        sent += piece.length;
        if (!socket.write(piece)) return;
      }
    };
    socket.on("drain", pump);
    pump();
  });
  const scene = await startScene(t, { originPort });
  const viewer = open(scene.port);
  t.after(() => viewer.destroy());
  viewer.write(handshake());
  let before = -1;
  // It stands still once everything between them is full.
  while (before !== sent || sent === 0) {
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  assert.ok(
    sent < 32 * 2 ** 20,
    `${sent} bytes were taken of an origin whose viewer reads nothing`,
  );
  let got = 0;
  viewer.on("data", (chunk: Buffer) => (got += chunk.length));
  await until(() => got >= 64 * 2 ** 20);
});

test("an end of either side is passed on, and the other direction goes on", async (t) => {
  let heard = "";
  const originPort = await listenRaw(t, (socket) => {
    socket.write(switching);
    socket.on("data", (bytes: Buffer) => (heard += bytes.toString("latin1")));
    socket.on("end", () => socket.end("last words"));
  });
  const scene = await startScene(t, { originPort });
  const viewer = openRaw(t, scene, handshake());
  await until(() => viewer.text().includes("\r\n\r\n"));
  viewer.socket.end("that is all");
  await viewer.closed;
  assert.equal(heard, "that is all");
  assert.match(viewer.text(), /\r\n\r\nlast words$/);
  assert.equal((await toldOf(scene)).status, 101);
});

test("an origin's end comes to the viewer behind all that it has sent", async (t) => {
  const size = 3 * 2 ** 20;
  const originPort = await listenRaw(t, (socket) => socket.end(switching + "x".repeat(size)));
  const scene = await startScene(t, { originPort });
  const viewer = openRaw(t, scene, handshake());
  await viewer.closed;
  const { text } = parseReply(viewer.text());
  assert.equal(text.length - text.indexOf("\r\n\r\n") - 4, size);
});

test("a viewer that vanishes takes the origin's connection with it", async (t) => {
  const gone = Promise.withResolvers<void>();
  const originPort = await listenRaw(t, (socket) => {
    socket.on("end", () => gone.resolve());
    socket.on("data", () => {});
    socket.write(switching);
  });
  const scene = await startScene(t, { originPort });
  const viewer = openRaw(t, scene, handshake());
  await until(() => viewer.text().includes("\r\n\r\n"));
  viewer.socket.resetAndDestroy();
  await gone.promise;
});

test("a viewer that leaves before the answer takes the origin's request with it", async (t) => {
  const asked = Promise.withResolvers<Socket>();
  const originPort = await listenRaw(t, (socket) => {
    socket.resume();
    asked.resolve(socket);
  });
  const scene = await startScene(t, { originPort });
  const viewer = openRaw(t, scene, handshake());
  const socket = await asked.promise;
  viewer.socket.end();
  await once(socket, "end");
  assert.equal((await toldOf(scene)).status, 0);
});

test("an origin that vanishes takes the viewer's connection with it", async (t) => {
  const answered = Promise.withResolvers<Socket>();
  const originPort = await listenRaw(t, (socket) => {
    socket.write(switching);
    answered.resolve(socket);
  });
  const scene = await startScene(t, { originPort });
  const viewer = openRaw(t, scene, handshake());
  const socket = await answered.promise;
  await until(() => viewer.text().includes("\r\n\r\n"));
  socket.resetAndDestroy();
  await viewer.closed;
  assert.equal(parseReply(viewer.text()).status, 101);
});

test("a connection is closed whose origin sends nothing for so long, whatever the viewer sends", async (t) => {
  const origin = await startEcho(t);
  const quiet = await listenRaw(t, (socket) => {
    socket.resume();
    socket.write(switching);
  });
  const listener = { webSocketIdleMs: 300 };
  const scene = await startScene(t, { originPort: quiet, listener });
  const viewer = openRaw(t, scene, handshake());
  const chatter = setInterval(() => viewer.socket.write("x"), 20);
  await viewer.closed;
  clearInterval(chatter);
  assert.equal((await toldOf(scene)).status, 101);

  // And stays, as long as the origin has something to say, for longer than this process may stand still.
  const patient = { webSocketIdleMs: 1000 };
  const lively = await startScene(t, { originPort: origin.port, listener: patient });
  const other = connectTo(t, lively);
  await once(other, "open");
  const started = performance.now();
  while (performance.now() - started < 2000) {
    other.send("x");
    await once(other, "message");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(other.readyState, WebSocket.OPEN);
});

test("drain() leaves it open for as long as it waits, and then closes it", async (t) => {
  const origin = await startEcho(t);
  const scene = await startScene(t, { originPort: origin.port });
  const viewer = connectTo(t, scene);
  await once(viewer, "open");
  const closed = once(viewer, "close");
  // Longer than this process may stand still.
  const drained = scene.listener.drain(3000);
  viewer.send("still here");
  assert.equal(String((await once(viewer, "message"))[0]), "still here");
  const [code] = await closed;
  assert.equal(code, 1006);
  await drained;
  await until(() => origin.sockets.size === 0);
});

test("a connection has one visit, told when it closes, with all bytes of it", async (t) => {
  const origin = await startEcho(t);
  const scene = await startScene(t, { originPort: origin.port });
  const viewer = connectTo(t, scene);
  await once(viewer, "open");
  viewer.send("x".repeat(10_000));
  await once(viewer, "message");
  assert.equal(scene.visits.length, 0);
  const openedFor = 50;
  await new Promise((resolve) => setTimeout(resolve, openedFor));
  viewer.close();
  const visit = await toldOf(scene);
  const { status, result, detail, protocol, bytesSent, bytesReceived, origins } = visit;
  assert.deepEqual([status, result, detail, protocol], [101, "Miss", "Miss", "ws"]);
  assert.ok(bytesSent > 10_000 && bytesSent < 11_500, String(bytesSent));
  assert.ok(bytesReceived > 10_000 && bytesReceived < 11_500, String(bytesReceived));
  assert.ok(visit.endedAt - visit.firstByteAt >= openedFor);
  assert.deepEqual([origins.length, origins[0]?.status, origins[0]?.fault], [1, 101, undefined]);
  assert.equal(scene.visits.length, 1);
});

test("a handshake behind other requests on its connection waits for their answers", async (t) => {
  const server = createServer((_, response) => {
    setTimeout(() => response.end("x".repeat(500_000)), 20);
  });
  const echo = new WebSocketServer({ server });
  echo.on("connection", (socket) => socket.send("hello"));
  const scene = await startScene(t, { originPort: await listenOn(t, server) });
  const get = `GET / HTTP/1.1\r\nHost: ${domainName}\r\n\r\n`;
  const post = `POST / HTTP/1.1\r\nHost: ${domainName}\r\nContent-Length: 1\r\n\r\n1`;
  const viewer = openRaw(t, scene, get + post + handshake());
  await until(() => viewer.text().endsWith("hello"));
  const statuses = [...viewer.text().matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  assert.deepEqual(statuses, ["200", "200", "101"]);
  for (const socket of echo.clients) socket.terminate();
});

test("a hundred connections at once go their own ways", async (t) => {
  const origin = await startEcho(t);
  const scene = await startScene(t, { originPort: origin.port });
  const viewers = Array.from({ length: 100 }, () => connectTo(t, scene));
  await Promise.all(viewers.map((viewer) => once(viewer, "open")));
  const messages = await Promise.all(
    viewers.map(async (viewer, index) => {
      viewer.send(`I am ${index}`);
      return String((await once(viewer, "message"))[0]);
    }),
  );
  assert.deepEqual(
    messages,
    viewers.map((_, index) => `I am ${index}`),
  );
  for (const viewer of viewers) viewer.close();
  await until(() => scene.visits.length === 100);
});
