import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedOf, linesOfExpected, newLine } from "./expectation-lines.ts";

test("what is expected comes back as it was", () => {
  const expected = {
    ...{ result: "response", status: 301, body: { matches: "^moved" }, maxUtilization: 40 },
    headers: { location: "/new", "x-debug": null, vary: ["a", { matches: "b+" }] },
    logs: ["first", { matches: "second" }],
  };
  const { lines, rest } = linesOfExpected(expected);
  assert.deepEqual(
    lines.map(({ of, name, how, value }) => [of, name, how, value].join(" ")),
    [
      ...["result  is response", "status  is 301", "body  matches ^moved", "maxUtilization  is 40"],
      ...["headers location is /new", "headers x-debug absent ", "headers vary is a"],
      ...["headers vary matches b+", "logs  is first", "logs  matches second"],
    ],
  );
  assert.deepEqual(rest, {});
  assert.deepEqual(expectedOf(lines, rest), expected);
});

test("what no line says stays beside the lines", () => {
  const expected = {
    ...{ output: { request: {} }, edge: { does: "ask" }, logs: [], status: "301" },
    ...{ query: { a: 1 }, unknown: true },
  };
  const { lines, rest } = linesOfExpected(expected);
  assert.deepEqual([lines, rest], [[], expected]);
  assert.deepEqual(expectedOf([newLine("uri")], rest), { uri: "", ...expected });
});

test("without a line nothing is expected", () => {
  assert.deepEqual(linesOfExpected(undefined), { lines: [], rest: {} });
  assert.equal(expectedOf([], {}), undefined);
});

test("names that every object has a member of are names as others", () => {
  const text = `{"headers": {"constructor": "a", "__proto__": ["b", "c"]}, "__proto__": {"x": 1}}`;
  const { lines, rest } = linesOfExpected(JSON.parse(text));
  assert.equal(lines.length, 3);
  assert.deepEqual(JSON.parse(JSON.stringify(expectedOf(lines, rest))), JSON.parse(text));
});
