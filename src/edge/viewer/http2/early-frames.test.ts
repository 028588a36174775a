import assert from "node:assert/strict";
import { test } from "node:test";
import {
  frame,
  literal,
  preface,
  requestFields,
  settings,
} from "../../../../test/tls/http2-frames.ts";
import { readEarlyFrames } from "./early-frames.ts";

test("readEarlyFrames() counts what frames carry, and streams that are given up, as far as they are there", () => {
  const frames = [
    settings({ 4: 65_535 }),
    frame("headers", 1, Buffer.alloc(50)),
    frame("continuation", 1, Buffer.alloc(40)),
    frame("data", 1, Buffer.alloc(7)),
    frame("reset", 1, Buffer.alloc(4)),
    frame("ping", 0, Buffer.alloc(8)),
  ];
  const bytes = Buffer.concat([preface, ...frames]);
  const whole = { bytes: bytes.length, carried: 97, resets: 1, heads: [] };
  assert.deepEqual(readEarlyFrames(bytes), whole);
  assert.deepEqual(readEarlyFrames(Buffer.concat([bytes, frame("data", 1, Buffer.alloc(9))])), {
    ...{ bytes: bytes.length + 18, carried: 106, resets: 1, heads: [] },
  });
  for (const more of [1, 8, 9, 17]) {
    const part = frame("data", 1, Buffer.alloc(9)).subarray(0, more);
    assert.deepEqual(readEarlyFrames(Buffer.concat([bytes, part])), whole);
  }
  for (let length = 0; length <= 33; length += 1) {
    const { carried, resets } = readEarlyFrames(bytes.subarray(0, length));
    assert.deepEqual([carried, resets], [0, 0]);
  }
});

test("readEarlyFrames() knows what heads unfold to, in one frame or in several, padded or with a priority", () => {
  const fields = requestFields("a.test");
  const bomb = Buffer.concat([fields, literal("x", "y", 0x40), Buffer.alloc(100, 0xbe)]);
  const endHeaders = 4;
  const priority = Buffer.alloc(5);
  const frames = [
    frame("headers", 1, fields, endHeaders),
    frame("headers", 3, bomb.subarray(0, 9)),
    frame("continuation", 3, bomb.subarray(9, 20)),
    frame("continuation", 3, bomb.subarray(20), endHeaders),
    frame("headers", 5, Buffer.concat([priority, fields]), endHeaders | 32),
    frame("headers", 7, Buffer.concat([hex("03"), fields, Buffer.alloc(3)]), endHeaders | 8),
    frame("headers", 9, Buffer.concat([hex("02"), priority, fields, hex("0000")]), endHeaders | 40),
    frame("headers", 11, hex("ff"), endHeaders | 8),
    frame("headers", 13, fields),
  ];
  const head = {
    fields: 4,
    bytes: ":method GET :scheme https :path / :authority a.test".length - 7,
  };
  assert.deepEqual(readEarlyFrames(Buffer.concat([preface, ...frames])).heads, [
    head,
    { fields: 105, bytes: head.bytes + 202 },
    ...[head, head, head],
    { fields: 0, bytes: 0 },
  ]);
});

function hex(text: string): Buffer {
  return Buffer.from(text, "hex");
}
