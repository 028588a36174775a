import assert from "node:assert/strict";
import { test } from "node:test";
import { findByWords } from "./find-by-words.ts";

test("findByWords() wants each word, anywhere and in any case", () => {
  const names = ["Redirect old paths", "Old prices", "Add a path"];
  const found = (search: string): readonly string[] => findByWords(names, search, (name) => name);
  assert.deepEqual(found("old PATH"), ["Redirect old paths"]);
  assert.deepEqual(found("path"), ["Redirect old paths", "Add a path"]);
  assert.deepEqual(found("(old"), []);
  assert.equal(found("  "), names);
});
