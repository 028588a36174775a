/**
 * What an edge does with frames that are wrong, where it matters to a proxy: the cases of h2spec, by RFC 9113's sections, and what an
 * origin could read as another request. Nothing of a refused request gets to an origin.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { TLSSocket } from "node:tls";
import { domainName } from "../edge/viewer-scene.ts";
import {
  begin,
  endHeaders,
  endStream,
  frame,
  frameTypes,
  literal,
  requestFields,
  settings,
} from "./http2-frames.ts";
import { startSecureScene, type SecureScene } from "./secure-scene.ts";

const errors = {
  protocol: 1,
  internal: 2,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refusedStream: 7,
  compression: 9,
} as const;
type ErrorName = keyof typeof errors;

interface Seen {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/** Sends bytes behind the preface, and then a ping, and reads until that is answered or the connection is closed. */
async function tell(scene: SecureScene, ...bytes: readonly Buffer[]): Promise<readonly Seen[]> {
  const socket = await scene.connect({ servername: domainName, ALPNProtocols: ["h2"] });
  socket.on("error", () => {});
  begin(socket);
  socket.write(Buffer.concat([...bytes, lastPing]));
  return readUntil(socket, (seen) => seen.some(isLastPong) && isQuiet(seen, bytes));
}

const lastPing = frame("ping", 0, Buffer.from("the last"));
const isLastPong = ({ type, payload }: Seen): boolean =>
  type === frameTypes.ping && payload.toString() === "the last";

/** An answer may come after the pong. */
function isQuiet(seen: readonly Seen[], bytes: readonly Buffer[]): boolean {
  const asks = bytes.some((each) => each[3] === frameTypes.headers);
  const isOver = ({ type, flags, streamId }: Seen): boolean =>
    streamId !== 0 && (type === frameTypes.reset || (flags & endStream) !== 0);
  return !asks || seen.some(isOver);
}

async function readUntil(
  socket: TLSSocket,
  isEnough: (seen: readonly Seen[]) => boolean,
): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  let rest: Buffer = Buffer.alloc(0);
  const done = Promise.withResolvers<void>();
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
      const end = 9 + rest.readUIntBE(0, 3);
      const [type = 0, flags = 0] = rest.subarray(3, 5);
      seen.push({ type, flags, streamId: rest.readUInt32BE(5), payload: rest.subarray(9, end) });
      rest = rest.subarray(end);
    }
    if (isEnough(seen)) done.resolve();
  });
  // One that is reset is closed as well: once() would fail for it.
  socket.once("close", () => done.resolve());
  await done.promise;
  socket.destroy();
  return seen;
}

/** The code that a connection, or a stream, was ended with; undefined where it was closed without one. */
function codeOf(seen: readonly Seen[]): number | undefined {
  const goaway = seen.find(({ type }) => type === frameTypes.goaway);
  const reset = seen.find(({ type }) => type === frameTypes.reset);
  return goaway?.payload.readUInt32BE(4) ?? reset?.payload.readUInt32BE(0);
}

const raw = (type: number, streamId: number, payload: Uint8Array, flags = 0): Buffer => {
  const bytes = frame("data", streamId, payload, flags);
  bytes[3] = type;
  return bytes;
};
const none = Buffer.alloc(0);
const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const fields = requestFields(domainName);
const head = (streamId: number, block: Uint8Array = fields, flags = endStream | endHeaders) =>
  frame("headers", streamId, block, flags);
/** POST, whose body is still to come. */
const post = (streamId: number, ...more: readonly Buffer[]): Buffer =>
  head(streamId, Buffer.concat([Buffer.from([0x83]), fields.subarray(1), ...more]), endHeaders);
const withFields = (...more: readonly Buffer[]): Buffer =>
  head(1, Buffer.concat([fields, ...more]));
const [method, scheme, path] = [0x82, 0x87, 0x84].map((byte) => Buffer.from([byte]));
const authority = literal(":authority", domainName);
const priority = Buffer.from([0, 0, 0, 0, 15]);

