import assert from "node:assert/strict";
import { test } from "node:test";
import { cpuMsOf } from "../../test/support/cpu-ms-of.ts";
import type { ResponseHead } from "./response-head.ts";
import { ResponseReader } from "./response-reader.ts";

interface Read {
  status?: number;
  reason?: string;
  headers?: readonly string[];
  body: string;
  /** Whether the connection may go on; undefined while the response is not complete. */
  persists?: boolean;
  /** What came behind the response, or made it none. */
  fault?: string;
}

/** @param pieces how the bytes arrive; `ends` says that the connection ends after them */
function readAll(
  pieces: readonly string[],
  { method = "GET", ends = false, headMax = 32_768 } = {},
): Read {
  const reader = new ResponseReader(headMax);
  const read: Read = { body: "" };
  reader.expect(method, {
    head: ({ status, reason, headers }: ResponseHead) =>
      Object.assign(read, { status, reason, headers }),
    data: (part) => void (read.body += part.toString("latin1")),
    complete: (persists) => void (read.persists = persists),
  });
  try {
    for (const piece of pieces) {
      if (!reader.read(Buffer.from(piece, "latin1"))) read.fault = "unasked";
    }
    if (ends && !reader.readEnd() && read.persists === undefined) read.fault = "broken off";
  } catch (error) {
    read.fault = (error as Error).message;
  }
  return read;
}

/** The same bytes in one piece, byte by byte, and cut in two at every place. */
function readEachWay(text: string, options?: Parameters<typeof readAll>[1]): Read {
  const whole = readAll([text], options);
  assert.deepEqual(readAll(text.split(""), options), whole, `byte by byte: ${text}`);
  for (let cut = 1; cut < text.length; cut += 1) {
    const pieces = [text.slice(0, cut), text.slice(cut)];
    assert.deepEqual(readAll(pieces, options), whole, `cut at ${cut}: ${text}`);
  }
  return whole;
}

test("ResponseReader reads a response by its length, wherever it is cut", () => {
  assert.deepEqual(readEachWay("HTTP/1.1 200 OK\r\nA:  1 \r\nContent-Length: 5\r\n\r\nhello"), {
    status: 200,
    reason: "OK",
    headers: ["A", "1", "Content-Length", "5"],
    body: "hello",
    persists: true,
  });
});

test("ResponseReader takes chunks, their extensions and trailers off", () => {
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n";
  for (const chunks of [
    "5\r\nhello\r\n0\r\n\r\n",
    "2;a=b\r\nhe\r\n003\r\nllo\r\n000;last\r\nTrailer: x\r\nOther: y\r\n\r\n",
  ]) {
    const { body, persists, fault } = readEachWay(head + chunks);
    assert.deepEqual([body, persists, fault], ["hello", true, undefined], chunks);
  }
});

test("ResponseReader passes over informational responses, and knows responses without a body", () => {
  const early = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  assert.deepEqual(readEachWay(`${early}HTTP/1.1 204 No Content\r\n\r\n`).persists, true);
  assert.deepEqual(
    readEachWay("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n").persists,
    true,
  );
  const head = readEachWay("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", {
    method: "HEAD",
  });
  assert.deepEqual([head.body, head.persists], ["", false]);
});

test("ResponseReader reads until the connection ends where nothing tells the length", () => {
  const answer = readEachWay("HTTP/1.0 200\r\n\r\nsome text", { ends: true });
  assert.deepEqual([answer.reason, answer.body, answer.persists], ["", "some text", false]);
});

test("ResponseReader tells whether the connection persists", () => {
  const cases: readonly [string, boolean][] = [
    ["HTTP/1.1 200 OK\r\n", true],
    ["HTTP/1.1 200 OK\r\nConnection: x, Close\r\n", false],
    ["HTTP/1.1 200 OK\r\nConnection: x\r\nConnection: close\r\n", false],
    ["HTTP/1.0 200 OK\r\n", false],
    ["HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n", true],
  ];
  for (const [head, persists] of cases) {
    assert.equal(readEachWay(`${head}Content-Length: 0\r\n\r\n`).persists, persists, head);
  }
});

