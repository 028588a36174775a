import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, sensitiveHeaders } from "node:http2";
import { Duplex, duplexPair, Transform } from "node:stream";
import { test } from "node:test";
import { literal } from "../../../../test/tls/http2-frames.ts";
import { readEarlyFrames } from "./early-frames.ts";
import { HeaderBlocks, type HeadSize } from "./header-blocks.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const lengthOf = (fields: Readonly<Record<string, string>>): number =>
  Object.entries(fields).reduce((sum, [name, value]) => sum + name.length + value.length, 0);

/** RFC 7541, appendix C.3. */
const first = {
  ":method": "GET",
  ":scheme": "http",
  ":path": "/",
  ":authority": "www.example.com",
};
const second = { ...first, "cache-control": "no-cache" };
const third = {
  ...{ ":method": "GET", ":scheme": "https", ":path": "/index.html" },
  ...{ ":authority": "www.example.com", "custom-key": "custom-value" },
};

test("HeaderBlocks knows how long the requests of RFC 7541 are, with what each adds to the table for those after it", () => {
  const blocks = new HeaderBlocks();
  const read = [
    blocks.read(hex("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d")),
    blocks.read(hex("8286 84be 5808 6e6f 2d63 6163 6865")),
    blocks.read(hex("8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65")),
  ];
  assert.deepEqual(read, [
    { fields: 4, bytes: lengthOf(first) },
    { fields: 5, bytes: lengthOf(second) },
    { fields: 5, bytes: lengthOf(third) },
  ]);
});

test("HeaderBlocks takes what is coded by Huffman for as long as it is, and the table has room for it as such", () => {
  const blocks = new HeaderBlocks();
  // RFC 7541, appendix C.4.
  const read = [
    blocks.read(hex("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff")),
    blocks.read(hex("8286 84be 5886 a8eb 1064 9cbf")),
    blocks.read(hex("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf")),
  ];
  assert.deepEqual(read, [
    { fields: 4, bytes: lengthOf(first) },
    { fields: 5, bytes: lengthOf(second) },
    { fields: 5, bytes: lengthOf(third) },
  ]);
  // Four of a thousand bytes are more than 4096: the first of them goes, though each was coded in 625.
  const zeros = Buffer.concat([hex("4001 78ff f203"), Buffer.alloc(625)]);
  blocks.read(Buffer.concat([zeros, zeros, zeros, zeros]));
  assert.deepEqual(blocks.read(hex("be bf c0")), { fields: 3, bytes: 3 * 1001 });
  assert.deepEqual(blocks.read(hex("c1")), { fields: 0, bytes: 0 });
});

test("HeaderBlocks reads what Node's own client sends as Node's own server does", async (t) => {
  const server = createServer({ maxHeaderListPairs: 1000 });
  const given: HeadSize[] = [];
  server.on("stream", (stream, _headers, _flags, raw) => {
    given.push({ fields: raw.length / 2, bytes: raw.join("").length });
    stream.respond({ ":status": 200 }, { endStream: true });
  });
  const [sent, taken] = duplexPair();
  server.emit("connection", taken);
  const written: Buffer[] = [];
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      written.push(chunk);
      done(null, chunk);
    },
  });
  const session = connect("http://a.test", {
    createConnection: () => Duplex.from({ writable: tap, readable: sent }),
  });
  tap.pipe(sent);
  t.after(() => session.destroy());
  for (let index = 0; index < 100; index += 1) {
    // Each byte that a value may have, and more texts than the table has room for.
    const letters = String.fromCharCode(...Array.from({ length: 94 }, (_, at) => 33 + at));
    const asked = session.request({
      ":path": `/${index}`,
      cookie: Array.from({ length: index }, (_, at) => `${at}=${"ab\u00e9\u00ff{".repeat(at % 9)}`),
      "x-letters": letters.slice(index % 94),
      [sensitiveHeaders]: index % 3 === 0 ? ["cookie"] : [],
    });
    asked.resume();
    await once(asked, "close");
  }
  assert.equal(given.length, 100);
  assert.deepEqual(readEarlyFrames(Buffer.concat(written)).heads, given);
});

test("HeaderBlocks forgets what the table has no room for, and all of it where its size is said to be none", () => {
  const blocks = new HeaderBlocks();
  const learned = (value: string) => literal("x", value, 0x40);
  const newest = Buffer.from([0xbe]);
  const beforeIt = Buffer.from([0xbf]);
  assert.deepEqual(
    blocks.read(Buffer.concat([learned("a".repeat(2000)), learned("b"), newest, beforeIt])),
    {
      fields: 4,
      bytes: 2 * 2001 + 2 * 2,
    },
  );
  // The first of them goes: with what each entry takes beside its texts, all are more than 4096 bytes.
  blocks.read(learned("c".repeat(2000)));
  const oldest = Buffer.from([0xc0]);
  assert.deepEqual(blocks.read(oldest), { fields: 0, bytes: 0 });
  assert.deepEqual(blocks.read(beforeIt), { fields: 1, bytes: 2 });
  assert.deepEqual(blocks.read(Buffer.concat([hex("20"), newest])), { fields: 0, bytes: 0 });
  // More than its settings say no table gets.
  blocks.read(
    Buffer.concat([hex("3fffff03"), learned("d".repeat(3000)), learned("e".repeat(3000))]),
  );
  assert.deepEqual(blocks.read(newest), { fields: 1, bytes: 3001 });
  assert.deepEqual(blocks.read(beforeIt), { fields: 0, bytes: 0 });
});

test("HeaderBlocks reads no further than to what is no field, and never beyond the block", () => {
  const whole = Buffer.concat([
    hex("8286 84"),
    literal("name", "value"),
    literal("x", "y".repeat(300), 0x40),
  ]);
  for (let length = 0; length < whole.length; length += 1) {
    assert.ok(new HeaderBlocks().read(whole.subarray(0, length)).fields < 5);
  }
  for (const broken of [
    "80",
    "ff",
    "ffffffffffffffffffffffff7f",
    "40ff",
    "40017fffffffffffffffff01",
    "0001",
    "7f",
  ]) {
    assert.deepEqual(new HeaderBlocks().read(hex(`82 ${broken}`)), { fields: 1, bytes: 10 });
  }
  assert.deepEqual(new HeaderBlocks().read(Buffer.alloc(100_000, 0xff)), { fields: 0, bytes: 0 });
});
