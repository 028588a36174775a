import assert from "node:assert/strict";
import { test } from "node:test";
import { firstNames } from "./first-names.ts";

test("firstNames() keeps ten, and says how many there are besides", () => {
  const names = Array.from({ length: 12 }, (_, index) => `fn-${index}`);
  assert.deepEqual(firstNames(names.slice(0, 10)), { shown: names.slice(0, 10), rest: "" });
  assert.deepEqual(firstNames(names), { shown: names.slice(0, 10), rest: " and 2 more" });
});
