import assert from "node:assert/strict";
import { test } from "node:test";
import { httpDate } from "./http-date.ts";

test("httpDate() follows the clock, forwards and back, to the second", () => {
  const times = [
    "1994-11-06T08:49:37.000Z",
    "1994-11-06T08:49:37.999Z",
    "1994-11-06T08:49:38.000Z",
  ];
  for (const time of [...times, ...times.toReversed()]) {
    assert.equal(
      httpDate(() => new Date(time)),
      new Date(time).toUTCString(),
    );
  }
});
