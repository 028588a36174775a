import assert from "node:assert/strict";
import { test } from "node:test";
import { isBoundedMatch } from "./bounded-match.ts";

test("isBoundedMatch() tells whether a text matches, and ends what goes on and on", () => {
  assert.equal(isBoundedMatch(/^a+$/u, "aaa"), true);
  assert.equal(isBoundedMatch(/^a+$/u, "aab"), false);
  assert.throws(() => isBoundedMatch(/^(a+)+$/u, `${"a".repeat(60)}!`), /timed out/);
});
