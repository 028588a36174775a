import assert from "node:assert/strict";
import { test } from "node:test";
import { addListed, combinedValue, withoutNames } from "./header-lines.ts";

test("lines of one name are one value, however they are spelled", () => {
  const headers = ["Transfer-Encoding", "gzip", "X-A", "b", "transfer-encoding", "chunked"];
  assert.equal(combinedValue(headers, "transfer-encoding"), "gzip, chunked");
  assert.equal(combinedValue(headers, "x-a"), "b");
  assert.equal(combinedValue(headers, "gzip"), undefined);
  assert.equal(combinedValue(["X-A", "", "X-A", "b"], "x-a"), ", b");
});

test("what lines list is one set", () => {
  const names = new Set<string>();
  for (const line of ["close, X-Mine", " x-mine ,,\tKeep-Alive", ""]) addListed(names, line);
  assert.deepEqual([...names], ["close", "x-mine", "keep-alive"]);
});

test("lines are taken out by their names", () => {
  const headers = ["X-A", "x-b", "x-b", "1", "X-B", "2"];
  assert.deepEqual(withoutNames(headers, new Set(["x-b"])), ["X-A", "x-b"]);
});
