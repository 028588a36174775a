import assert from "node:assert/strict";
import { test } from "node:test";
import { WordIndex } from "./word-index.ts";

test("WordIndex wants each word, anywhere and in any case", () => {
  const names = ["Redirect old paths", "Old prices", "Add a path"];
  const index = new WordIndex(names, (name) => name);
  assert.deepEqual(index.find("old PATH"), ["Redirect old paths"]);
  assert.deepEqual(index.find("path"), ["Redirect old paths", "Add a path"]);
  assert.deepEqual(index.find("(old"), []);
  assert.equal(index.find("  "), names);
});
