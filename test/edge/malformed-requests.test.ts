import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { domainName, open, startScene } from "./viewer-scene.ts";

const host = `Host: ${domainName}\r\n`;
const chunked = "Transfer-Encoding: chunked\r\n";

/** Each could be read in two ways, or is against the grammar: 400, the connection ends, nothing is asked. */
const malformed: [name: string, request: string][] = [
  ["no Host", "GET / HTTP/1.1\r\n\r\n"],
  ["a whole URL and no Host", `GET http://${domainName}/ HTTP/1.1\r\n\r\n`],
  ["two Hosts", `GET / HTTP/1.1\r\n${host}Host: b\r\n\r\n`],
  ["the same Host twice", `GET / HTTP/1.1\r\n${host}${host}\r\n`],
  ["a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"],
  ["a Host with a user", `GET / HTTP/1.1\r\nHost: x@${domainName}\r\n\r\n`],
  ["a Host with a space", `GET / HTTP/1.1\r\nHost: ${domainName} b\r\n\r\n`],
  ["a Host with a comma", `GET / HTTP/1.1\r\nHost: ${domainName},b\r\n\r\n`],
  ["a length and chunks", `POST / HTTP/1.1\r\n${host}Content-Length: 3\r\n${chunked}\r\n0\r\n\r\n`],
  ["chunks and a length", `POST / HTTP/1.1\r\n${host}${chunked}Content-Length: 3\r\n\r\n0\r\n\r\n`],
  ["two lengths", `POST / HTTP/1.1\r\n${host}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`],
  ["a list of lengths", `POST / HTTP/1.1\r\n${host}Content-Length: 3, 3\r\n\r\nabc`],
  ["a negative length", `POST / HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`],
  ["a signed length", `POST / HTTP/1.1\r\n${host}Content-Length: +1\r\n\r\na`],
  ["a length in hexadecimal", `POST / HTTP/1.1\r\n${host}Content-Length: 0x1\r\n\r\na`],
  [
    "chunks inside gzip",
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  ],
  [
    "chunks inside gzip, on two lines",
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: gzip\r\n${chunked}\r\n0\r\n\r\n`,
  ],
  [
    "gzip inside chunks, on two lines",
    `POST / HTTP/1.1\r\n${host}${chunked}Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n`,
  ],
  [
    "an empty coding and chunks",
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding:\r\n${chunked}\r\n0\r\n\r\n`,
  ],
  [
    "identity and chunks",
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding: identity\r\n${chunked}\r\n0\r\n\r\n`,
  ],
  ["gzip inside chunks", `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked, gzip\r\n\r\n`],
  ["an unknown coding", `POST / HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ["identity", `GET / HTTP/1.1\r\n${host}Transfer-Encoding: identity\r\n\r\n`],
  ["chunked twice", `POST / HTTP/1.1\r\n${host}${chunked}${chunked}\r\n0\r\n\r\n`],
  [
    "a coding behind a vertical tab",
    `POST / HTTP/1.1\r\n${host}Transfer-Encoding:\x0bchunked\r\n\r\n`,
  ],
  ["chunks in HTTP/1.0", `POST / HTTP/1.0\r\n${host}${chunked}\r\n0\r\n\r\n`],
  ["a folded header", `GET / HTTP/1.1\r\n${host}X-A: a\r\n b\r\n\r\n`],
  ["a folded first header", `GET / HTTP/1.1\r\n X-A: a\r\n${host}\r\n`],
  ["a space before the colon", `GET / HTTP/1.1\r\n${host}X-A : a\r\n\r\n`],
  ["a header without a name", `GET / HTTP/1.1\r\n${host}: a\r\n\r\n`],
  ["a header without a colon", `GET / HTTP/1.1\r\n${host}X-A\r\n\r\n`],
  ["a NUL in a value", `GET / HTTP/1.1\r\n${host}X-A: a\0b\r\n\r\n`],
  ["a control character in a value", `GET / HTTP/1.1\r\n${host}X-A: a\x01b\r\n\r\n`],
  ["a bare CR in a value", `GET / HTTP/1.1\r\n${host}X-A: a\rb\r\n\r\n`],
  ["bare LFs", `GET / HTTP/1.1\n${host.trim()}\n\n`],
  ["a control character in the URL", `GET /a\x01 HTTP/1.1\r\n${host}\r\n`],
  ["a byte beyond ASCII in the URL", `GET /\xe9 HTTP/1.1\r\n${host}\r\n`],
  ["a space in the URL", `GET /a b HTTP/1.1\r\n${host}\r\n`],
  ["a fragment", `GET /a#b HTTP/1.1\r\n${host}\r\n`],
  ["a relative URL", `GET a HTTP/1.1\r\n${host}\r\n`],
  ["an asterisk", `OPTIONS * HTTP/1.1\r\n${host}\r\n`],
  ["a URL of another scheme", `GET ftp://${domainName}/ HTTP/1.1\r\n${host}\r\n`],
  ["a URL with a user", `GET http://x@${domainName}/ HTTP/1.1\r\n${host}\r\n`],
  ["HTTP/0.9", "GET /\r\n\r\n"],
  ["HTTP/1.2", `GET / HTTP/1.2\r\n${host}\r\n`],
  ["HTTP/2.0 in the request line", `GET / HTTP/2.0\r\n${host}\r\n`],
  ["HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["a TLS handshake", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"],
];

for (const [name, request] of malformed) {
  test(`a request with ${name} gets 400 and the connection ends`, async (t) => {
    const scene = await startScene(t);
    const reply = await scene.raw(request);
    assert.equal(reply.status, 400);
    assert.match(reply.body, /<H1>400 ERROR<\/H1>/);
    assert.equal(reply.headers["connection"], "close");
    assert.equal(reply.headers["x-cache"], "Error from cloudfront");
    assert.equal(scene.asked.length, 0);
  });
}

test("a bad chunk ends the connection, and the origin's request with it", async (t) => {
  const scene = await startScene(t);
  const reply = await scene.raw(`POST / HTTP/1.1\r\n${host}${chunked}\r\nZZ\r\nabc\r\n0\r\n\r\n`);
  assert.equal(reply.status, 400);
  assert.equal(reply.headers["connection"], "close");
  assert.equal(scene.asked.length, 0);
});

test("what is malformed behind a request does not cost it its answer", async (t) => {
  const scene = await startScene(t);
  const reply = await scene.raw(`GET / HTTP/1.1\r\n${host}\r\nno request\r\n\r\n`);
  assert.equal(reply.status, 200);
  assert.equal(reply.headers["connection"], "close");
  assert.equal(reply.body, "from origin");
});

test("an absolute URL names the host, whatever the Host header says", async (t) => {
  const scene = await startScene(t);
  const request = `GET http://${domainName}?q HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n`;
  assert.equal((await scene.raw(request)).status, 200);
  assert.equal(scene.asked[0]?.url, "/?q");
  assert.equal(scene.asked[0]?.headers.host, domainName);
});

test("a URL of 8,192 bytes passes, a longer one gets 414", async (t) => {
  const scene = await startScene(t);
  assert.equal((await scene.ask(`GET /${"a".repeat(8191)} HTTP/1.1`)).status, 200);
  for (const length of [8192, 20_000, 60_000, 200_000]) {
    const reply = await scene.ask(`GET /${"a".repeat(length)} HTTP/1.1`);
    assert.equal(reply.status, 414, `${length}`);
    assert.equal(reply.headers["connection"], "close");
  }
});

test("a head of 32,768 bytes passes, a longer one gets 494", async (t) => {
  const scene = await startScene(t);
  const before = `GET / HTTP/1.1\r\n${host}Connection: close\r\nX-A: `;
  const room = 32_768 - before.length - 4;
  assert.equal((await scene.raw(`${before}${"a".repeat(room)}\r\n\r\n`)).status, 200);
  for (const more of [1, 10_000, 20_000, 500_000]) {
    const reply = await scene.raw(`${before}${"a".repeat(room + more)}\r\n\r\n`);
    assert.equal(reply.status, 494, `${more}`);
    assert.equal(reply.reason, "Request Header Too Large");
    assert.equal(reply.headers["connection"], "close");
  }
});

test("a head that is refused is told so while more of it comes", async (t) => {
  const { port } = await startScene(t);
  const socket = open(port);
  t.after(() => socket.destroy());
  let text = "";
  socket.on("data", (bytes: Buffer) => (text += bytes.toString("latin1"))).pause();
  socket.write(`GET / HTTP/1.1\r\n${host}X: ${"x".repeat(60_000)}`);
  for (let piece = 0; piece < 4; piece += 1) {
    await setTimeout(10);
    socket.write("x".repeat(60_000));
  }
  await setTimeout(10);
  socket.resume();
  await once(socket, "end");
  assert.match(text, /^HTTP\/1\.1 494 /);
});

test("a body whose chunks have endless extensions gets 413", async (t) => {
  const scene = await startScene(t);
  const extension = "e".repeat(20_000);
  const reply = await scene.raw(`PUT / HTTP/1.1\r\n${host}${chunked}\r\n1;${extension}\r\na\r\n`);
  assert.equal(reply.status, 413);
  assert.equal(reply.headers["connection"], "close");
  assert.equal(scene.asked.length, 0);
});

test("headers are counted by their size, not their number", async (t) => {
  const scene = await startScene(t);
  const request = (count: number) =>
    `GET / HTTP/1.1\r\n${"a:b\r\n".repeat(count)}${host}Connection: close\r\n\r\n`;
  assert.equal((await scene.raw(request(5000))).status, 200);
  assert.equal(scene.asked[0]?.rawHeaders.filter((name) => name === "a").length, 5000);
  assert.equal((await scene.raw(request(8000))).status, 494);
  assert.equal((await scene.raw(request(100_000))).status, 494);
});

test("a second request behind a body is not part of the first", async (t) => {
  const scene = await startScene(t);
  const first = `POST /1 HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabc`;
  const second = `GET /2 HTTP/1.1\r\n${host}Connection: close\r\n\r\n`;
  const { text } = await scene.raw(first + second);
  assert.equal(text.match(/HTTP\/1\.1 200 OK/g)?.length, 2);
  assert.deepEqual(
    scene.asked.map(({ url, body }) => [url, body]),
    [
      ["/1", "abc"],
      ["/2", ""],
    ],
  );
});
