import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../test/support/tried.ts";
import { entityTagOf, listsTag, matchesStrongly, matchesWeakly } from "./entity-tag.ts";

// The table of RFC 9110 §8.8.3.2, and what is no entity tag.
const pairs: [one: string, other: string, isStrong: boolean, isWeak: boolean][] = [
  ['W/"1"', 'W/"1"', false, true],
  ['W/"1"', 'W/"2"', false, false],
  ['W/"1"', '"1"', false, true],
  ['"1"', '"1"', true, true],
  ['""', '""', true, true],
  ['"1"', '"2"', false, false],
  ['"A"', '"a"', false, false],
  ["abc", "abc", false, true],
  ["abc", '"abc"', false, false],
  ['w/"1"', 'w/"1"', false, true],
  ['w/"1"', '"1"', false, false],
  ['"a" "b"', '"a" "b"', false, true],
  ['"', '"', false, true],
];
for (const [one, other, isStrong, isWeak] of pairs) {
  test(`${one} and ${other} match ${isStrong ? "strongly" : isWeak ? "weakly" : "not at all"}`, () => {
    assert.equal(matchesStrongly(one, other), isStrong);
    assert.equal(matchesStrongly(other, one), isStrong);
    assert.equal(matchesWeakly(one, other), isWeak);
    assert.equal(matchesWeakly(other, one), isWeak);
  });
}

const lists: [list: string, tag: string, isListed: boolean][] = [
  ['"a"', '"a"', true],
  ['"a", "b", "c"', '"b"', true],
  ['"a","b","c"', '"c"', true],
  [' ,, "a" ,\t"b" ', '"b"', true],
  ['W/"a", W/"b"', '"b"', true],
  ['"a, b", "c"', '"a, b"', true],
  ['"a, b", "c"', '"c"', true],
  ['"a, b"', '"b"', false],
  ["abc, def", "def", true],
  ['abc, "def"', '"def"', true],
  ['"a"b", "c"', '"c"', true],
  ['"open, "c"', '"c"', false],
  ['"open', '"open', true],
  ['"a"', '"A"', false],
  ["", '"a"', false],
  [",", '"a"', false],
  ['W/, "a"', '"a"', true],
];
for (const [list, tag, isListed] of lists) {
  test(`listsTag() ${isListed ? "finds" : "does not find"} ${tag} in ${list}`, () => {
    assert.equal(listsTag(list, tag, matchesWeakly), isListed);
  });
}

test("listsTag() finds every tag of a list, and no other", () => {
  const tag = fc.stringMatching(/^(W\/)?"[!#-~]{0,4}"$/);
  fc.assert(
    fc.property(fc.array(tag), tag, (tags, other) => {
      const list = tags.join(", ");
      for (const one of tags) assert.ok(listsTag(list, one, matchesWeakly));
      assert.equal(
        listsTag(list, other, matchesWeakly),
        tags.some((one) => matchesWeakly(one, other)),
      );
    }),
    tried(),
  );
});

test("entityTagOf() takes no side where lines contradict each other", () => {
  assert.equal(entityTagOf(["X", "y", "etag", '"a"']), '"a"');
  assert.equal(entityTagOf(["ETag", '"a"', "ETag", '"a"']), '"a"');
  assert.equal(entityTagOf(["ETag", '"a"', "ETag", '"b"']), undefined);
  assert.equal(entityTagOf(["ETag", ""]), undefined);
  assert.equal(entityTagOf([]), undefined);
});
