import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../../../test/support/tried.ts";
import { decodeUrlSafeBase64 } from "./url-safe-base64.ts";

test("decodeUrlSafeBase64() gives back what CloudFront's mapping was made of", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      const text = Buffer.from(bytes).toString("base64").replaceAll("+", "-");
      const sent = text.replaceAll("/", "~").replaceAll("=", "_");
      assert.deepEqual(decodeUrlSafeBase64(sent), Buffer.from(bytes));
    }),
    tried(),
  );
});

for (const text of [
  "",
  "a",
  "ab",
  "abc",
  "abcde",
  "ab==",
  "a+/=",
  "ab_",
  "_ab_",
  "abc d",
  "____",
  "ab__ab__",
  "é___",
]) {
  test(`decodeUrlSafeBase64() takes no "${text}"`, () => {
    assert.equal(decodeUrlSafeBase64(text), undefined);
  });
}
