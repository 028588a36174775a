import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { readPlainHeads, type PlainHead } from "./read-plain-heads.ts";

const seed = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 1);
/** A million takes some minutes. */
const rounds = Number(process.env["FOOTLIGHT_FUZZ_HEADS"] ?? 10_000);

const read = (text: string) => readPlainHeads(Buffer.from(text, "latin1"));

test("readPlainHeads() reads a plain request as it was sent", () => {
  const heads = read(
    "GET /a%20b?c=d HTTP/1.1\r\nhOst: shop.example:80\r\nX-Empty:\r\nX:   a b  \r\n\r\n",
  );
  assert.deepEqual(heads?.map(withoutMade), [
    {
      method: "GET",
      target: "/a%20b?c=d",
      headers: ["hOst", "shop.example:80", "X-Empty", "", "X", "a b"],
      host: "shop.example:80",
      closes: false,
      size: 45,
      recurring: undefined,
    },
  ]);
});

test("readPlainHeads() reads pipelined requests, each with its own end", () => {
  const heads = read(
    "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n",
  );
  assert.deepEqual(
    heads?.map(({ method, target, host, closes }) => [method, target, host, closes]),
    [
      ["GET", "/1", "a", false],
      ["HEAD", "/2", "b", true],
    ],
  );
});

test("readPlainHeads() leaves everything else alone", () => {
  const line = "GET / HTTP/1.1\r\n";
  const host = "Host: a\r\n";
  for (const text of [
    `${line}${host}`,
    `${line}${host}\r\nG`,
    `${line}${host}\r\n\r\n`,
    `\r\n${line}${host}\r\n`,
    `${line}\r\n`,
    `${line}${host}${host}\r\n`,
    `POST / HTTP/1.1\r\n${host}\r\n`,
    `get / HTTP/1.1\r\n${host}\r\n`,
    `GET / HTTP/1.0\r\n${host}\r\n`,
    `GET  / HTTP/1.1\r\n${host}\r\n`,
    `GET /# HTTP/1.1\r\n${host}\r\n`,
    `GET /\xe9 HTTP/1.1\r\n${host}\r\n`,
    `GET http://a/ HTTP/1.1\r\n${host}\r\n`,
    `GET * HTTP/1.1\r\n${host}\r\n`,
    `GET / HTTP/1.1\n${host}\r\n`,
    `${line}Host: a\n\r\n`,
    `${line}${host}X : a\r\n\r\n`,
    `${line}${host}X: a\r\n b\r\n\r\n`,
    `${line}${host}X: \xe9\r\n\r\n`,
    `${line}${host}X: a\tb\r\n\r\n`,
    `${line}${host}X: a\rb\r\n\r\n`,
    `${line}${host}X: a\0b\r\n\r\n`,
    `${line}${host}: a\r\n\r\n`,
    ...["Content-Length: 0", "Transfer-Encoding: chunked", "Expect: 100-continue", "TE: trailers"],
    ...[
      "Upgrade: h2c",
      "Trailer: x",
      "Connection: upgrade",
      "Connection: close, x",
      "Keep-Alive: 1",
    ],
  ].map((one) => (one.includes("HTTP/") ? one : `${line}${host}${one}\r\n\r\n`))) {
    assert.equal(read(text), undefined, JSON.stringify(text));
  }
  assert.equal(read(`${line}${host}Connection: close\r\nConnection: close\r\n\r\n`), undefined);
  const closing = `${line}${host}Connection: close\r\n\r\n`;
  assert.equal(read(closing + closing), undefined);
  assert.equal(read(`${line}${host}X: ${"a".repeat(20_000)}\r\n\r\n`), undefined);
});

