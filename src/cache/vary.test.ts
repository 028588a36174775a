import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../test/support/tried.ts";
import { matchesVaried, variedBy } from "./vary.ts";

const foo = ["Vary", "Foo"];

const rows: [vary: string[], kept: string[], asked: string[], isMatch: boolean][] = [
  [[], ["Foo", "1"], ["Foo", "2"], true],
  [["Vary", ""], ["Foo", "1"], ["Foo", "2"], true],
  [foo, ["Foo", "1"], ["foo", "1"], true],
  [foo, ["Foo", "1"], ["Foo", "2"], false],
  [foo, ["Foo", "1"], [], false],
  [foo, [], ["Foo", "1"], false],
  [foo, [], [], true],
  [foo, ["Foo", ""], [], false],
  [foo, ["Foo", "a"], ["Foo", "A"], false],
  [["vary", " FOO ,, bar"], ["Foo", "1", "Bar", "2"], ["Bar", "2", "Foo", "1"], true],
  [["Vary", "Foo", "Vary", "Bar"], ["Foo", "1", "Bar", "2"], ["Foo", "1", "Bar", "3"], false],
  [["Vary", "Foo, Foo"], ["Foo", "1"], ["Foo", "1", "Baz", "3"], true],

  // What means the same.
  [foo, ["Foo", "1, 2"], ["Foo", "1", "Foo", "2"], true],
  [foo, ["Foo", "1,2"], ["Foo", " 1, 2 "], true],
  [foo, ["Foo", "1 2"], ["Foo", "1  2"], false],
  [foo, ["Foo", '"1,2"'], ["Foo", '"1, 2"'], false],
  [foo, ["Foo", "1, 2"], ["Foo", "2, 1"], false],
  [["Vary", "Accept-Language"], ["Accept-Language", "en, de"], ["accept-language", "eN,De"], true],
  [["Vary", "Accept-Language"], ["Accept-Language", "en"], ["Accept-Language", "de"], false],
  [["Vary", "Accept-Encoding"], ["Accept-Encoding", "gzip"], ["Accept-Encoding", "GZip"], true],
];
for (const [vary, kept, asked, isMatch] of rows) {
  const title = `${vary.join(" ")}: ${kept.join(" ")} and ${asked.join(" ")}`;
  test(`matchesVaried() is ${isMatch} by ${title}`, () => {
    const varied = variedBy(vary, kept);
    assert.ok(varied !== "*");
    assert.equal(matchesVaried(varied, asked), isMatch);
  });
}

const stars = ["*", "*, *", ", *", "*, Foo", "Foo, *", "Foo Bar", "Foo; Bar", "Foo, é"];
for (const value of stars) {
  test(`variedBy() lets nobody else have what varies by ${value}`, () => {
    assert.equal(variedBy(["Vary", value], ["Foo", "1"]), "*");
  });
}

test("variedBy() reads all lines of Vary", () => {
  assert.equal(variedBy(["Vary", "", "Vary", "*"], []), "*");
  assert.deepEqual(variedBy(["Vary", "A", "Vary", "B"], ["b", "2", "a", "1"]), [
    "a",
    "1",
    "b",
    "2",
  ]);
});

test("matchesVaried() takes what was kept without Vary for everybody's", () => {
  assert.equal(matchesVaried(undefined, ["Foo", "1"]), true);
});

test("a request always matches what was kept for its like, whatever the order of other headers", () => {
  const name = fc.constantFrom("Foo", "Bar", "Accept-Language", "X-A");
  const lines = fc.array(fc.tuple(name, fc.stringMatching(/^[ -~]{0,6}$/)), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(name), lines, (names, lines) => {
      const headers = lines.flat();
      const varied = variedBy(["Vary", names.join(", ")], headers);
      assert.ok(varied !== "*");
      assert.ok(matchesVaried(varied, ["Other", "x", ...headers]));
      const [first = "Foo"] = names;
      if (names.length > 0) assert.ok(!matchesVaried(varied, [...headers, first, "more"]));
    }),
    tried(),
  );
});
