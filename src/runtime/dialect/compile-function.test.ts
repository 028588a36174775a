import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { checkFunction } from "../check-function.ts";
import { compileFunction } from "./compile-function.ts";

const refused = (
  source: string,
  runtime: "cloudfront-js-1.0" | "cloudfront-js-2.0" = "cloudfront-js-2.0",
) => {
  const compiled = compileFunction(source, runtime);
  return compiled.type === "refused" ? compiled.message : "compiled";
};

test("compileFunction() refuses with njs's text and line, at what comes first", () => {
  assert.equal(
    refused("var a = 1;\n\nclass A {}"),
    'SyntaxError: Token "class" not supported in this version in 3',
  );
  assert.equal(refused("f(...a);\nclass A {}"), 'SyntaxError: Unexpected token "..." in 1');
  assert.equal(
    refused("async function handler() {\n  f(await x);\n}"),
    "SyntaxError: await in arguments not supported in 2",
  );
  assert.equal(
    refused("class A {}\nvar b = ;"),
    'SyntaxError: Token "class" not supported in this version in 1',
  );
  assert.equal(refused("export default 1"), "SyntaxError: Illegal export statement in 1");
});

test("compileFunction() knows what 1.0 lacks", () => {
  const on10 = (source: string) => refused(source, "cloudfront-js-1.0");
  assert.equal(on10("let a = 1"), 'SyntaxError: Token "let" not supported in this version in 1');
  assert.equal(
    on10("\nconst a = 1"),
    'SyntaxError: Token "const" not supported in this version in 2',
  );
  assert.equal(
    on10("async function f() {}"),
    'SyntaxError: Token "async" not supported in this version in 1',
  );
  assert.equal(on10("/a/y"), 'SyntaxError: Invalid RegExp flags "y" in 1');
  assert.equal(
    on10("import cf from 'cloudfront'"),
    'SyntaxError: Cannot find module "cloudfront" in 1',
  );
  assert.equal(on10("var f = a => `${a}`; import c from 'crypto'"), "compiled");
});

test("compileFunction() keeps every statement on its line", () => {
  const compiled = compileFunction(
    "import c from 'crypto'\nvar a\nfunction handler() {\n  return a\n}\n",
    "cloudfront-js-2.0",
  );
  assert.ok(compiled.type === "compiled");
  assert.match(compiled.script.split("\n")[3] ?? "", /return a/);
});

test("compileFunction() makes names that the source does not have", () => {
  const compiled = compileFunction(
    "var $m = 1, $_t = 2; function handler() { return $m }",
    "cloudfront-js-2.0",
  );
  assert.ok(compiled.type === "compiled");
  assert.match(compiled.script, /^\(function\(\$__m,\$__t,/);
});

test("compileFunction() and checkFunction() answer whatever the source is", () => {
  const pieces = [
    "function",
    "handler",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "=>",
    "...",
    "?.",
    "async",
    "await",
    "class",
    "for",
    "of",
    "var",
    "let",
    "a",
    "b",
    "=",
    "+",
    "`",
    "${",
    "'",
    '"',
    "/",
    "*",
    "\n",
    ";",
    ",",
    ":",
    "?",
    "import",
    "from",
    "return",
    "try",
    "catch",
    "finally",
    "1",
    "0x",
    "1n",
    "\\u0061",
    "<!--",
    "-->",
    "#",
    "@",
    "\u2028",
    "é",
    "of",
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 25 }), (parts) => {
      for (const separator of [" ", ""]) {
        const source = parts.join(separator);
        const compiled = compileFunction(source, "cloudfront-js-2.0");
        const findings = checkFunction(source, "cloudfront-js-2.0");
        if (compiled.type === "refused") {
          assert.match(compiled.message, /^(Syntax|Reference)Error: /);
          assert.ok(findings.some(({ engineMessage }) => engineMessage === compiled.message));
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test("compileFunction() refuses a tree that is too deep to walk", () => {
  assert.equal(
    refused(`function handler(a) { return a${".a".repeat(4900)}+${"a+".repeat(4000)}a }`),
    "RangeError: Maximum call stack size exceeded",
  );
});
