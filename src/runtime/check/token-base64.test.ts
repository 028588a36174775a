import assert from "node:assert/strict";
import { test } from "node:test";
import type { RuntimeName } from "../runtime-name.ts";
import { checkFunction } from "./check-function.ts";

const handler = "function handler(event) { return event.request }\n";
const found = (source: string, runtime: RuntimeName = "cloudfront-js-2.0"): string[] =>
  checkFunction(handler + source, runtime).map(({ severity, rule }) => `${severity} ${rule}`);

test("checkFunction() warns of a token's part that is decoded as base64", () => {
  const wrong = [
    "function f(token) { return Buffer.from(token.split('.')[1], 'base64') }",
    "function f(token) { return atob(token.split('.')[1]) }",
    "function f(token) { var parts = token.split('.'); return JSON.parse(atob(parts[1])) }",
    "function f(s) { var parts = s.split('.'); var payload = parts[1]; return Buffer.from(payload, 'base64').toString() }",
    "function d(text) { return Buffer.from(text, 'base64') } function f(s) { var p = s.split('.'); return d(p[1]) }",
    "function f(jwt) { return Buffer.from(jwt, 'base64') }",
  ];
  for (const source of wrong) assert.deepEqual(found(source), ["warning token-base64"], source);
  assert.deepEqual(
    found(
      "function f(token) { return String.bytesFrom(token.split('.')[1], 'base64') }",
      "cloudfront-js-1.0",
    ),
    ["warning token-base64"],
  );
});

test("checkFunction() finds nothing in other base64, nor in what was turned into it", () => {
  const right = [
    "function f(token) { return Buffer.from(token.split('.')[1], 'base64url') }",
    "function f(token) { return atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')) }",
    "function f(s) { var p = s.split('.')[1]; p = p.replace(/-/g, '+'); return atob(p) }",
    "function d(text) { text = text.replace(/-/g, '+'); return atob(text) } function f(s) { return d(s.split('.')[1]) }",
    "function f(event) { return Buffer.from(event.request.headers.authorization.value.split(' ')[1], 'base64') }",
    "function f(a) { return atob(a) } f('YQ=='); function g(a) { return g(a) }",
  ];
  for (const source of right) assert.deepEqual(found(source), [], source);
});
