import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decodeBound,
  encodeBound,
  isGrowthDue,
  narrowed,
  settlingMs,
  widened,
} from "./disk-bound.ts";

const megabyte = 1024 * 1024;
const now = 1_790_000_000_000;

test("narrowed() takes a sixteenth of what is there, and once for what fails together", () => {
  const bound = narrowed(undefined, 32 * megabyte, now);
  assert.equal(bound.bytes, 30 * megabyte);
  assert.equal(narrowed(bound, 16 * megabyte, now + settlingMs - 1), bound);
  assert.equal(narrowed(bound, 16 * megabyte, now + settlingMs).bytes, 15 * megabyte);
  // What is there by itself may be more than may be there.
  assert.equal(narrowed(bound, 64 * megabyte, now + settlingMs).bytes, 30 * megabyte);
  assert.equal(narrowed(undefined, 0, now).bytes, megabyte);
});

test("narrowed() has what grew too far wait twice as long, up to ten minutes", () => {
  let bound = narrowed(undefined, 32 * megabyte, now);
  const waits = [];
  for (let time = 1; time <= 12; time += 1) {
    waits.push(bound.waitMs / 1000);
    assert.equal(bound.growAt, bound.narrowedAt + bound.waitMs);
    bound = narrowed(bound, 32 * megabyte, now + time * 60_000);
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
  assert.equal(narrowed(bound, 32 * megabyte, now + 24 * 3_600_000).waitMs, 1_000);
});

test("widened() grows into what the disk has free, step by step, and leaves it some", () => {
  const maxBytes = 64 * megabyte;
  const bound = narrowed(undefined, 32 * megabyte, now);
  const grown = (free: number) =>
    widened(bound, { maxBytes, present: 28 * megabyte, free: free * megabyte, now }).bytes /
    megabyte;
  assert.equal(grown(0), 30);
  assert.equal(grown(3), 30);
  assert.equal(grown(4), 31.75);
  assert.equal(grown(16), 34);
  assert.equal(grown(1_000), 64);
});

test("isGrowthDue() waits for its time, and trusts no clock that was set back", () => {
  const bound = narrowed(undefined, 32 * megabyte, now);
  const isDue = (at: number) => isGrowthDue(bound, 64 * megabyte, at);
  assert.ok(!isDue(now + 999));
  assert.ok(isDue(now + 1_000));
  assert.ok(isDue(now - 24 * 3_600_000));
  assert.ok(!isGrowthDue(bound, bound.bytes, now + 1_000));
});

test("a bound is read as it was noted, and nothing else is", () => {
  const bound = narrowed(undefined, 32 * megabyte, now);
  assert.deepEqual(decodeBound(encodeBound(bound)), bound);
  assert.equal(decodeBound(undefined), undefined);
});
