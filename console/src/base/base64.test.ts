import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeBase64, encodeBase64 } from "./base64.ts";

test("what is encoded is decoded again, also where somebody has pasted megabytes", () => {
  for (const text of ["", "ä😀\u0000", "ä\n".repeat(100_000)]) {
    assert.ok(decodeBase64(encodeBase64(text)) === text);
  }
});
