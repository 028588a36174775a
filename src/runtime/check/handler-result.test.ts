import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFunction } from "./check-function.ts";

const found = (source: string): string[] =>
  checkFunction(source, "cloudfront-js-2.0").map(
    ({ severity, rule, line }) => `${line} ${severity} ${rule}`,
  );

test("checkFunction() finds a handler that returns nothing", () => {
  const nothing = [
    "function handler(event) {}",
    "function handler(event) { event.request.uri = '/'; }",
    "var handler = function (event) { event.request.uri = '/'; };",
    "const handler = async (event) => { await event; };",
    "function handler(event) { if (event) return; }",
    "function handler(event) { [1].map(function () { return 1 }); }",
  ];
  for (const source of nothing) assert.deepEqual(found(source), ["1 error no-result"], source);
  assert.deepEqual(
    found(
      "function handler(event) {\n if (event.x) return;\n if (event.y) return null;\n return event.request }",
    ),
    ["2 error no-result", "3 error no-result"],
  );
});

test("checkFunction() warns of a handler that can end without a return", () => {
  const falls = [
    "if (e.x) return e.request;",
    "if (e.x) { return e.request } else if (e.y) { return e.response }",
    "switch (e.x) { case 1: return e.request; }",
    "switch (e.x) { case 1: return e.request; default: }",
    "switch (e.x) { case 1: break; default: return e.request }",
    "try { return e.request } catch (x) { console.log(x) }",
    "for (var i = 0; i < 3; i++) return e.request;",
    "for (var k in e) { return e.request }",
    "while (true) { if (e.x) break; return e.request }",
    "a: { if (e.x) break a; return e.request }",
  ];
  for (const body of falls) {
    assert.deepEqual(found(`function handler(e) { ${body} }`), ["1 warning no-result"], body);
  }
});

test("checkFunction() finds nothing in a handler that returns whatever happens", () => {
  const returns = [
    "return e.request;",
    "if (e.x) return e.request; return e.response;",
    "if (e.x) { return e.request } else { return e.response }",
    "if (e.x) return e.request; throw new Error('no');",
    "switch (e.x) { case 1: return e.request; default: return e.response }",
    "switch (e.x) { case 1: case 2: return e.request; default: throw e }",
    "try { return e.request } catch (x) { return e.response }",
    "try { e.x() } finally { return e.request }",
    "for (;;) { if (e.x) return e.request }",
    "while (true) { switch (e.x) { case 1: break; default: return e.request } }",
    "do { return e.request } while (e.x)",
    "a: for (;;) { for (;;) { if (e.x) continue a; break } return e.request }",
    "if (typeof URL === 'undefined') return e.request;",
    "throw new Error('no');",
  ];
  for (const body of returns) assert.deepEqual(found(`function handler(e) { ${body} }`), [], body);
  assert.deepEqual(found("var handler = (event) => event.request;"), []);
  assert.deepEqual(found("var handler = make(); function make() { return function () {} }"), []);
  assert.deepEqual(found("function connectionHandler(connection) { connection.allow() }"), []);
});
