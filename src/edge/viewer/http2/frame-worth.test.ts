import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameWorth } from "./frame-worth.ts";

const kb = 1024;
const noHead = (): number => 0;

test("FrameWorth sets what was read against what was carried, a burst beside", () => {
  const worth = new FrameWorth(5000, 0);
  assert.equal(
    worth.isFlooded(5000 + 4 * kb, () => 0, noHead, 0),
    false,
  );
  assert.equal(
    worth.isFlooded(5001 + 4 * kb, () => 0, noHead, 0),
    true,
  );
  // Five times what was carried, a 128th of it, and the burst.
  const most = (320 + 0.5 + 4) * kb;
  assert.equal(
    new FrameWorth(0, 0).isFlooded(most, () => 64 * kb, noHead, 0),
    false,
  );
  assert.equal(
    new FrameWorth(0, 0).isFlooded(most + 1, () => 64 * kb, noHead, 0),
    true,
  );
});

test("FrameWorth counts no more than a little of what was carried for what is read later", () => {
  const worth = new FrameWorth(0, 0);
  assert.equal(
    worth.isFlooded(1, () => 64 * kb, noHead, 0),
    false,
  );
  assert.equal(
    worth.isFlooded(20.5 * kb, () => 64 * kb, noHead, 0),
    false,
  );
  assert.equal(
    worth.isFlooded(20.5 * kb + 2, () => 64 * kb, noHead, 0),
    true,
  );
});

test("FrameWorth counts windows that are opened long after what was sent for them, and no more than 16 MB of those", () => {
  const megabyte = 1024 * kb;
  const worth = new FrameWorth(0, 0);
  assert.equal(
    worth.isFlooded(1, () => 8 * megabyte, noHead, 0),
    false,
  );
  // 26 bytes for each 4 KB.
  const windows = (8 * megabyte * 26) / (4 * kb);
  assert.equal(
    worth.isFlooded(windows, () => 8 * megabyte, noHead, 0),
    false,
  );
  assert.equal(
    worth.isFlooded((16 + 4 + 64) * kb + 2, () => 8 * megabyte, noHead, 0),
    true,
  );
  const most = new FrameWorth(0, 0);
  most.isFlooded(1, () => 1000 * megabyte, noHead, 0);
  assert.equal(
    most.isFlooded((16 + 4 + 128) * kb, () => 1000 * megabyte, noHead, 0),
    false,
  );
  assert.equal(
    most.isFlooded((16 + 4 + 128) * kb + 2, () => 1000 * megabyte, noHead, 0),
    true,
  );
});

test("FrameWorth takes what was on its way when a stream was ended for no flood", () => {
  const worth = new FrameWorth(0, 0);
  worth.expect(60 * kb);
  assert.equal(
    worth.isFlooded(64 * kb, () => 0, noHead, 0),
    false,
  );
  assert.equal(
    worth.isFlooded(64 * kb + 1, () => 0, noHead, 0),
    true,
  );
});

test("FrameWorth forgives what has come by then, and no more than it is told", () => {
  const worth = new FrameWorth(0, 0);
  worth.isFlooded(
    50 * kb,
    () => 0,
    () => 128 * kb,
    0,
  );
  worth.forgive(90 * kb, 128 * kb);
  assert.equal(
    worth.isFlooded(94 * kb, () => 0, noHead, 0),
    false,
  );
  assert.equal(
    worth.isFlooded(94 * kb + 1, () => 0, noHead, 0),
    true,
  );
  const little = new FrameWorth(0, 0);
  little.forgive(90 * kb, 10 * kb);
  assert.equal(
    little.isFlooded(14 * kb + 1, () => 0, noHead, 0),
    true,
  );
});

test("FrameWorth forgives a little each second, and saves none of it up", () => {
  // Messages of a byte by gRPC, a hundred a second: 6 bytes of 37, with what TLS has around them.
  const worth = new FrameWorth(0, 0);
  for (let second = 1; second <= 3600; second += 1) {
    const flooded = worth.isFlooded(second * 3700, () => second * 600, noHead, second * 1000);
    assert.equal(flooded, false, `after ${second} s`);
  }
  const asked = new FrameWorth(0, 0);
  // A ping in ten seconds, for a day.
  for (let second = 10; second <= 86_400; second += 10) {
    const flooded = asked.isFlooded(second * 6, () => 0, noHead, second * 1000);
    assert.equal(flooded, false, `after ${second} s`);
  }
  assert.equal(
    asked.isFlooded(86_400 * 6 + 9 * kb, () => 0, noHead, 86_401_000),
    true,
  );
});

test("FrameWorth waits for a head that is on its way, and no longer than it may be", () => {
  const worth = new FrameWorth(0, 0);
  const head = (): number => 48 * kb;
  assert.equal(
    worth.isFlooded(52 * kb, () => 0, head, 0),
    false,
  );
  assert.ok(worth.isSuspect);
  assert.equal(
    worth.isFlooded(52 * kb + 1, () => 0, head, 0),
    true,
  );
});