test("ResponseReader gives up a connection where a body may follow that does not belong there", () => {
  const length = "Content-Length: 9\r\n\r\n";
  const cases: readonly [method: string, head: string, persists: boolean][] = [
    ["HEAD", `HTTP/1.1 200 OK\r\n${length}`, false],
    ["HEAD", "HTTP/1.1 304 Not Modified\r\n\r\n", false],
    ["GET", "HTTP/1.1 204 No Content\r\n\r\n", true],
    ["GET", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", true],
    ["GET", `HTTP/1.1 204 No Content\r\n${length}`, false],
    ["GET", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", false],
    ["GET", `HTTP/1.1 304 Not Modified\r\n${length}`, true],
    ["GET", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", false],
  ];
  for (const [method, head, persists] of cases) {
    assert.equal(readEachWay(head, { method }).persists, persists, `${method} ${head}`);
  }
});

test("ResponseReader takes any number of chunks with extensions", () => {
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const chunk = `1;signature=${"a".repeat(64)}\r\nb\r\n`;
  const { body, persists } = readAll([head, chunk.repeat(1000), "0\r\n\r\n"]);
  assert.deepEqual([body.length, persists], [1000, true]);
});

test("ResponseReader refuses what two readers could frame differently", () => {
  const ok = "HTTP/1.1 200 OK\r\n";
  const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;
  for (const text of [
    "HTTP/1.1 200 OK\n\n",
    "HTTP/1.1  200 OK\r\n\r\n",
    "HTTP/1.1 20 OK\r\n\r\n",
    "HTTP/1.1 099 Low\r\n\r\n",
    "HTTP/2 200 OK\r\n\r\n",
    "ICY 200 OK\r\n\r\n",
    "\r\nHTTP/1.1 200 OK\r\n\r\n",
    `${ok}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`,
    `${ok}Content-Length: 5, 5\r\n\r\nhello`,
    `${ok}Content-Length: +5\r\n\r\nhello`,
    `${ok}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`,
    `${ok}Transfer-Encoding: chunked\t\r\n\r\n0\r\n\r\n`,
    `${ok}content-length:\t5\r\n\r\nhello`,
    `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n`,
    `${ok}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n`,
    "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    `${ok}Content-Length : 5\r\n\r\nhello`,
    `${ok}A: 1\r\n folded\r\n\r\n`,
    `${ok}A: 1\nB: 2\r\n\r\n`,
    `${ok}A: a\0b\r\n\r\n`,
    `${ok}A: a\rb\r\n\r\n`,
    `${ok}No colon\r\n\r\n`,
    `${chunked}5\nhello\r\n0\r\n\r\n`,
    `${chunked}-5\r\nhello\r\n0\r\n\r\n`,
    `${chunked}0x5\r\nhello\r\n0\r\n\r\n`,
    `${chunked} 5\r\nhello\r\n0\r\n\r\n`,
    `${chunked}5 \r\nhello\r\n0\r\n\r\n`,
    `${chunked}4\r\nhello\r\n0\r\n\r\n`,
    `${chunked}\r\nhello\r\n0\r\n\r\n`,
    `${chunked}fffffffffffffff\r\nhello`,
    `${chunked}0\r\nA: a\rb\r\n\r\n`,
    `${chunked}1;${"a".repeat(20_000)}\r\nb\r\n0\r\n\r\n`,
    `${ok}A: ${"a".repeat(40_000)}\r\n\r\n`,
    "HTTP/1.1 103 Early\r\n\r\n".repeat(2000),
  ]) {
    const { fault, persists } = readAll([text], { ends: true });
    assert.ok(
      fault !== undefined && persists === undefined,
      `${JSON.stringify(text.slice(0, 80))} was taken`,
    );
  }
});

test("ResponseReader says that a connection is spoilt by what nobody asked for", () => {
  const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  assert.deepEqual(readAll([`${answer}more`]).fault, "unasked");
  assert.deepEqual(readAll([answer, answer]).fault, "unasked");
  const head = readAll([`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`], { method: "HEAD" });
  assert.deepEqual([head.body, head.fault], ["", "unasked"]);
});

test("ResponseReader says that a response was broken off, whatever its framing", () => {
  for (const text of [
    "HTTP/1.1 200 OK\r\nContent-Le",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
  ]) {
    assert.equal(readAll([text], { ends: true }).fault, "broken off", text);
  }
});

test("ResponseReader takes a head that comes byte by byte in linear time", () => {
  const head = `HTTP/1.1 200 OK\r\nA: ${"a".repeat(30_000)}\r\nContent-Length: 0\r\n\r\n`;
  const ms = cpuMsOf(() => assert.equal(readAll(head.split("")).persists, true));
  assert.ok(ms < 1000, `${ms} ms`);
});

const switching =
  "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c, WebSocket\r\n\r\n";

/** @returns what came behind the head of a 101 that takes the offer; undefined where there was none */
function readSwitch(text: string): string | undefined {
  const reader = new ResponseReader(32_768);
  const events = { head() {}, data() {}, complete() {} };
  let early: string | undefined;
  reader.expect("GET", events, {
    name: "websocket",
    switched: (_, bytes) => void (early = bytes.toString("latin1")),
  });
  assert.ok(reader.read(Buffer.from(text, "latin1")));
  return early;
}

test("ResponseReader hands over what comes behind a 101 that takes the offer", () => {
  assert.equal(readSwitch(switching), "");
  assert.equal(readSwitch(`${switching}HTTP/1.1 200 OK\r\n\r\n`), "HTTP/1.1 200 OK\r\n\r\n");
  assert.equal(readSwitch(`HTTP/1.1 103 Early Hints\r\n\r\n${switching}x`), "x");
});

test("ResponseReader refuses a 101 that was not offered, or to something else", () => {
  assert.throws(() => readSwitch(switching.replace("WebSocket", "websockets")), /101 to another/);
  assert.match(readAll([switching]).fault ?? "", /101 without an Upgrade/);
});
