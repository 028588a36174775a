import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../test/support/tried.ts";
import {
  conditionsOf,
  evaluateConditions,
  isIfRangeCurrent,
  type Evaluated,
  type Validators,
} from "./conditions.ts";

const before = "Wed, 31 Dec 2025 23:59:59 GMT";
const changed = "Thu, 01 Jan 2026 00:00:00 GMT";
const after = "Thu, 01 Jan 2026 00:00:01 GMT";
const made = "Fri, 02 Jan 2026 00:00:00 GMT";
const now = Date.parse("Sat, 03 Jan 2026 00:00:00 GMT");

const strong = { etag: '"a"', lastModified: changed, date: made };
const weak = { ...strong, etag: 'W/"a"' };
const untagged = { ...strong, etag: undefined };
const undated = { ...strong, lastModified: undefined };
const bare = { etag: undefined, lastModified: undefined, date: made };
const nothing = { etag: undefined, lastModified: undefined, date: undefined };

function evaluated(headers: string[], object: Validators, method = "GET"): Evaluated {
  const conditions = conditionsOf(headers);
  assert.ok(conditions !== undefined);
  return evaluateConditions(method, conditions, object, now);
}

const rows: [headers: string[], object: Validators, result: Evaluated][] = [
  // If-None-Match compares weakly (§13.1.2).
  [["If-None-Match", '"a"'], strong, "not-modified"],
  [["If-None-Match", 'W/"a"'], strong, "not-modified"],
  [["If-None-Match", '"a"'], weak, "not-modified"],
  [["If-None-Match", '"b", "a"'], strong, "not-modified"],
  [["If-None-Match", '"b"', "if-none-match", '"a"'], strong, "not-modified"],
  [["If-None-Match", '"b"'], strong, "proceed"],
  [["If-None-Match", "a"], strong, "proceed"],
  [["If-None-Match", ""], strong, "proceed"],
  [["If-None-Match", '"a"'], untagged, "proceed"],
  [["If-None-Match", "*"], strong, "not-modified"],
  [["If-None-Match", "*"], nothing, "not-modified"],

  // It takes precedence over If-Modified-Since (§13.1.3), whatever becomes of it.
  [["If-None-Match", '"a"', "If-Modified-Since", before], strong, "not-modified"],
  [["If-None-Match", '"b"', "If-Modified-Since", after], strong, "proceed"],
  [["If-None-Match", '"b"', "If-Modified-Since", after], untagged, "proceed"],

  [["If-Modified-Since", changed], strong, "not-modified"],
  [["If-Modified-Since", after], strong, "not-modified"],
  [["If-Modified-Since", before], strong, "proceed"],
  [["If-Modified-Since", "Thursday, 01-Jan-26 00:00:00 GMT"], strong, "not-modified"],
  [["If-Modified-Since", "Thu Jan  1 00:00:00 2026"], strong, "not-modified"],
  [["If-Modified-Since", "yesterday"], strong, "proceed"],
  [["If-Modified-Since", "0"], strong, "proceed"],
  [["If-Modified-Since", ""], strong, "proceed"],
  [["If-Modified-Since", after, "If-Modified-Since", after], strong, "proceed"],
  [["If-Modified-Since", changed], { ...strong, lastModified: "0" }, "proceed"],
  [["If-Modified-Since", made], bare, "not-modified"],
  [["If-Modified-Since", after], bare, "proceed"],
  [["If-Modified-Since", made], nothing, "proceed"],

  // If-Match compares strongly (§13.1.1).
  [["If-Match", '"a"'], strong, "proceed"],
  [["If-Match", '"b", "a"'], strong, "proceed"],
  [["If-Match", 'W/"a"'], strong, "failed"],
  [["If-Match", 'W/"a"'], weak, "failed"],
  [["If-Match", '"b"'], strong, "failed"],
  [["If-Match", '"a"'], untagged, "failed"],
  [["If-Match", "*"], nothing, "proceed"],

  // It takes precedence over If-Unmodified-Since (§13.1.4).
  [["If-Match", '"a"', "If-Unmodified-Since", before], strong, "proceed"],
  [["If-Unmodified-Since", changed], strong, "proceed"],
  [["If-Unmodified-Since", after], strong, "proceed"],
  [["If-Unmodified-Since", before], strong, "failed"],
  [["If-Unmodified-Since", before], undated, "proceed"],
  [["If-Unmodified-Since", "soon"], strong, "proceed"],

  // The first pair comes before the second (§13.2.2).
  [["If-Match", '"b"', "If-None-Match", '"a"'], strong, "failed"],
  [["If-Match", '"a"', "If-None-Match", '"a"'], strong, "not-modified"],
  [["If-Match", '"a"', "If-Modified-Since", changed], strong, "not-modified"],
  [["If-Unmodified-Since", before, "If-None-Match", '"a"'], strong, "failed"],
  [["If-Unmodified-Since", after, "If-Modified-Since", after], strong, "not-modified"],

  [["Range", "bytes=0-1", "If-Range", '"b"'], strong, "proceed"],
];
for (const [headers, object, result] of rows) {
  const of = `${object.etag}, ${object.lastModified}`;
  test(`evaluateConditions() finds ${result} by ${headers.join(" ")} of ${of}`, () => {
    assert.equal(evaluated(headers, object), result);
    assert.equal(evaluated(headers, object, "HEAD"), result);
  });
}

