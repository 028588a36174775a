import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addListed,
  combinedValue,
  firstValue,
  hasName,
  linesThat,
  withFirstValue,
  withoutNames,
} from "./header-lines.ts";

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

test("a name's first line is found in any case, and changed without touching the others", () => {
  const headers = ["A", "1", "Host", "Two", "host", "three"];
  assert.equal(firstValue(headers, "host"), "Two");
  assert.equal(firstValue(headers, "hos"), undefined);
  assert.equal(hasName(headers, "a"), true);
  assert.equal(hasName(headers, "two"), false);
  assert.deepEqual(withFirstValue(headers, "host", "2"), ["A", "1", "Host", "2", "host", "three"]);
  assert.equal(withFirstValue(headers, "host", "Two"), headers);
  assert.equal(withFirstValue(headers, "b", "2"), headers);
});

test("lines that are to stay keep their order and spelling", () => {
  const headers = ["A", "1", "B", "2", "a", "3"];
  assert.deepEqual(
    linesThat(headers, (name, value) => name !== "B" && value !== "1"),
    ["a", "3"],
  );
  assert.deepEqual(withoutNames(headers, new Set(["a"])), ["B", "2"]);
});