/** Sections, what is wrong, with which code it may be ended, and the bytes. */
const wrong: readonly (readonly [string, readonly ErrorName[], ...Buffer[]])[] = [
  ["4.2 a frame that is too large", ["frameSize"], post(1), frame("data", 1, Buffer.alloc(16_385))],
  ["4.2 a head that is too large", ["frameSize"], head(1, Buffer.alloc(16_385))],
  ["4.3 a head that can't be read", ["compression"], head(1, Buffer.from([0x40]))],
  ["4.3 a frame within a head", ["protocol"], head(1, fields, endStream), raw(2, 1, priority)],
  ["4.3 another stream's head within one", ["protocol"], head(1, fields, endStream), head(3)],
  ["5.1 a body without a head", ["protocol", "streamClosed"], frame("data", 1, none, endStream)],
  ["5.1 a reset of no stream", ["protocol"], frame("reset", 1, word(8))],
  ["5.1 a window for no stream", ["protocol"], frame("windowUpdate", 1, word(100))],
  ["5.1 a head's rest without its beginning", ["protocol"], frame("continuation", 1, fields)],
  ["5.1 a body after its end", ["streamClosed"], head(1), frame("data", 1, none, endStream)],
  ["5.1 a head after the end", ["streamClosed", "protocol"], head(1), head(1)],
  ["5.1.1 an even number", ["protocol"], head(2)],
  ["6.1 a body of stream 0", ["protocol"], frame("data", 0, none)],
  ["6.1 more padding than frame", ["protocol"], post(1), frame("data", 1, Buffer.from([9, 1]), 8)],
  ["6.2 a head of stream 0", ["protocol"], head(0)],
  ["6.2 a head with more padding than frame", ["protocol"], head(1, Buffer.from([9, 0x82]), 13)],
  ["6.3 a priority of four bytes", ["frameSize", "protocol"], raw(2, 1, priority.subarray(1))],
  ["6.4 a reset of stream 0", ["protocol"], frame("reset", 0, word(8))],
  ["6.4 a reset of three bytes", ["frameSize"], post(1), frame("reset", 1, Buffer.alloc(3))],
  ["6.5 settings of a stream", ["protocol"], raw(4, 1, none)],
  ["6.5 settings of three bytes", ["frameSize"], raw(4, 0, Buffer.alloc(3))],
  ["6.5 an acknowledgment that says something", ["frameSize"], raw(4, 0, Buffer.alloc(6), 1)],
  ["6.5.2 a push setting of 2", ["protocol"], settings({ 2: 2 })],
  ["6.5.2 a window of 2 GB", ["flowControl"], settings({ 4: 2 ** 31 })],
  ["6.5.2 frames of less than 16 KB", ["protocol"], settings({ 5: 16_383 })],
  ["6.5.2 frames of 16 MB", ["protocol"], settings({ 5: 2 ** 24 })],
  [
    "6.6 a push of the viewer's",
    ["protocol"],
    raw(5, 1, Buffer.concat([word(2), fields]), endHeaders),
  ],
  ["6.7 a ping of a stream", ["protocol"], frame("ping", 1, Buffer.alloc(8))],
  ["6.7 a ping of six bytes", ["frameSize"], frame("ping", 0, Buffer.alloc(6))],
  ["6.7 an answer to no ping", ["internal"], frame("ping", 0, Buffer.alloc(8), 1)],
  ["6.8 a goodbye of a stream", ["protocol"], frame("goaway", 1, Buffer.alloc(8))],
  ["6.9 a window of 0", ["protocol"], frame("windowUpdate", 0, word(0))],
  ["6.9 a stream's window of 0", ["protocol"], post(1), frame("windowUpdate", 1, word(0))],
  ["6.9 a window of three bytes", ["frameSize"], frame("windowUpdate", 0, Buffer.alloc(3))],
  ["6.9.1 a window above 2 GB", ["flowControl"], frame("windowUpdate", 0, word(2 ** 31 - 1))],
  [
    "6.9.1 a stream's window above 2 GB",
    ["flowControl"],
    ...[post(1), frame("windowUpdate", 1, word(2 ** 31 - 1))],
  ],
  [
    "6.10 a head's rest of stream 0",
    ["protocol"],
    head(1, fields, 1),
    frame("continuation", 0, none),
  ],
  ["6.10 a head's rest after its end", ["protocol"], post(1), frame("continuation", 1, none, 4)],
  ["8.1 a second head that ends nothing", ["protocol"], post(1), head(1, none, endHeaders)],
  ["8.1 a pseudo-header in trailers", ["protocol"], ...[post(1), head(1, literal(":path", "/"))]],
  ["8.2 a name in upper case", ["protocol"], withFields(literal("X-Upper", "1"))],
  ["8.2.2 a header of the connection", ["protocol"], withFields(literal("connection", "close"))],
  ["8.2.2 Transfer-Encoding", ["protocol"], withFields(literal("transfer-encoding", "chunked"))],
  ["8.2.2 another TE than trailers", ["protocol"], withFields(literal("te", "trailers, deflate"))],
  ["8.3 an unknown pseudo-header", ["protocol"], withFields(literal(":test", "1"))],
  ["8.3 an answer's pseudo-header", ["protocol"], withFields(literal(":status", "200"))],
  [
    "8.3 a pseudo-header after a header",
    ["protocol"],
    head(1, Buffer.concat([method!, scheme!, path!, literal("x", "1"), authority])),
  ],
  ["8.3.1 no method", ["protocol"], head(1, Buffer.concat([scheme!, path!, authority]))],
  ["8.3.1 no scheme", ["protocol"], head(1, Buffer.concat([method!, path!, authority]))],
  ["8.3.1 no path", ["protocol"], head(1, Buffer.concat([method!, scheme!, authority]))],
  ["8.3.1 two methods", ["protocol"], head(1, Buffer.concat([method!, fields]))],
  ["8.3.1 two schemes", ["protocol"], head(1, Buffer.concat([scheme!, fields]))],
  ["8.3.1 two paths", ["protocol"], head(1, Buffer.concat([path!, fields]))],
  [
    "8.3.1 an empty path",
    ["protocol"],
    head(1, Buffer.concat([method!, scheme!, literal(":path", ""), authority])),
  ],
  [
    "8.1.1 a body that is longer than it says",
    ["protocol", "internal"],
    ...[post(1, literal("content-length", "1")), frame("data", 1, Buffer.from("abcd"), endStream)],
  ],
  [
    "8.1.1 a body that is shorter than it says, in two frames",
    ["protocol"],
    ...[post(1, literal("content-length", "9")), frame("data", 1, Buffer.from("ab"))],
    frame("data", 1, Buffer.from("cd"), endStream),
  ],
];

