import assert from "node:assert/strict";
import { test } from "node:test";
import { cpuMsOf } from "../../../test/support/cpu-ms-of.ts";
import { checkFunction } from "./check-function.ts";

const handler = "function handler(event) { return event.request }\n";

function found(source: string, runtime: "cloudfront-js-1.0" | "cloudfront-js-2.0"): string[] {
  return checkFunction(source, runtime).map(
    ({ severity, rule, line }) => `${line} ${severity} ${rule}`,
  );
}

const on20 = (source: string): string[] => found(source + handler, "cloudfront-js-2.0");

test("checkFunction() says nothing of code that a guard keeps from running", () => {
  const guarded = [
    "if (typeof module !== 'undefined') module.exports = { handler: handler };",
    "if (typeof module !== 'undefined' && module.exports) { module.exports.handler = handler }",
    "typeof module !== 'undefined' && (module.exports = handler);",
    "typeof module === 'undefined' || (module.exports = handler);",
    "if ('undefined' != typeof exports) exports.handler = handler;",
    "if (typeof process === 'object') console.log(process.env.A);",
    "var env = typeof process === 'undefined' ? 'edge' : process.env.A;",
    "if (!(typeof window === 'undefined')) window.a = 1;",
    "var o = Object.fromEntries ? Object.fromEntries([]) : {};",
    "var o = typeof Object.fromEntries === 'function' ? Object.fromEntries([]) : {};",
    "var o = 'fromEntries' in Object ? Object.fromEntries([]) : {};",
    "var o = Object.hasOwn && Object.hasOwn({}, 'a');",
    "var u = globalThis.URL && new globalThis.URL('/');",
    "var u = globalThis.URL ? new URL('/') : 0;",
    "var u = 'URL' in globalThis ? new URL('/') : 0;",
    "(console.error ? console.error : console.log)('a'); if (console.error) console.error('a');",
    "var list = []; list.flat ? list.flat() : list;",
    "if (typeof list.at === 'function') list.at(1); var list = [];",
    "function f() { if (typeof URL === 'undefined') return 0; return new URL('/') }",
    "function f() { if (typeof URL === 'undefined') { return 0 } else { return new URL('/') } }",
    "function f() { if (!globalThis.URL) throw 1; new URL('/'); function g() { return 1 } return g() }",
    "if (!Object.fromEntries) Object.fromEntries = function () { return {} }; Object.fromEntries([]);",
    "if (typeof URL === 'undefined') globalThis.URL = function () {}; new URL('/');",
  ];
  for (const source of guarded) assert.deepEqual(on20(`${source}\n`), [], source);
  assert.deepEqual(
    found(
      `${handler}var b = typeof Buffer !== 'undefined' ? Buffer.from('') : ''.toBytes();`,
      "cloudfront-js-1.0",
    ),
    [],
  );
});

test("checkFunction() reports what a guard lets run", () => {
  const wrong: [source: string, expected: string[]][] = [
    ["if (typeof URL === 'undefined') new URL('/');", ["1 error absent-global"]],
    ["if (typeof URL !== 'function') { var u = new URL('/') }", ["1 error absent-global"]],
    ["var o = Object.fromEntries ? {} : Object.fromEntries([]);", ["1 error absent-built-in"]],
    [
      "function f() { if (typeof URL === 'undefined') f(); return new URL('/') }",
      ["1 error absent-global"],
    ],
    ["function f(a) { if (a) return 0; return new URL('/') }", ["1 error absent-global"]],
    ["function f() { return g(); function g() { new URL('/') } }", ["1 error absent-global"]],
    [
      "Math.sumPrecise([1]); Array.from([]); String.raw``;",
      ["1 error absent-built-in", "1 error absent-built-in"],
    ],
    ["new Function('return 1')();", ["1 error code-from-text"]],
    ["var f = Function('return 1');", ["1 error code-from-text"]],
    [
      "undeclared = 1;\nvar a = undeclared + window.b;",
      ["1 error not-defined", "2 error not-defined", "2 error not-defined"],
    ],
  ];
  for (const [source, expected] of wrong) assert.deepEqual(on20(`${source}\n`), expected, source);
});

test("checkFunction() warns of what throws in a try: it runs, by way of the catch", () => {
  assert.deepEqual(on20("try { new URL('/') } catch (e) { console.log('no') }\n"), [
    "1 warning absent-global",
  ]);
  const [finding] = checkFunction(
    `try { Object.fromEntries([]) } catch (e) {}\n${handler}`,
    "cloudfront-js-2.0",
  );
  assert.equal(
    finding?.message,
    "Object.fromEntries is not supported by cloudfront-js-2.0; build the object in a loop; here it always ends in the catch",
  );
  assert.deepEqual(
    on20("try { f() } catch (e) { new URL('/') }\nfunction f() { new URL('/') }\n"),
    ["1 error absent-global", "2 error absent-global"],
  );
  assert.deepEqual(on20("try { new URL('/') } finally { console.log('no') }\n"), [
    "1 error absent-global",
  ]);
});

test("checkFunction() takes time that grows with the source and no faster", () => {
  const many = [
    `x = ${"a && ".repeat(2000)}a;`,
    `x = ${"!".repeat(3000)}a;`,
    `x = ${"a ? ".repeat(1500)}a${" : a".repeat(1500)};`,
    `x = a${".a".repeat(4000)};`,
    `if (a) {`.repeat(700) + "}".repeat(700),
    `function f(b) { f(b${", b".repeat(1000)}) } ${"f(b);".repeat(1000)}`,
    `var a0 = event; ${Array.from({ length: 500 }, (_, i) => `var a${i + 1} = a${i};`).join("")} a500.headers;`,
    `/${"[[:a".repeat(2000)}]/`,
  ];
  for (const source of many) {
    const ms = cpuMsOf(() => void on20(`${source}\n`));
    assert.ok(ms < 1500, `${source.slice(0, 20)}… took ${ms.toFixed()} ms`);
  }
});
