/** Where in its source a function failed: the line that an error was made in, as its author counts them. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { copyOf, patientWatchdogMs, sampleEvent } from "../../test/support/sample-copy.ts";
import { createRuntime } from "./isolate-runtime.ts";

const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
after(() => runtime.close());

/** @returns the line of the failure; undefined where it has none */
function lineOf(...lines: string[]): number | undefined {
  const { outcome } = runtime.run(copyOf(lines.join("\n")), sampleEvent);
  assert.equal(outcome.type, "execution-error");
  return outcome.type === "execution-error" ? outcome.line : undefined;
}

test("an error has the line that it was made in, of V8's or the function's own", () => {
  assert.equal(lineOf("function handler(e) {", "", "  return e.nothing.value;", "}"), 3);
  assert.equal(
    lineOf(
      "import crypto from 'crypto';",
      "function fail() {",
      "  throw new Error('no');",
      "}",
      "function handler(e) { return fail(); }",
    ),
    3,
  );
  assert.equal(lineOf("function handler(e) {", "  nobody();", "}"), 2);
  assert.equal(lineOf("var a = 1;", "undefined.b;", "function handler(e) {}"), 2);
  assert.equal(lineOf("function handler(e) {\r", "\r", "  nobody();\r", "}"), 3);
});

test("an error of a built-in has the line that called it", () => {
  assert.equal(lineOf("function handler(e) {", "", "  JSON.parse('{');", "}"), 3);
  assert.equal(lineOf("function handler(e) {", "  decodeURIComponent('%');", "}"), 2);
  assert.equal(
    lineOf("function handler(e) {", "  [1].map(function (x) {", "    return x.y.z;", "  });", "}"),
    3,
  );
});

test("an error that was caught and thrown again has its first line", () => {
  assert.equal(
    lineOf(
      "function handler(e) {",
      "  try {",
      "    null.x;",
      "  } catch (x) {",
      "    throw x;",
      "  }",
      "}",
    ),
    3,
  );
});

test("promises keep the line, those that nobody handles as well", () => {
  assert.equal(lineOf("async function handler(e) {", "  await 1;", "  null.x;", "}"), 3);
  assert.equal(
    lineOf(
      "async function lost() {",
      "  throw new Error('lost');",
      "}",
      "function handler(e) {",
      "  lost();",
      "  return e.request;",
      "}",
    ),
    2,
  );
});

test("a run that changes built-ins, which is done anew elsewhere, has its line as well", () => {
  assert.equal(lineOf("function handler(e) {", "  Array.prototype.mine = 1;", "  null.x;", "}"), 3);
});

test("what is no error has no line, nor has a run that was ended", () => {
  assert.equal(lineOf("function handler(e) {", "  throw 'text';", "}"), undefined);
  assert.equal(lineOf("function handler(e) {", "  for (;;) {}", "}"), undefined);
});

test("what a function sees of its errors names none of our files", () => {
  const { outcome } = runtime.run(
    copyOf(
      [
        "function handler(e) {",
        "  var seen = [];",
        "  Error.prepareStackTrace = function (error, frames) { seen.push(frames); };",
        "  Error.stackTraceLimit = 50;",
        "  try { null.x } catch (x) { seen.push(x.stack) }",
        "  return Promise.reject(new Error('a')).catch(function (x) { seen.push(x.stack);",
        "    return { statusCode: 200, body: seen.join('|') } });",
        "}",
      ].join("\n"),
    ),
    sampleEvent,
  );
  assert.equal(outcome.type, "response");
  const { body } = outcome.type === "response" ? outcome.response : { body: undefined };
  assert.equal(
    Buffer.from(body ?? []).toString(),
    'TypeError: cannot get property "x" of null\n    at handler|Error: a\n    at handler',
  );
});
