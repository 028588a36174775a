import assert from "node:assert/strict";
import { test } from "node:test";
import { placeIn, shownPath } from "./json-places.ts";

const text = `{
  "a\\"}": [1, {"b": -2.5e3, "c": []}, "]"],
  "d": { "e": null }
}`;

for (const [path, line, column] of [
  [[], 1, 1],
  [['a"}'], 2, 3],
  [['a"}', 1], 2, 15],
  [['a"}', 1, "c"], 2, 29],
  [['a"}', 2], 2, 39],
  [["d", "e"], 3, 10],
  [["d", "x"], 3, 3],
  [['a"}', 7], 2, 3],
  [["x"], 1, 1],
] as const) {
  test(`placeIn() finds ${JSON.stringify(path)}`, () => {
    assert.deepEqual(placeIn(text, path), { line, column });
  });
}

test("shownPath() is as one writes it in JavaScript", () => {
  assert.equal(shownPath(["a", 0, "b"]), "a[0].b");
});
