import assert from "node:assert/strict";
import { test } from "node:test";
import { functionSource, TypeScriptError } from "./function-file.ts";

test("types are taken out of TypeScript, and what is left stays where it is", () => {
  const text = [
    "import type { Event } from 'footlight/types';",
    "import cf from 'cloudfront';",
    "function handler(event: Event): unknown {",
    "  const text: string = `a  ",
    "  b  `; // c  ",
    "  return event.request as unknown;",
    "}",
  ].join("\n");
  assert.deepEqual(functionSource("fn.ts", text).split("\n"), [
    "",
    "import cf from 'cloudfront';",
    "function handler(event       )          {",
    "  const text         = `a  ",
    "  b  `; // c  ",
    "  return event.request           ;",
    "}",
  ]);
});

test("JavaScript is left as it is", () => {
  assert.equal(functionSource("fn.js", "enum A { x } "), "enum A { x } ");
});

for (const [what, text, line, column, message] of [
  [
    "an enum",
    "let a = 1;\n  enum A { x }",
    2,
    3,
    /enum is not supported .*; write an object, const/,
  ],
  [
    "a namespace",
    "namespace A { export const a = 1 }",
    1,
    1,
    /write an object, or plain functions$/,
  ],
  ["require", "import fs = require('fs')", 1, 1, /write import cf from 'cloudfront'$/],
  ["an assertion in brackets", "f(<string>a)", 1, 3, /; use the 'as' syntax/],
  ["a type without an end", "let a: = 1;", 1, 8, /Unexpected token/],
] as const) {
  test(`${what} is refused with its place in the file, and what to write`, () => {
    assert.throws(
      () => functionSource("a/fn.ts", text),
      (error: TypeScriptError) => {
        assert.deepEqual([error.line, error.column], [line, column]);
        assert.ok(error.message.startsWith(`a/fn.ts:${line}:${column}: `), error.message);
        assert.match(error.problem, message);
        return true;
      },
    );
  });
}
