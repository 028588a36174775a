import assert from "node:assert/strict";
import { test } from "node:test";
import { Script } from "node:vm";
import * as fc from "fast-check";
import { tried } from "../../../test/support/tried.ts";
import { checkFunction, type Finding } from "../check/check-function.ts";
import { guestKit } from "../guest/kit.ts";
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
          // Of a++ and the like it is said that CloudFront takes them.
          const isPcres = /pcre_compile2\(".*[*+?]\+.*"\)/s.test(compiled.message);
          const isTold = ({ engineMessage, rule }: Finding): boolean =>
            engineMessage === compiled.message || (isPcres && rule === "pcre-pattern");
          assert.ok(findings.some(isTold), source);
        }
      }
    }),
    tried(2000),
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
  const counted = [undefined, "coverage", "costs"] as const;
  for (const [source, counts] of sources.flatMap((one) =>
    counted.map((what) => [one, what] as const),
  )) {
    const compiled = compileFunction(source, "cloudfront-js-2.0", undefined, "viewer", counts);
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

/** Runs a compiled script's handler with the guest's meter, which nothing comes to the end of. */
function run(script: string, look?: (value: unknown) => unknown): unknown {
  const { meter, grown } = guestKit(1e12, 1e12);
  meter.steps = 1e12;
  meter.bytes = 1e12;
  if (look) meter.look = look;
  const same = (value: unknown): unknown => value;
  const factory = new Script(script).runInThisContext() as (
    ...harness: unknown[]
  ) => () => (event: object) => unknown;
  const tick = (steps: number): void => meter.spend(steps);
  return factory(meter, tick, same, grown, same)()({});
}

const charged: Readonly<Record<string, string>> = {
  "increments of texts and of nothing":
    "var x = '5', y, z = e; r.push(x++, x, ++y, y, z--, z); x = '5'\n++x\ny = '2'\n--y; r.push(x, y)",
  "increments of members":
    "var o = { a: '5', b: { c: 1 } }, k = 'a'; r.push(o.a++, o.a, ++o[k], --(o).b.c, (o['b']) /* . */ . c++, o /* [ */ [ (1, k) ]--); r.push(o)",
  "a key that is an object":
    "var o = { a: 1 }, k = { toString: function () { return 'a' } }; o[k]++; o[k] -= 2; r.push(o)",
  "compound assignments and their order":
    "var o = { n: 10 }, f = function () { o.n = 1; return 2 }; o.n -= f(); r.push(o.n); o['n'] *= (f(), 4); var x = '7'; x -= '2'; x **= 2; x >>>= (1, 1); r.push(o, x, x /= 2, o.n <<= x)",
  "nested compound assignments":
    "var o = { a: 9, b: 7, c: '2' }; r.push(o.a -= o.b %= o.c **= 2, o); (o.a) -= 1; r.push(o)",
  accessors:
    "var s = '', o = { get a() { s += 'g'; return '3' }, set a(v) { s += v } }; o.a++; o.a *= 2; ++o.a; r.push(s)",
  "objects' own ways to become numbers":
    "var s = '', o = { valueOf: function () { s += 'v'; return 4 } }, p = { toString: function () { s += 't'; return '3' } }; r.push(o - p, o < p, +p, o == 4, p == 3, o++, s)",
  comparisons:
    "var a = '10', b = '9', c = 9; r.push(a < b, a < c, b == c, b === '9', a !== b, null == e.x, e.y == undefined, (a, b) >= c)",
  "a switch":
    "var a = 'x', b = 'x'; switch (a) { case b + '': r.push(1); break; case (0, 'y'): r.push(2) }",
  "lengths and elements":
    "var a = [1, 2, 3]; a.length = '1'; a /* = */ . length = (e, 3); a['length'] = a.length - 1; r.push((a).length = 4); a[['len', 'gth'].join('')] = 2; var t = new Uint8Array(2); t['0'] = '7'; t[e.i || 1] = '8'; r.push(a, t[0], t[1])",
  "what functions return":
    "var f = () => 'a' + e.x, g = () => (1, 'b'), h = function () { return (e, 'c') }; r.push(f(), g(), h())",
  "a name that is two variables":
    "var i = 0; (function (i) { i -= 1; r.push(i++) })('4'); for (let j = 'x'; r.length < 5; i++) r.push(j - i); { let i = '3'; i++; r.push(i) }",
  "texts that grow by a constant":
    "var s = 'a', n = 1; s += 1; s = s + 'b'; n = n + 1; r.push(s, `${s}c`, n + 'd', '(' + s)",
  "a comment with a sign":
    "var o = { a: '4' }, x = '8'; o.a /* -= */ -= 1; x // -= \n -= 2; r.push(o, x)",
};
for (const [what, body] of Object.entries(charged)) {
  test(`compileFunction() charges for long texts, and changes nothing of ${what}`, () => {
    const source = `function handler(e) { var r = []; ${body}\nreturn JSON.stringify(r) }`;
    const plain = new Script(`(function () { "use strict"; ${source}; return handler({}) })()`);
    const compiled = compileFunction(source, "cloudfront-js-2.0");
    assert.ok(compiled.type === "compiled", JSON.stringify(compiled));
    assert.equal(run(compiled.script), plain.runInThisContext());
    const costing = compileFunction(source, "cloudfront-js-2.0", undefined, "viewer", "costs");
    assert.ok(costing.type === "compiled");
    assert.equal(run(costing.script), plain.runInThisContext(), "with costs");
  });
}

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
  assert.equal(run(compiled.script, look), plain.runInThisContext());
  assert.ok(looks >= 1, String(looks));
  const costing = compileFunction(source, "cloudfront-js-2.0", undefined, "viewer", "costs");
  assert.ok(costing.type === "compiled");
  assert.equal(run(costing.script), plain.runInThisContext(), "with costs");
});
