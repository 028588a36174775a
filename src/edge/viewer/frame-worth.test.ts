import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameWorth } from "./frame-worth.ts";

const kb = 1024;

test("FrameWorth sets what was read against what was carried, a burst beside", () => {
  const worth = new FrameWorth(5000, 0);
  assert.equal(
    worth.isFlooded(5000 + 4 * kb, () => 0, 0),
    false,
  );
  assert.equal(
    worth.isFlooded(5001 + 4 * kb, () => 0, 0),
    true,
  );
  assert.equal(
    new FrameWorth(0, 0).isFlooded(5004 * kb, () => 1000 * kb, 0),
    false,
  );
  assert.equal(
    new FrameWorth(0, 0).isFlooded(5005 * kb, () => 1000 * kb, 0),
    true,
  );
});

test("FrameWorth counts no more than a little of what was carried for what is read later", () => {
  const worth = new FrameWorth(0, 0);
  assert.equal(
    worth.isFlooded(1, () => 100_000 * kb, 0),
    false,
  );
  assert.equal(
    worth.isFlooded(20 * kb, () => 100_000 * kb, 0),
    false,
  );
  assert.equal(
    worth.isFlooded(21 * kb, () => 100_000 * kb, 0),
    true,
  );
});

test("FrameWorth forgives a little each second, and saves none of it up", () => {
  // Messages of a byte by gRPC, a hundred a second: 6 bytes of 37, with what TLS has around them.
  const worth = new FrameWorth(0, 0);
  for (let second = 1; second <= 3600; second += 1) {
    const flooded = worth.isFlooded(second * 3700, () => second * 600, second * 1000);
    assert.equal(flooded, false, `after ${second} s`);
  }
  const asked = new FrameWorth(0, 0);
  // A ping in ten seconds, for a day.
  for (let second = 10; second <= 86_400; second += 10) {
    const flooded = asked.isFlooded(second * 6, () => 0, second * 1000);
    assert.equal(flooded, false, `after ${second} s`);
  }
  assert.equal(
    asked.isFlooded(86_400 * 6 + 9 * kb, () => 0, 86_401_000),
    true,
  );
});
