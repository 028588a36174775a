/**
 * What ResponseReader takes, Node's client must read the same or refuse. Responses are made up,
 * damaged and cut anywhere; both get the same pieces.
 */
import assert from "node:assert/strict";
import { request, type IncomingMessage } from "node:http";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { ResponseReader } from "./response-reader.ts";

const seed = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 1);
/** A hundred thousand take some minutes. */
const rounds = Number(process.env["FOOTLIGHT_FUZZ_RESPONSES"] ?? 2000);

interface Read {
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly headers: readonly string[];
  readonly body: string;
}

test(`what ResponseReader takes, Node's client reads the same (seed ${seed})`, async () => {
  const random = generator(seed);
  let taken = 0;
  for (let round = 0; round < rounds; round += 1) {
    const method = random() < 0.8 ? "GET" : "HEAD";
    const pieces = cut(madeUpResponse(random), random);
    const read = readByUs(pieces, method);
    if (read === undefined) continue;
    taken += 1;
    const expected = await readByNode(pieces, method);
    if (expected !== undefined)
      assert.deepEqual(read, expected, `${method} ${JSON.stringify(pieces)}`);
  }
  assert.ok(taken > rounds / 10, `only ${taken} of ${rounds} were taken`);
});

/** @returns undefined when it is refused, or not complete at the connection's end */
function readByUs(pieces: readonly string[], method: string): Read | undefined {
  const reader = new ResponseReader(32_768);
  let read: Read | undefined;
  let body = "";
  let isComplete = false;
  reader.expect(method, {
    head: ({ status, reason, headers }) => (read = { status, reason, headers, body: "" }),
    data: (part) => void (body += part.toString("latin1")),
    complete: () => void (isComplete = true),
  });
  try {
    for (const piece of pieces) if (!reader.read(Buffer.from(piece, "latin1"))) break;
    if (!isComplete) reader.readEnd();
  } catch {
    return undefined;
  }
  return isComplete && read !== undefined ? { ...read, body } : undefined;
}

function readByNode(pieces: readonly string[], method: string): Promise<Read | undefined> {
  return new Promise((resolve) => {
    const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    const asked = request({ method, createConnection: () => socket });
    const finish = (read?: Read): void => {
      resolve(read);
      socket.destroy();
    };
    asked.on("response", (message: IncomingMessage) => {
      const { statusCode: status, statusMessage: reason, rawHeaders: headers } = message;
      let body = "";
      message.on("data", (part: Buffer) => (body += part.toString("latin1")));
      message.on("end", () => finish({ status, reason, headers, body }));
      message.on("error", () => finish());
    });
    asked.on("upgrade", () => finish());
    asked.on("error", () => finish());
    asked.end();
    for (const piece of pieces) socket.push(piece, "latin1");
    socket.push(null);
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

const statuses = [
  "200 OK",
  "200",
  "200 ",
  "204 No",
  "304 Same",
  "404 Not\tfound",
  "500 \xe9",
  "205 R",
];
const informational = ["100 Continue", "103 Early Hints", "102 P", "101 Switching", "199 x"];
const fields = [
  ...["X-A: b", "X-A:", "Connection: close", "Connection: keep-alive", "Keep-Alive: timeout=5"],
  ...["Upgrade: h2c", "Trailer: X", "Content-Length: 0", "Content-Length: 3", "Content-Type: a"],
  ...["Transfer-Encoding: chunked", "Transfer-Encoding: gzip", "Transfer-Encoding: CHUNKED"],
  ...["Transfer-Encoding: chunked, chunked", "Content-Length: 3, 3", "Content-Length:  003 "],
  ...["Proxy-Connection: close", "Connection: upgrade", "X-\xe9: a", "X-B: \xe9\t", "A!b: c"],
];
const chunks = [
  ...[
    "3\r\nabc\r\n",
    "1\r\n\n\r\n",
    "00002\r\nab\r\n",
    "a\r\n0123456789\r\n",
    "A;x=y\r\n0123456789\r\n",
  ],
  ...['1;a="b"\r\nc\r\n', "1 \r\na\r\n", "0x1\r\na\r\n", "1\na\r\n", "2\r\na\r\n", "0\r\n", "\r\n"],
];
const lasts = [
  "0\r\n\r\n",
  "0\r\n\r\n",
  "000\r\nX-T: a\r\n\r\n",
  "0;x\r\n\r\n",
  "0\r\nX\r\n\r\n",
  "0\r\n",
  "",
];
const characters = ["\r", "\n", " ", "\t", "\0", ":", ";", ",", "0", "\x7f", "\xff", "\x0b"];

function madeUpResponse(random: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const usual = <T>(list: readonly T[]): T => (random() < 0.95 ? (list[0] as T) : pick(list));
  const end = () => usual(["\r\n", "\n", "\r", "\r\n "]);
  const head = (status: string): string => {
    const framing = usual(["", "x"]) === "" ? [] : [pick(fields)];
    let text = `${usual(["HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "http/1.1"])} ${status}${end()}`;
    for (const field of framing) text += field + end();
    for (let count = Math.floor(random() * 3); count > 0; count -= 1) text += pick(fields) + end();
    return text;
  };
  let text = "";
  while (random() < 0.15) text += `${head(pick(informational))}\r\n`;
  text += head(usual(statuses));
  const kind = random();
  if (kind < 0.4) {
    const body = pick(["", "a", "hello", "HTTP/1.1 200 OK\r\n\r\n", "a".repeat(300)]);
    text += `Content-Length: ${body.length}${end()}\r\n${body}`;
  } else if (kind < 0.8) {
    text += `Transfer-Encoding: chunked${end()}\r\n`;
    for (let count = Math.floor(random() * 4); count > 0; count -= 1) {
      text += random() < 0.9 ? chunks[Math.floor(random() * 6)] : pick(chunks);
    }
    text += random() < 0.8 ? "0\r\n\r\n" : pick(lasts);
  } else text += `\r\n${pick(["", "until the end", "0\r\n\r\n"])}`;
  if (random() < 0.1)
    text += pick(["more", "\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]);
  if (random() < 0.3) {
    const at = Math.floor(random() * text.length);
    const kept = at + (random() < 0.5 ? 1 : 0);
    text = text.slice(0, at) + pick(characters) + text.slice(kept);
  }
  return text;
}

function cut(text: string, random: () => number): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (let count = Math.floor(random() * 4); count > 0 && from < text.length; count -= 1) {
    const to = from + 1 + Math.floor(random() * (text.length - from));
    pieces.push(text.slice(from, to));
    from = to;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}
