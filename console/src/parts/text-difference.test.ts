import assert from "node:assert/strict";
import { test } from "node:test";
import { textDifference } from "./text-difference.ts";

test("textDifference() numbers the lines of both, and leaves out what is far from changes", () => {
  const before = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`);
  const after = before.with(10, "other");
  const lines = textDifference(before.join("\n"), after.join("\n"), 1);
  assert.deepEqual(lines, [
    { kind: "gap", count: 9 },
    { kind: "same", before: 10, after: 10, text: "line 10" },
    { kind: "removed", before: 11, after: undefined, text: "line 11" },
    { kind: "added", before: undefined, after: 11, text: "other" },
    { kind: "same", before: 12, after: 12, text: "line 12" },
  ]);
});

test("textDifference() has nothing to say of texts that are the same", () => {
  assert.deepEqual(textDifference("a\n", "a\n"), []);
});
