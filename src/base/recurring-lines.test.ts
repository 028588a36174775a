import assert from "node:assert/strict";
import { test } from "node:test";
import { isRecurring, MadeOfLines, markRecurring } from "./recurring-lines.ts";

test("MadeOfLines makes once of lines that recur, and each time of others", () => {
  const counted = new MadeOfLines((lines) => ({ count: lines.length }));
  const recurring = ["A", "1"];
  assert.equal(isRecurring(recurring), false);
  assert.notEqual(counted.of(recurring), counted.of(recurring));
  markRecurring(recurring);
  assert.equal(isRecurring(recurring), true);
  assert.equal(counted.of(recurring), counted.of(recurring));
  assert.notEqual(counted.of([...recurring]), counted.of(recurring));
  assert.deepEqual(counted.of(recurring), { count: 2 });
});
