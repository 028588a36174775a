import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createRuntime } from "../isolate-runtime.ts";
import { copyOf, patientWatchdogMs, sampleEvent } from "../../../test/support/sample-copy.ts";
import { findClockComparisons } from "./clock-comparisons.ts";
import { parseSource } from "./parse-source.ts";

const found = (source: string): string => {
  const { program } = parseSource(source);
  assert.ok(program !== undefined, source);
  const { readings, comparisons } = findClockComparisons(program);
  const told = [...comparisons.values()].map(
    ({ form: { divisor, rounding }, isRight }) =>
      `${rounding}/${divisor}${isRight ? " right" : ""}`,
  );
  return `${readings.size}: ${told.join(", ")}`;
};

test("findClockComparisons() finds the readings that are compared and no others", () => {
  for (const [source, expected] of [
    ["Date.now() > x", "1: /1"],
    ["x >= Date.now() / 1000", "1: /1000 right"],
    ["Math.floor(+new Date() / 1000) < x", "1: floor/1000"],
    ["Math.round(new Date().getTime()) < x", "1: round/1"],
    ["parseInt(Date.now() / 1000) > x", "1: parseInt/1000"],
    ["parseInt(Date.now() / 1000, 8) > x", "0: "],
    ["var parseInt = f; parseInt(Date.now()) > x", "0: "],
    ["var now = Date.now(); if (now > a || b <= now) f()", "1: /1, /1 right"],
    ["var now = Date.now(); if (now > a) f(now)", "0: "],
    ["var now = Date.now(); now = 1; now > a", "0: "],
    ["var now = Date.now(); function f(now) { return now > a }", "0: "],
    ["var a = Date.now(), b = Date.now(); a > b", "0: "],
    ["var a = Date.now(); a > 1; Date.now() > a", "1: /1"],
    ["var a = Date.now(), b = Date.now(); a > 1; b > Date.now()", "2: /1, /1 right"],
    ["Date.now() > Date.now()", "0: "],
    ["Date.now() > Date.now() + 1", "1: /1"],
    ["Date.now() === x", "0: "],
    ["Date['now']() > x", "0: "],
    ["Date.now() - y > x", "0: "],
    ["Date.now() / 0 > x", "0: "],
    ["f(Date.now()) > x", "0: "],
    ["new Date(0).getTime() > x", "0: "],
    ["var D = Date; Date.now() > x", "0: "],
    ["function f(Math) {} Date.now() > x", "0: "],
    ["Date = 1; Date.now() > x", "0: "],
    ["try {} catch (Date) { Date.now() > x }", "0: "],
  ] as const) {
    assert.equal(found(source), expected, source);
  }
});

const runtime = createRuntime({ watchdogMs: patientWatchdogMs, now: () => new Date(5000) });
after(() => runtime.close());

test("a comparison that is told ends as the language has it, in the language's order", () => {
  const others = [
    ...["5000", "4999.5", "5001", "NaN", "-0", "Infinity", "undefined", "null", "true", "'5000'"],
    ...["'x'", "[4000]", "({})", "{ valueOf: say(6000) }", "{ toString: say('4') }"],
    ...[
      "(say(1)(), 5000)",
      "'9'.repeat(5000)",
      "Symbol('x')",
      "{ valueOf: say({}), toString: say({}) }",
    ],
  ];
  for (const other of others) {
    const source = `var said = [], results = [], expected = [];
function say(value) { return function () { said.push(typeof value + value); return value } }
function note(list, act) {
  try { list.push(act()) } catch (error) { list.push('' + error) }
  list.push(said.join());
  said = [];
}
function handler(e) {
  var plain = { now: function () { return Date.now() } };
${["<", ">", "<=", ">="]
  .flatMap((operator) => [
    `note(results, function () { return Date.now() ${operator} ${other} });`,
    `note(expected, function () { return plain.now() ${operator} ${other} });`,
    `note(results, function () { return ${other} ${operator} Date.now() });`,
    `note(expected, function () { return ${other} ${operator} plain.now() });`,
  ])
  .join("\n")}
  return { statusCode: 200, body: JSON.stringify([results, expected]) };
}`;
    const { outcome } = runtime.run(copyOf(source), sampleEvent);
    assert.ok(outcome.type === "response", `${other}: ${JSON.stringify(outcome)}`);
    const body = Buffer.from(outcome.response.body ?? "").toString();
    const [results, expected] = JSON.parse(body) as [unknown[], unknown[]];
    assert.deepEqual(results, expected, other);
    assert.equal(results.length, 16);
  }
});