test("frames that are wrong end their stream or connection with the code that says why, and no origin hears of them", async (t) => {
  const scene = await startSecureScene(t, {
    // What is asked for in vain is not answered, so that its end is the edge's.
    origin: (message, response) => void (message.method === "GET" && response.end("fine")),
  });
  for (const [what, codes, ...bytes] of wrong) {
    const seen = await tell(scene, ...bytes);
    const code = codeOf(seen);
    // A closed connection says enough (RFC 9113 §5.4.1).
    const isEnded =
      code === undefined ? !seen.some(isLastPong) : codes.some((name) => errors[name] === code);
    assert.ok(isEnded, `${what}: ended with ${code}`);
  }
  for (const { headers, body, method } of scene.asked) {
    assert.equal(headers["x-evil"], undefined);
    assert.ok(method !== "POST" || body === "", `an origin got ${body}`);
  }
});

/** What looks odd and is right: the request behind it, or in it, is answered. */
const right: readonly (readonly [string, ...Buffer[]])[] = [
  ["4.1 a frame of an unknown kind", raw(0x16, 0, Buffer.alloc(8)), head(1)],
  ["4.1 unknown flags", frame("ping", 0, Buffer.alloc(8), 0x16), head(1)],
  ["4.1 the reserved bit", raw(6, 2 ** 31, Buffer.alloc(8)), head(1)],
  ["5.1 a priority of no stream", raw(2, 3, priority), head(1)],
  ["5.3 a head with a priority", head(1, Buffer.concat([priority, fields]), 0x25)],
  ["6.1 a padded body", post(1), frame("data", 1, Buffer.from([2, 97, 0, 0]), 8 | endStream)],
  ["6.2 a padded head", head(1, Buffer.concat([Buffer.from([1]), fields, Buffer.alloc(1)]), 13)],
  ["6.5.2 an unknown setting", settings({ 255: 1 }), head(1)],
  ["6.9 a window for a stream that is over", head(1), frame("windowUpdate", 1, word(9)), head(3)],
  [
    "6.10 a head in three frames",
    head(1, fields.subarray(0, 2), endStream),
    ...[frame("continuation", 1, fields.subarray(2, 5))],
    frame("continuation", 1, fields.subarray(5), endHeaders),
  ],
  ["7 a reset for an unknown reason", post(1), frame("reset", 1, word(255)), head(3)],
  ["8.1 trailers", post(1), frame("data", 1, Buffer.from("a")), head(1, literal("x-last", "1"))],
  ["8.2.2 TE with trailers alone", withFields(literal("te", "trailers"))],
];

