import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { copyOf } from "../../test/support/sample-copy.ts";
import type { FunctionCopy } from "../model/function.ts";
import { ForeseenCopies } from "./foreseen-copies.ts";

const source = (answer: string): string => `function handler() { return ${answer} }`;

function add(foreseen: ForeseenCopies, copy: FunctionCopy): void {
  const steps = foreseen.add(copy);
  while (steps.next().done !== true);
}

function foreseenOf(t: TestContext, onForgotten: () => void = () => {}): ForeseenCopies {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  return new ForeseenCopies(undefined, onForgotten);
}

test("ForeseenCopies has what it compiled for a copy of the same text, once, and for no other", (t) => {
  const foreseen = foreseenOf(t);
  const copy = copyOf(source("1"));
  add(foreseen, copy);
  const others = [
    copyOf(source("2")),
    copyOf(source("1 ")),
    copyOf(source("1"), "cloudfront-js-1.0"),
    { ...copy, kind: "connection" as const },
  ];
  for (const other of others) {
    const fresh = new ForeseenCopies(undefined, () => {}).take(other);
    assert.deepEqual(foreseen.take(other), fresh);
    assert.equal(foreseen.size, 1);
  }
  const published = { ...copyOf(source("1")), version: 7 };
  const compiled = foreseen.take(published);
  assert.ok(compiled.type === "compiled" && compiled.script.includes("return 1"));
  assert.equal(foreseen.size, 0);
  assert.deepEqual(foreseen.take(published), compiled);
  foreseen.clear();
});

test("ForeseenCopies keeps the last eight, each once, and tells the last script of a runtime", (t) => {
  const foreseen = foreseenOf(t);
  for (let i = 0; i < 20; i += 1) add(foreseen, copyOf(source(String(i % 10))));
  assert.equal(foreseen.size, 8);
  assert.match(foreseen.scriptFor("cloudfront-js-2.0") ?? "", /return 9/);
  assert.equal(foreseen.scriptFor("cloudfront-js-1.0"), undefined);
  add(foreseen, copyOf("function handler() { return {", "cloudfront-js-2.0"));
  assert.equal(foreseen.scriptFor("cloudfront-js-2.0"), undefined, "it is refused, and runs never");
  foreseen.forget(copyOf("function handler() { return {"));
  assert.match(foreseen.scriptFor("cloudfront-js-2.0") ?? "", /return 9/);
  foreseen.clear();
  assert.equal(foreseen.size, 0);
});

test("ForeseenCopies.take() finishes what is being compiled, which is then not kept", (t) => {
  const foreseen = foreseenOf(t);
  const steps = foreseen.add(copyOf(source("1")));
  assert.equal(steps.next().done, false);
  assert.equal(foreseen.size, 1);
  assert.equal(foreseen.scriptFor("cloudfront-js-2.0"), undefined, "it is not compiled yet");
  const fresh = new ForeseenCopies(undefined, () => {}).take(copyOf(source("1")));
  assert.deepEqual(foreseen.take(copyOf(source("1"))), fresh);
  assert.equal(steps.next().done, true);
  assert.equal(foreseen.size, 0);
  foreseen.clear();
});

test("ForeseenCopies lets go of all ten minutes after the last came", (t) => {
  let forgotten = 0;
  const foreseen = foreseenOf(t, () => {
    forgotten += 1;
  });
  add(foreseen, copyOf(source("1")));
  t.mock.timers.tick(9 * 60_000);
  add(foreseen, copyOf(source("2")));
  t.mock.timers.tick(9 * 60_000);
  assert.deepEqual([foreseen.size, forgotten], [2, 0]);
  t.mock.timers.tick(60_000);
  assert.deepEqual([foreseen.size, forgotten], [0, 1]);
});
