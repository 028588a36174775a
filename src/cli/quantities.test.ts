import assert from "node:assert/strict";
import { test } from "node:test";
import { inBytes, inTime } from "./quantities.ts";

test("inBytes() counts by 1024, as the options do", () => {
  assert.deepEqual([0, 1023, 1024, 1536, 150 * 1024, 1024 ** 3, 5000 * 1024 ** 4].map(inBytes), [
    "0 B",
    "1023 B",
    "1.0 KB",
    "1.5 KB",
    "150 KB",
    "1.0 GB",
    "5000 TB",
  ]);
});

test("inTime() says the two largest units", () => {
  assert.deepEqual([-3, 0.9, 59, 60, 3_599, 86_399, 86_400, 90_000, 31_536_000].map(inTime), [
    "0 s",
    "0 s",
    "59 s",
    "1 min",
    "59 min 59 s",
    "23 h 59 min",
    "1 d",
    "1 d 1 h",
    "365 d",
  ]);
});
