import assert from "node:assert/strict";
import { test } from "node:test";
import { json } from "@codemirror/lang-json";
import { EditorState } from "@codemirror/state";
import { repeatedNames } from "./repeated-names.ts";

function told(doc: string): readonly (readonly [at: number, message: string])[] {
  const state = EditorState.create({ doc, extensions: [json()] });
  return repeatedNames(state).map(({ from, message }) => [from, message]);
}

test("a name that an object has twice is told where it comes again", () => {
  assert.deepEqual(told('{"a": 1, "b": {"a": 1}, "a": 2}'), [
    [24, '"a" stands here once more: only the last one counts'],
  ]);
  assert.deepEqual(
    told(String.raw`[{"a": 1, "\u0061": 2, "a": 3}]`).map(([at]) => at),
    [10, 23],
  );
});

test("names of several objects, and of one that is not written to its end, are no matter", () => {
  assert.deepEqual(told('[{"a": 1}, {"a": 1}]'), []);
  assert.deepEqual(told('{"a": {"__proto__": 1}, "constructor": 1, "'), []);
});
