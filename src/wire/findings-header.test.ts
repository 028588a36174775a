import assert from "node:assert/strict";
import { test } from "node:test";
import { findingsHeaders } from "./findings-header.ts";

test("findingsHeaders() writes JSON that any header may hold", () => {
  const finding = { line: 3, message: "„x“ 日\n" };
  const headers = findingsHeaders([finding]);
  const text = headers["X-Footlight-Findings"] ?? "";
  assert.match(text, /^[\x20-\x7e]+$/);
  assert.deepEqual(JSON.parse(text), [finding]);
});

test("findingsHeaders() leaves out what does not fit, and counts all", () => {
  const headers = findingsHeaders(
    Array.from({ length: 500 }, (_, line) => ({ line, message: "m" })),
  );
  const text = headers["X-Footlight-Findings"] ?? "";
  assert.ok(text.length <= 4096);
  const shown = JSON.parse(text) as { line: number }[];
  assert.ok(shown.length > 50);
  assert.deepEqual(shown.at(-1)?.line, shown.length - 1);
  assert.equal(headers["X-Footlight-Finding-Count"], "500");
});
