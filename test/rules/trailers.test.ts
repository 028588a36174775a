/**
 * Trailers stay on their side of the edge: CloudFront Developer Guide, "HTTP response headers that CloudFront
 * removes or replaces" (Trailer) and "Transfer encoding"; RFC 9110 §6.5, RFC 9112 §7.1.2.
 */
import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { domainName, listenOn, open, startScene } from "../edge/viewer-scene.ts";

const host = `Host: ${domainName}\r\n`;

/** An origin that answers each request of each connection with the same bytes, and counts connections. */
async function listenRaw(
  t: TestContext,
  answer: string,
): Promise<{ port: number; connections: number }> {
  const origin = { port: 0, connections: 0 };
  const server = createServer((socket: Socket) => {
    origin.connections += 1;
    socket.on("error", () => {});
    socket.on("data", () => socket.write(answer));
    t.after(() => socket.destroy());
  });
  origin.port = await listenOn(t, server);
  return origin;
}

const chunked = "Transfer-Encoding: chunked\r\n";
const trailed = `HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\n${chunked}\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\nSet-Cookie: a=b\r\n\r\n`;

test("the Trailer header and the trailers of an origin do not reach the viewer", async (t) => {
  const { port: originPort } = await listenRaw(t, trailed);
  const scene = await startScene(t, { originPort });
  const { status, headers, body, text } = await scene.ask("GET / HTTP/1.1");
  assert.deepEqual([status, body, headers["trailer"]], [200, "hello", undefined]);
  assert.ok(text.endsWith("0\r\n\r\n"), "the last chunk is followed by nothing");
  assert.doesNotMatch(text, /X-Sum|Set-Cookie/);
});

test("the connection to an origin is good for the next request behind its trailers", async (t) => {
  const origin = await listenRaw(t, trailed);
  const scene = await startScene(t, { originPort: origin.port });
  for (const _ of [1, 2, 3]) assert.equal((await scene.ask("GET / HTTP/1.1")).body, "hello");
  assert.equal(origin.connections, 1);
});

for (const [name, trailers] of [
  ["a line without a name", ": a\r\n\r\n"],
  ["a line without a colon", "nothing\r\n\r\n"],
  ["a folded line", " a: b\r\n\r\n"],
  ["a response for a name", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
  ["a bare LF", "X: a\n\r\n"],
  ["a bare CR", "X: a\rb\r\n\r\n"],
  ["a control", "X: a\0\r\n\r\n"],
  ["more than 16 KB", `${"X: a\r\n".repeat(4000)}\r\n`],
] as const) {
  test(`an origin's trailers with ${name} are no response that others could follow`, async (t) => {
    const origin = await listenRaw(
      t,
      `HTTP/1.1 200 OK\r\n${chunked}\r\n5\r\nhello\r\n0\r\n${trailers}`,
    );
    const scene = await startScene(t, { originPort: origin.port });
    for (const count of [1, 2]) {
      // What came in one piece with the head is refused; what had begun breaks off.
      const outcome = await scene.ask("GET / HTTP/1.1").catch((error: Error) => error);
      if (!(outcome instanceof Error)) assert.ok([0, 502].includes(outcome.status), outcome.text);
      assert.equal(origin.connections, count, "a connection was used again");
    }
  });
}

const post = (more: string) => `POST / HTTP/1.1\r\n${host}${chunked}Connection: close\r\n${more}`;

test("a viewer's Trailer and TE headers and its trailers do not reach the origin", async (t) => {
  const scene = await startScene(t);
  const request = post(
    "Trailer: X-Sum\r\nTE: trailers\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\nHost: evil\r\n\r\n",
  );
  const { status } = await scene.raw(request);
  assert.equal(status, 200);
  const [asked] = scene.asked;
  assert.equal(asked?.body, "hello");
  const names = asked?.rawHeaders
    .filter((_, index) => index % 2 === 0)
    .map((name) => name.toLowerCase());
  assert.ok(
    names !== undefined && !names.some((name) => ["trailer", "te", "x-sum"].includes(name)),
  );
  assert.equal(asked?.headers.host, domainName);
});

test("the next request begins behind a viewer's trailers", async (t) => {
  const scene = await startScene(t, { origin: (_, response, { url }) => response.end(url) });
  const first = `POST /1 HTTP/1.1\r\n${host}${chunked}\r\n2\r\nab\r\n0\r\nX-Sum: 1\r\n\r\n`;
  const { text } = await scene.raw(`${first}GET /2 HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
  assert.deepEqual(text.match(/^\/\d/gm), ["/1", "/2"]);
});

for (const [name, trailers] of [
  ["a line without a colon", "nothing\r\n\r\n"],
  ["a space before the colon", "X : a\r\n\r\n"],
  ["a request for a name", "GET /stolen HTTP/1.1\r\n\r\n"],
] as const) {
  test(`a viewer's trailers with ${name} get 400, and what follows is not served`, async (t) => {
    const scene = await startScene(t);
    const { status, headers } = await scene.raw(`${post("\r\n")}2\r\nab\r\n0\r\n${trailers}`);
    assert.deepEqual([status, headers["connection"]], [400, "close"]);
    assert.ok(!scene.asked.some(({ url }) => url === "/stolen"));
  });
}

test("a viewer's trailers without end cost it the connection", async (t) => {
  const scene = await startScene(t);
  const socket = open(scene.port);
  socket.on("error", () => {});
  let text = "";
  socket.on("data", (bytes: Buffer) => (text += bytes.toString("latin1")));
  const closed = new Promise((resolve) => void socket.once("close", resolve));
  socket.write(`${post("\r\n")}2\r\nab\r\n0\r\n`);
  const more = setInterval(() => socket.write("X-A: b\r\n".repeat(2000)), 1);
  await closed;
  clearInterval(more);
  assert.match(text, /^HTTP\/1\.1 (400|494) |^$/);
});
