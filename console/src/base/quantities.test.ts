import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, byteSize, percent, shortCount, span } from "./quantities.ts";

test("shortCount() keeps what tells", () => {
  assert.deepEqual([0, 7, 2.26, 999, 1200, 15_600, 3_400_000].map(shortCount), [
    ...["0", "7", "2.3", "999", "1.2 k", "16 k", "3.4 M"],
  ]);
});

test("percent() never rounds something to nothing", () => {
  assert.deepEqual([0, 0.0001, 0.0125, 0.5, 1].map(percent), [
    ...["0 %", "< 0.1 %", "1.3 %", "50 %", "100 %"],
  ]);
});

test("byteSize() is in powers of ten, as quotas are", () => {
  assert.deepEqual([640, 3200, 10_240].map(byteSize), ["640 B", "3.2 KB", "10 KB"]);
});

test("ago() counts in the largest unit that fits, and never from the future", () => {
  const now = Date.parse("2026-01-31T12:00:00Z");
  const times = ["2026-01-31T12:00:09Z", "2026-01-31T11:55:00Z", "2026-01-30T11:00:00Z"];
  assert.deepEqual(
    times.map((time) => ago(time, now)),
    ["just now", "5 min ago", "yesterday"],
  );
  // A day is one of whoever looks, wherever that is.
  assert.equal(ago(new Date(2026, 0, 3, 12).toISOString(), now), "3 Jan 2026");
});

test("span() says seconds where they count", () => {
  assert.deepEqual([30, 300, 90, 7800, 7200, 59.7, 119.6].map(span), [
    ...["30 s", "5 min", "1 min 30 s", "2 h 10 min", "2 h", "1 min", "2 min"],
  ]);
});
