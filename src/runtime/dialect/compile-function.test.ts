import assert from "node:assert/strict";
import { test } from "node:test";
import { Script } from "node:vm";
import * as fc from "fast-check";
import { checkFunction } from "../check/check-function.ts";
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
        // What we read, V8 must read as well, with the counters in it.
        if (compiled.type === "compiled") assert.ok(new Script(compiled.script));
        if (compiled.type === "refused") {
          assert.match(compiled.message, /^(Syntax|Reference)Error: /);
          assert.ok(findings.some(({ engineMessage }) => engineMessage === compiled.message));
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test("compileFunction() makes a script that V8 reads, whatever stands where counters go", () => {
  const sources = [
    "if (a) b + c\nelse d + e",
    "for (var i = 0; i < 1; i++) if (i) a + b + i; else while (0) do c += d; while (0)",
    "var f = a => b => ({ c: a + b }), g = () => (1, 2), h = async a => await a",
    'function f() { return"a"+b+c } function g() { return`${a}${b}` }',
    "x = a\nb + c + d\n`${e}${f}`.g",
    "switch (a) { case 1: case b + c: d + e; break; default: f }",
    "label: for (var k in { a: 1 }) continue label",
    "try { a } finally { b } try { c } catch (e) { e + f } finally { g }",
    "var o = { get a() { return 1 }, set a(v) { b += v }, c() { return d + e }, async f() { await g }, [h + i]: 1 }",
    "tag`a${b + c}${d}`; typeof (a + b); delete o[a + b]; void (a + b); !(a + b); -(a + b)",
    "(function () {})(a + b)\n;[a + b, c].map(function (d) { return d + a })",
    "if (a) ; else ; for (;;) break; while (0) ; do ; while (0)",
    "if (a) function f() {}",
  ];
  for (const source of sources) {
    const compiled = compileFunction(source, "cloudfront-js-2.0");
    if (compiled.type === "refused") {
      assert.match(compiled.message, /Functions can only be declared/);
    } else {
      assert.ok(new Script(compiled.script));
    }
  }
});

test("compileFunction() refuses a tree that is too deep to walk", () => {
  assert.equal(
    refused(`function handler(a) { return a${".a".repeat(4900)}+${"a+".repeat(4000)}a }`),
    "RangeError: Maximum call stack size exceeded",
  );
});

test("compileFunction() pauses in long straight code, and changes nothing by it", () => {
  const source = `function handler(e) {
  var a = "12", b = 3, o = { f: function (x) { return this === o ? x : -1 }, n: { v: 1 } }
  var r = []
  r[r.length] = ${"a - b * ".repeat(20)}1
  r[r.length] = new (o.f(Array))(3).length
  r[r.length] = ${"o.f(".repeat(20)}5${")".repeat(20)}
  r[r.length] = typeof-a
  o.f(o).n.v = -a
  b
  -a
  ${"b -= 1; ".repeat(20)}
  r[r.length] = o.n.v, r[r.length] = b
  return${"-a-b".repeat(12)} + JSON.stringify(r)
}`;
  const plain = new Script(`(function () { "use strict"; ${source}; return handler({}) })()`);
  const compiled = compileFunction(source, "cloudfront-js-2.0");
  assert.ok(compiled.type === "compiled");
  let looks = 0;
  const look = (value: unknown): unknown => {
    looks += 1;
    return value;
  };
  const meter = { steps: 1e9, stop() {}, walk: look, look };
  const same = (value: unknown): unknown => value;
  const factory = new Script(compiled.script).runInThisContext() as (
    ...harness: unknown[]
  ) => () => (event: object) => unknown;
  assert.equal(factory(meter, same, same, same, same)()({}), plain.runInThisContext());
  assert.ok(looks >= 6, String(looks));
});
