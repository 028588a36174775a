/**
 * Expect: the edge answers 100-continue itself, and the header never reaches an origin: CloudFront Developer
 * Guide, "HTTP request headers and CloudFront behavior"; RFC 9110 §10.1.1.
 */
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test, type TestContext } from "node:test";
import {
  domainName,
  listenOn,
  open,
  parseReply,
  startScene,
  type Scene,
} from "../edge/viewer-scene.ts";

const host = `Host: ${domainName}\r\n`;
const expects = `POST / HTTP/1.1\r\n${host}Expect: 100-continue\r\n`;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

interface Talk {
  readonly socket: ReturnType<typeof open>;
  readonly text: () => string;
  readonly closed: Promise<unknown>;
}

function talk(t: TestContext, { port }: Scene, first: string): Talk {
  const socket = open(port);
  let text = "";
  socket.on("data", (bytes: Buffer) => (text += bytes.toString("latin1")));
  socket.on("error", () => {});
  socket.write(first);
  t.after(() => socket.destroy());
  // One that is reset is closed as well: once() would fail for it.
  const closed = new Promise<void>((resolve) => void socket.once("close", () => resolve()));
  return { socket, text: () => text, closed };
}

const continued = "HTTP/1.1 100 Continue\r\n\r\n";

for (const withoutPlainDoor of [false, true]) {
  const door = withoutPlainDoor ? "node:http" : "plain";
  test(`100-continue is answered by the edge before the origin is asked (${door} door)`, async (t) => {
    const scene = await startScene(t, { listener: { withoutPlainDoor } });
    const viewer = talk(t, scene, `${expects}Connection: close\r\nContent-Length: 5\r\n\r\n`);
    await until(() => viewer.text() === continued);
    assert.equal(scene.asked.length, 0);
    viewer.socket.write("hello");
    await viewer.closed;
    assert.equal(parseReply(viewer.text().slice(continued.length)).status, 200);
    const [asked] = scene.asked;
    assert.deepEqual([asked?.body, asked?.headers.expect], ["hello", undefined]);
  });
}

test("a body that comes without waiting needs no 100", async (t) => {
  const scene = await startScene(t);
  const request = `${expects}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`;
  const viewer = talk(t, scene, request);
  await viewer.closed;
  assert.match(viewer.text(), /HTTP\/1\.1 200 /);
  assert.equal(scene.asked[0]?.body, "hello");
});

test("the origin's own 100 is not passed on beside the edge's", async (t) => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write(`${continued}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`);
    });
  });
  const scene = await startScene(t, { originPort: await listenOn(t, server) });
  const viewer = talk(t, scene, `${expects}Connection: close\r\nContent-Length: 5\r\n\r\n`);
  await until(() => viewer.text() === continued);
  viewer.socket.write("hello");
  await viewer.closed;
  assert.equal(viewer.text().split("100 Continue").length, 2);
});

for (const [name, head, status] of [
  ["an unknown host", expects.replace(domainName, "example.com"), 403],
  ["a method that is not allowed", expects.replace("POST", "TRACE"), 403],
  ["a body that is too large", expects, 413],
] as const) {
  test(`a request with ${name} gets ${status} and no 100, and its connection ends`, async (t) => {
    const scene = await startScene(t, { listener: { bodyMaxBytes: status === 413 ? 4 : 5 } });
    const viewer = talk(t, scene, `${head}Content-Length: 5\r\n\r\n`);
    await viewer.closed;
    const { status: got, headers } = parseReply(viewer.text());
    assert.deepEqual([got, headers["connection"]], [status, "close"]);
    assert.equal(scene.asked.length, 0);
  });
}

test("a body that never comes costs the viewer its connection: 408", async (t) => {
  const scene = await startScene(t, { listener: { idleTimeoutMs: 150 } });
  const viewer = talk(t, scene, `${expects}Content-Length: 5\r\n\r\n`);
  await viewer.closed;
  assert.ok(viewer.text().startsWith(continued));
  const { status, headers } = parseReply(viewer.text().slice(continued.length));
  assert.deepEqual([status, headers["connection"]], [408, "close"]);
  assert.equal(scene.asked.length, 0);
  await until(() => scene.visits.length === 1);
  assert.deepEqual([scene.visits[0]?.status, scene.visits[0]?.detail], [408, "slowRequest"]);
});

for (const expectation of ["something-else", "100-continue, something-else", ""]) {
  test(`an expectation of "${expectation}" is ignored, and does not reach the origin`, async (t) => {
    const scene = await startScene(t);
    const more = [`Expect: ${expectation}`, "Connection: close", "Content-Length: 5"];
    const viewer = talk(
      t,
      scene,
      ["POST / HTTP/1.1", `Host: ${domainName}`, ...more, "", "hello"].join("\r\n"),
    );
    await viewer.closed;
    assert.match(viewer.text(), /HTTP\/1\.1 200 /);
    assert.deepEqual([scene.asked[0]?.body, scene.asked[0]?.headers.expect], ["hello", undefined]);
  });
}

test("100-continue of a request without a body is answered as if it were not there", async (t) => {
  const scene = await startScene(t);
  const { status, text } = await scene.ask("GET / HTTP/1.1", "Expect: 100-continue");
  assert.equal(status, 200);
  assert.ok(!text.includes("100 Continue"));
  assert.equal(scene.asked[0]?.headers.expect, undefined);
});
