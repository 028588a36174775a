import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../test/support/tried.ts";
import { parseTargetedCacheControl } from "./targeted-cache-control.ts";

const maxAges: [value: string, maxAge: number | undefined][] = [
  ["max-age=60", 60],
  [" max-age=60 ", 60],
  ["public, max-age=60", 60],
  ["max-age=1\t,\tmax-age=60", 60],
  ['a="x\\"y", b=tok/en:1, c=?1, d=:aGk=:, e=-1.5, *f, max-age=60', 60],
  ["max-age=60;a;b=1; c=tok", 60],
  ["max-age=60.5", 0],
  ["max-age=tok", 0],
  ['max-age="60"', 0],
  ["max-age", 0],
];
for (const [value, maxAge] of maxAges) {
  test(`parseTargetedCacheControl() reads max-age=${maxAge} in ${value}`, () => {
    assert.equal(parseTargetedCacheControl(value)?.maxAge, maxAge);
  });
}

const unread = [
  "",
  " ",
  "max-age=60,",
  ",max-age=60",
  "max-age=60,,public",
  "max-age =60",
  "max-age= 60",
  "max-age=",
  "Max-Age=60",
  "max-age=60 public",
  'max-age="60',
  "max-age=60; ",
  "max-age=1234567890123456",
  "max-age=60.",
  "no-cache=(a b)",
  "max-age=6ä",
];
for (const value of unread) {
  test(`parseTargetedCacheControl() leaves ${JSON.stringify(value)} out of account`, () => {
    assert.equal(parseTargetedCacheControl(value), undefined);
  });
}

test("parseTargetedCacheControl() reads what has no argument, and booleans", () => {
  const read = parseTargetedCacheControl("no-store, private=?1, no-cache=?0");
  assert.deepEqual([read?.noStore, read?.private, read?.noCache], [true, true, false]);
  assert.deepEqual(parseTargetedCacheControl('no-cache="A, b"')?.noCache, ["a", "b"]);
  assert.equal(parseTargetedCacheControl(undefined), undefined);
});

test("parseTargetedCacheControl() reads any text in a time that grows with its length", () => {
  const piece = fc.constantFrom("a", "=", '"', "\\", ",", ";", ":", "1", ".", " ", "(", "?0");
  fc.assert(
    fc.property(fc.array(piece), (pieces) => void parseTargetedCacheControl(pieces.join(""))),
    tried(),
  );
  for (const text of ["a=1;", 'a="', "a=:", "a,", "1"]) {
    parseTargetedCacheControl(text.repeat(10_000));
  }
});
