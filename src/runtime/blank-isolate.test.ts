import assert from "node:assert/strict";
import { test } from "node:test";
import { BlankIsolate } from "./blank-isolate.ts";
import { compileFunction } from "./dialect/compile-function.ts";

function scriptOf(source: string): string {
  const compiled = compileFunction(source, "cloudfront-js-2.0");
  assert.ok(compiled.type === "compiled");
  return compiled.script;
}

/** What of a realm a function could tell apart. */
const look = `(function () { return JSON.stringify([
  Object.getOwnPropertyNames(globalThis),
  Object.getOwnPropertyNames(Object.prototype),
  typeof handler, typeof leak,
]) })()`;

function lookAt(blank: BlankIsolate): unknown {
  const { context } = blank.takeFirstRealm();
  return blank.isolate.compileScriptSync(look).runSync(context);
}

test("a script that a blank isolate has read runs nothing, and changes nothing that another could see", () => {
  const [plain, reader] = [0, 1].map(() => new BlankIsolate("cloudfront-js-2.0", 16));
  const hostile = [
    "for (;;); function handler() {}",
    "leak = 1; globalThis.leak = 1; Object.prototype.leak = 1; function handler() {}",
    "var leak = 1; function handler() {} throw new Error()",
  ];
  for (const source of hostile) reader!.read(scriptOf(source));
  assert.deepEqual(lookAt(reader!), lookAt(plain!));
  plain!.dispose();
  reader!.dispose();
});

test("BlankIsolate.scriptOf() gives what was read for the very same text alone", () => {
  const blank = new BlankIsolate("cloudfront-js-2.0", 16);
  const { isolate } = blank;
  let calls = 0;
  // What isolated-vm makes can't be written to.
  Object.defineProperty(blank, "isolate", {
    value: {
      compileScriptSync: (text: string) => {
        calls += 1;
        return isolate.compileScriptSync(text);
      },
    },
  });
  const { context } = blank.takeFirstRealm();
  const run = (text: string): unknown => blank.scriptOf(text).runSync(context);
  blank.read("'one'");
  blank.read("'one'");
  assert.equal(calls, 1);
  assert.equal(run("'one'"), "one");
  assert.equal(calls, 1);
  assert.equal(run("'one'"), "one");
  assert.equal(calls, 2, "it is handed over once");
  blank.read("'one'");
  assert.equal(run("'two'"), "two");
  assert.equal(calls, 4);
  isolate.dispose();
});

test("BlankIsolate is worn by a hundred scripts that it read in vain, or by one that V8 has no memory for", () => {
  const blank = new BlankIsolate("cloudfront-js-2.0", 16);
  blank.read("(function (");
  assert.throws(() => blank.scriptOf("(function ("), /SyntaxError/);
  for (let i = 0; i < 99; i += 1) blank.read(`(function () { return ${i} })`);
  assert.equal(blank.isWorn, false);
  blank.read("(function () {})");
  assert.equal(blank.isWorn, true);
  blank.dispose();

  const small = new BlankIsolate("cloudfront-js-2.0", 8);
  small.read(`[${"{},".repeat(3_000_000)}]`);
  assert.equal(small.isWorn, true);
  small.dispose();
});
