import assert from "node:assert/strict";
import { test } from "node:test";
import { frame, preface, settings } from "../../../../test/tls/http2-frames.ts";
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
  const whole = { bytes: bytes.length, carried: 97, resets: 1 };
  assert.deepEqual(readEarlyFrames(bytes), whole);
  assert.deepEqual(readEarlyFrames(Buffer.concat([bytes, frame("data", 1, Buffer.alloc(9))])), {
    ...{ bytes: bytes.length + 18, carried: 106, resets: 1 },
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