test("evaluateConditions() of what changes something knows no 304", () => {
  assert.equal(evaluated(["If-None-Match", "*"], strong, "PUT"), "failed");
  assert.equal(evaluated(["If-Modified-Since", after], strong, "PUT"), "proceed");
});

test("conditionsOf() finds the six headers in any case, and nothing else", () => {
  const others = [
    "Referer",
    "/",
    "If",
    "x",
    "If-",
    "x",
    "Range-X",
    "1",
    "constructor",
    "x",
    "",
    "",
  ];
  assert.equal(conditionsOf(others), undefined);
  assert.equal(conditionsOf([]), undefined);
  assert.deepEqual(conditionsOf([...others, "IF-RANGE", '"a"', "rAnge", "bytes=0-"]), {
    ifMatch: undefined,
    ifNoneMatch: undefined,
    ifModifiedSince: undefined,
    ifUnmodifiedSince: undefined,
    ifRange: '"a"',
    range: "bytes=0-",
  });
});

const ranges: [ifRange: string, object: Validators, isCurrent: boolean][] = [
  ['"a"', strong, true],
  ['"b"', strong, false],
  ['"a", "b"', strong, false],
  ['W/"a"', strong, false],
  ['W/"a"', weak, false],
  ['"a"', weak, false],
  ['"a"', untagged, false],
  ["*", strong, false],
  ["a", { ...strong, etag: "a" }, false],
  [changed, strong, true],
  ["Thursday, 01-Jan-26 00:00:00 GMT", strong, true],
  [before, strong, false],
  [after, strong, false],
  [changed, undated, false],
  [changed, { ...strong, date: changed }, false],
  [changed, { ...strong, date: after }, true],
  [changed, { ...nothing, lastModified: changed }, false],
  ["", nothing, false],
];
for (const [ifRange, object, isCurrent] of ranges) {
  const of = `${object.etag}, ${object.lastModified}, ${object.date}`;
  test(`isIfRangeCurrent() is ${isCurrent} for ${ifRange} of ${of}`, () => {
    assert.equal(isIfRangeCurrent(ifRange, object, now), isCurrent);
  });
}

test("a viewer that sends back what it was told is told that nothing changed", () => {
  const tag = fc.stringMatching(/^(W\/)?"[!#-~]{0,8}"$/);
  const date = fc
    .nat({ max: 4_000_000_000 })
    .map((second) => new Date(second * 1000).toUTCString());
  fc.assert(
    fc.property(tag, date, (etag, lastModified) => {
      const object = { etag, lastModified, date: made };
      assert.equal(evaluated(["If-None-Match", etag], object), "not-modified");
      assert.equal(evaluated(["If-Modified-Since", lastModified], object), "not-modified");
    }),
    tried(),
  );
});
