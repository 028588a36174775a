import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerPatience } from "./server-patience.ts";

test("a server of no use is left after ten seconds, and the next ones each after twice as long", () => {
  const patience = new ServerPatience();
  const left: number[] = [];
  for (let second = 0; second <= 600; second += 1) {
    if (patience.noteUseless(second * 1000)) left.push(second);
  }
  assert.deepEqual(left, [10, 30, 70, 150, 270, 390, 510]);
});

test("a server that is of use again is not left, and patience is as short as before", () => {
  const patience = new ServerPatience();
  assert.equal(patience.noteUseless(0), false);
  assert.equal(patience.noteUseless(10_000), true);
  patience.noteUseful();
  assert.equal(patience.isTried, false);
  assert.equal(patience.noteUseless(20_000), false);
  assert.equal(patience.isTried, true);
  assert.equal(patience.noteUseless(29_999), false);
  assert.equal(patience.noteUseless(30_000), true);
});