test("frames that are odd and right leave requests as they are", async (t) => {
  const scene = await startSecureScene(t);
  for (const [what, ...bytes] of right) {
    const seen = await tell(scene, ...bytes);
    const last = seen.findLast(({ type }) => type === frameTypes.headers);
    // The first field of an answer is its status, 200 by the static table.
    assert.equal(last?.payload[0], 0x88, what);
    assert.ok(!seen.some(({ type }) => type === frameTypes.goaway), what);
  }
});

test("6.9.2 no more is sent than the window lets, and the rest when it opens", async (t) => {
  const scene = await startSecureScene(t);
  const socket = await scene.connect({ servername: domainName, ALPNProtocols: ["h2"] });
  begin(socket, { 4: 1 });
  socket.write(Buffer.concat([head(1), lastPing]));
  const isBody = ({ type }: Seen): boolean => type === frameTypes.data;
  let opened = false;
  const seen = await readUntil(socket, (all) => {
    if (!opened && all.some(isBody) && all.some(isLastPong)) {
      opened = true;
      assert.deepEqual(
        all.filter(isBody).map(({ payload }) => payload.length),
        [1],
      );
      socket.write(frame("windowUpdate", 1, word(100)));
    }
    return all.some((each) => isBody(each) && (each.flags & endStream) !== 0) || isQuietEnd(all);
  });
  const body = seen.filter(isBody).map(({ payload }) => payload.toString());
  assert.equal(body.join(""), "from origin");
});

/** Where the end is said by trailers that are empty. */
function isQuietEnd(seen: readonly Seen[]): boolean {
  return seen.some(({ streamId, flags }) => streamId === 1 && (flags & endStream) !== 0);
}

test("5.1.2 a stream beyond 128 at once is refused, or ends the connection of who has agreed to no more", async (t) => {
  const scene = await startSecureScene(t, { origin: () => {} });
  const heads = Buffer.concat(Array.from({ length: 130 }, (_, index) => head(index * 2 + 1)));
  for (const agreed of [none, raw(4, 0, none, 1)]) {
    const socket = await scene.connect({ servername: domainName, ALPNProtocols: ["h2"] });
    socket.on("error", () => {});
    begin(socket);
    await once(socket, "data");
    socket.write(Buffer.concat([agreed, heads]));
    const seen = await readUntil(socket, (all) => codeOf(all) !== undefined);
    const code = codeOf(seen);
    assert.ok(code === errors.refusedStream || code === errors.protocol, `ended with ${code}`);
  }
  assert.ok(scene.asked.length <= 2 * 128);
});

test("8.2.1 fields that are none are left out, and 5.1.1 a stream below the last is passed over", async (t) => {
  const scene = await startSecureScene(t);
  const odd = ["x y", "x:y", "x\r\ny"].map((name) => literal(name, "1"));
  const evil = ["1\r\nx-evil: 1", "1\0", "1\n"].map((value) => literal("x-odd", value));
  await tell(scene, withFields(...odd, ...evil, literal("x-good", "1")));
  const [asked] = scene.asked;
  const names = Object.keys(asked?.headers ?? {}).filter((name) => name.startsWith("x"));
  assert.deepEqual(
    names.filter((name) => !/^x-(amz|forwarded)/.test(name)),
    ["x-good"],
  );
  const seen = await tell(scene, head(5), head(3));
  assert.ok(!seen.some(({ streamId }) => streamId === 3));
});

test("3.4 what begins with no preface is closed", async (t) => {
  const scene = await startSecureScene(t);
  const socket = await scene.connect({ servername: domainName, ALPNProtocols: ["h2"] });
  socket.on("error", () => {});
  socket.write("INVALID CONNECTION PREFACE\r\n\r\n");
  // Closed, or the test's time is over.
  await readUntil(socket, () => false);
});
