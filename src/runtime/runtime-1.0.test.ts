import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createRuntime } from "./isolate-runtime.ts";
import type { RuntimeName } from "./runtime-name.ts";
import { viewerRequest } from "./testing/short-event.ts";
import { copyOf, patientWatchdogMs } from "./sample-copy.ts";

const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
after(() => runtime.close());

/** What expressions are worth on a runtime, as text; an error's text when they throw. */
function values(expressions: readonly string[], name: RuntimeName = "cloudfront-js-1.0"): string[] {
  const attempts = expressions.map((each) => `function () { return ${each} }`).join();
  const source = `function handler(event) {
      [${attempts}].forEach(function (f) { try { console.log(String(f())) } catch (e) { console.log(String(e)) } });
      return event.request }`;
  const run = runtime.test(copyOf(source, name), JSON.stringify(viewerRequest("/")));
  assert.equal(run.errorMessage, "");
  return [...run.logs];
}

test("1.0 lacks what came with 2.0, and 2.0 has it", () => {
  const since20 = [
    "Buffer",
    "DataView",
    "atob",
    "btoa",
    "''.replaceAll",
    "Promise.all",
    "Symbol.for",
    "[].keys",
    "Uint8Array.from",
    "event.request.rawQueryString",
  ].map((each) => `typeof ${each.replace("event", "({ request: {} })")}`);
  assert.deepEqual(new Set(values(since20)), new Set(["undefined"]));
  const has = values(since20.slice(0, -1), "cloudfront-js-2.0");
  assert.deepEqual(new Set(has), new Set(["function"]));
});

test("1.0 has the string methods for bytes, and 2.0 has not", () => {
  assert.deepEqual(
    values([
      "String.bytesFrom([104, 105])",
      "String.bytesFrom('aGk', 'base64url')",
      "'é'.toUTF8().length",
      "'é'.toUTF8().fromUTF8()",
      "'日'.toBytes()",
      "String.bytesFrom([255]).fromUTF8()",
      "'hi'.toString('hex')",
      "String.bytesFrom('x', 'latin1')",
    ]),
    ["hi", "hi", "2", "é", "null", "null", "6869", 'TypeError: Unknown encoding: "latin1"'],
  );
  assert.deepEqual(values(["typeof String.bytesFrom", "typeof ''.toUTF8"], "cloudfront-js-2.0"), [
    "undefined",
    "undefined",
  ]);
});

test("1.0's digest() without an encoding is a byte string, 2.0's a Buffer", () => {
  const digest = "require('crypto').createHash('md5').update('').digest()";
  assert.deepEqual(values([`typeof ${digest}`, `${digest}.length`, `${digest}.toString('hex')`]), [
    "string",
    "16",
    "d41d8cd98f00b204e9800998ecf8427e",
  ]);
  assert.deepEqual(values([`Buffer.isBuffer(${digest})`], "cloudfront-js-2.0"), ["true"]);
});

test("1.0 says undefined of null, and knows neither cloudfront nor buffer", () => {
  assert.deepEqual(values(["null.x", "require('cloudfront')", "require('buffer')"]), [
    'TypeError: cannot get property "x" of undefined',
    'Error: Cannot find module "cloudfront"',
    'Error: Cannot find module "buffer"',
  ]);
});
