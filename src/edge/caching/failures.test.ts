import assert from "node:assert/strict";
import { test } from "node:test";
import { Failures } from "./failures.ts";

const failure = { since: 100_000, until: 110_000, revision: 1, refusal: undefined };

test("Failures forgets a failure when its time is over", () => {
  const failures = new Failures();
  failures.note("key", failure);
  assert.equal(failures.find("key", 109_999), failure);
  assert.equal(failures.find("key", 110_000), undefined);
});

test("Failures forgets a failure when the clock was set back", () => {
  const failures = new Failures();
  failures.note("key", failure);
  assert.equal(failures.find("key", 99_500), failure);
  assert.equal(failures.find("key", 50_000), undefined);
});
