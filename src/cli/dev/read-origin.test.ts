import assert from "node:assert/strict";
import { test } from "node:test";
import { readOrigin } from "./read-origin.ts";

test("readOrigin() takes nothing for no folder, such as a variable that is not set", () => {
  assert.throws(() => readOrigin("", "/"), /must be a folder, a URL or echo, and is empty/);
  assert.deepEqual(readOrigin(".", "/"), { kind: "folder", folder: "/" });
});
