import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName } from "./save-file.ts";

test("fileName() keeps plain names, and makes of others what is seen as it is", () => {
  assert.equal(fileName("first-event 2 ä.json"), "first-event 2 ä.json");
  assert.equal(fileName("../../.bashrc.json"), "--..-.bashrc.json");
  assert.equal(fileName("a\u202Egnp.json"), "a-gnp.json");
  assert.equal(fileName("con:<a>\u0000\n.json"), "con-a-.json");
  assert.equal(fileName(`${"a".repeat(300)}.json`).length, 200);
});