test(`what readPlainHeads() accepts, Node's parser reads the same (seed ${seed})`, async () => {
  const random = generator(seed);
  let accepted = 0;
  for (let round = 0; round < rounds; round += 1) {
    const bytes = Buffer.from(madeUpHeads(random), "latin1");
    const heads = readPlainHeads(bytes);
    if (heads === undefined) continue;
    accepted += 1;
    const shown = JSON.stringify(bytes.toString("latin1"));
    // From the fourth time on a head's lines are known.
    for (let time = 2; time <= 4; time += 1) {
      assert.deepEqual(readPlainHeads(bytes)?.map(withoutMade), heads.map(withoutMade), shown);
    }
    const expected = await readByNode(bytes);
    assert.notEqual(expected, undefined, `Node refuses ${shown}`);
    assert.deepEqual(
      heads.map(({ method, target, headers, closes }) => ({ method, target, headers, closes })),
      expected,
      shown,
    );
  }
  assert.ok(accepted > rounds / 10, `only ${accepted} of ${rounds} were plain`);
});

/** What was read, without the place for what is made of it. */
function withoutMade(head: PlainHead): PlainHead {
  return { ...head, recurring: undefined };
}

interface NodeRead {
  readonly method: string | undefined;
  readonly target: string | undefined;
  readonly headers: readonly string[];
  readonly closes: boolean;
}

/** @returns what a server makes of the bytes; undefined when it refuses any of them, or wants more */
function readByNode(bytes: Buffer): Promise<NodeRead[] | undefined> {
  return new Promise((resolve) => {
    const messages: NodeRead[] = [];
    let complete = 0;
    const server = createServer({ maxHeaderSize: 49_152, requireHostHeader: false });
    const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    server.on("request", (message: IncomingMessage, response) => {
      messages.push({
        method: message.method,
        target: message.url,
        headers: message.rawHeaders,
        closes: !response.shouldKeepAlive,
      });
      message.on("end", () => (complete += 1)).resume();
      response.end();
    });
    for (const event of [
      "checkContinue",
      "checkExpectation",
      "connect",
      "upgrade",
      "clientError",
    ]) {
      server.on(event, () => finish(undefined));
    }
    const finish = (result: NodeRead[] | undefined): void => {
      socket.destroy();
      resolve(result);
    };
    server.emit("connection", socket);
    socket.push(bytes);
    setImmediate(() =>
      setImmediate(() => finish(complete === messages.length ? messages : undefined)),
    );
  });
}

/** Mulberry32: numbers from 0 to below 1, the same for the same seed. */
function generator(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const names = [
  ...["Host", "host", "X-A", "Accept", "Cookie", "Connection", "Content-Length", "TE", "Via"],
  ...["Transfer-Encoding", "Upgrade", "Expect", "Trailer", "Keep-Alive", "X_", "a!b", "If-Match"],
];
const values = [
  ...["a", "", "keep-alive", "close", "0", "chunked", "a, b", "h2c", "*/*", "100-continue", " x "],
  ...["\u00e9", "a\tb", "close, x", 'a=1; b="c"', "Close", "KEEP-ALIVE", "gzip;q=0.5"],
];
const targets = [
  "/",
  "/a?b",
  "/a/../b",
  "//",
  '/"<>\\^`{|}',
  "/%zz",
  "*",
  "http://a/",
  "/a#b",
  "/é",
];
const ends = ["\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\n "];
const separators = [": ", ": ", ": ", ":", ":  ", " : ", ":\t", ""];

function madeUpHeads(random: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const usual = <T>(list: readonly T[]): T => (random() < 0.97 ? (list[0] as T) : pick(list));
  let text = "";
  do {
    text += `${usual(["GET", "HEAD", "POST", "get"])} ${pick(targets)} ${usual(["HTTP/1.1", "HTTP/1.0", "HTTP/2.0"])}`;
    text += `\r\nHost${usual(separators)}a${usual(ends)}`;
    const count = Math.floor(random() * 5);
    for (let i = 0; i < count; i += 1) {
      text += pick(names) + usual(separators) + pick(values) + usual(ends);
    }
    text += usual(["\r\n", "", "\r\n\r\n", "\n"]);
  } while (random() < 0.2);
  if (random() < 0.3) {
    const at = Math.floor(random() * text.length);
    text =
      text.slice(0, at) +
      String.fromCharCode(Math.floor(random() * 256)) +
      text.slice(at + (random() < 0.5 ? 1 : 0));
  }
  return text;
}
