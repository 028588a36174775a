import assert from "node:assert/strict";
import { test } from "node:test";
import { pairsFile, readPairsFile } from "./read-pairs-file.ts";

test("files of both forms are read, and what is written is read again", () => {
  const pairs = [
    { key: "a", value: "1" },
    { key: "b", value: "" },
  ];
  assert.deepEqual(readPairsFile('{"a": "1", "b": ""}'), pairs);
  assert.deepEqual(readPairsFile(pairsFile(pairs)), pairs);
});

test("what is not in order is told, with its place", () => {
  assert.match(refusalOf("{"), /^This is not JSON/);
  assert.match(refusalOf("[]"), /^A file is/);
  assert.match(refusalOf('{"data": [{"key": "a", "value": 1}]}'), /value of "a"/);
  assert.match(refusalOf('{"data": [{"value": "1"}]}'), /^Entry 1 has no key/);
  const twice = '{"data": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]}';
  assert.match(refusalOf(twice), /"a" comes twice/);
  assert.match(refusalOf('{"a": "\\"1", "b": "a", "\\u0061": "2"}'), /"a" comes twice/);
});

function refusalOf(text: string): string {
  const read = readPairsFile(text);
  assert.ok(typeof read === "string");
  return read;
}
