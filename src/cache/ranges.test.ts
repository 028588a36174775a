import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../test/support/tried.ts";
import { parseRanges, readRangeSpecs } from "./ranges.ts";

const rows: [value: string, found: string][] = [
  ["bytes=0-0", "0+1"],
  ["bytes=0-9", "0+10"],
  ["bytes=2-5", "2+4"],
  ["bytes=2-", "2+8"],
  ["bytes=9-", "9+1"],
  ["bytes=5-99", "5+5"],
  ["bytes=-3", "7+3"],
  ["bytes=-10", "0+10"],
  ["bytes=-99", "0+10"],
  ["BYTES=0-1", "0+2"],
  ["bytes=000-001", "0+2"],
  ["bytes=0-99999999999999999999999999", "0+10"],
  ["bytes=-99999999999999999999999999", "0+10"],

  ["bytes=10-", "unsatisfiable"],
  ["bytes=10-20", "unsatisfiable"],
  ["bytes=99999999999999999999999999-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=20-30,40-50", "unsatisfiable"],

  // Several.
  ["bytes=0-1,4-5", "0+2 4+2"],
  ["bytes=0-1,2-3", "0+2 2+2"],
  ["bytes=0-1 ,\t4-5 ,, -2", "0+2 4+2 8+2"],
  ["bytes=0-1,50-60", "0+2"],
  ["bytes=50-60,0-1", "0+2"],
  ["bytes=0-0,-0", "0+1"],
  ["bytes=,0-1", "0+2"],
  ["bytes=4-5,0-1", "whole"],
  ["bytes=0-4,4-5", "whole"],
  ["bytes=0-,4-5", "whole"],
  ["bytes=0-1,-10", "whole"],
  ["bytes=-2,0-1", "whole"],
  ["bytes=0-1,0-1", "whole"],

  // No ranges of bytes.
  ["", "whole"],
  ["bytes", "whole"],
  ["bytes=", "whole"],
  ["bytes=,", "whole"],
  ["bytes=-", "whole"],
  ["bytes=5", "whole"],
  ["bytes=5-2", "whole"],
  ["bytes=0-1,5-2", "whole"],
  ["bytes=0-1,x", "whole"],
  ["bytes=0-1;2-3", "whole"],
  ["bytes=0-1-2", "whole"],
  ["bytes=--1", "whole"],
  ["bytes=+1-2", "whole"],
  ["bytes=1.0-2", "whole"],
  ["bytes=0x1-0x2", "whole"],
  ["bytes= 0-1", "whole"],
  ["bytes =0-1", "whole"],
  ["bytes:0-1", "whole"],
  ["bytes 0-1", "whole"],
  ["bytes=0 - 1", "whole"],
  ["items=0-1", "whole"],
  ["bytes=0-1, bytes=4-5", "whole"],
];
for (const [value, expected] of rows) {
  test(`parseRanges() of ten bytes finds ${expected} by "${value}"`, () => {
    const ranges = parseRanges(value, 10);
    const found =
      typeof ranges === "string"
        ? ranges
        : ranges.map(({ first, end }) => `${first}+${end - first}`).join(" ");
    assert.equal(found, expected);
  });
}

test("parseRanges() of nothing has no bytes to point at", () => {
  assert.equal(parseRanges("bytes=0-", 0), "unsatisfiable");
  assert.equal(parseRanges("bytes=-5", 0), "whole");
});

test("parseRanges() ignores a Range that asks for hundreds of parts", () => {
  const ranges = (count: number): string => {
    return `bytes=${Array.from({ length: count }, (_, at) => `${2 * at}-${2 * at}`).join(",")}`;
  };
  assert.equal(parseRanges(ranges(200), 10_000).length, 200);
  assert.equal(parseRanges(ranges(201), 10_000), "whole");
  assert.equal(parseRanges(`bytes=0-1${",".repeat(300)}2-3`, 10), "whole");
});

test("readRangeSpecs() tells ranges without knowing the length", () => {
  assert.deepEqual(readRangeSpecs("bytes=5-,-7,1-2"), [
    { first: 5, last: undefined },
    { first: undefined, last: 7 },
    { first: 1, last: 2 },
  ]);
  assert.equal(readRangeSpecs("bytes=1-2,x"), undefined);
});

test("parseRanges() finds what ranges of a well-formed header select, byte by byte", () => {
  const position = fc.nat({ max: 30 });
  const written = fc.oneof(
    fc.tuple(position, position).map(([first, more]) => `${first}-${first + more}`),
    position.map((first) => `${first}-`),
    position.map((count) => `-${count}`),
  );
  fc.assert(
    fc.property(fc.array(written, { minLength: 1, maxLength: 4 }), position, (specs, length) => {
      const selected = specs.map((text) => {
        const [first = "", last = ""] = text.split("-");
        return Array.from({ length }, (_, at) => at).filter((at) => {
          if (first === "") return at >= length - Number(last);
          return at >= Number(first) && (last === "" || at <= Number(last));
        });
      });
      const bytes = selected.flat();
      const isAscending = bytes.every((at, index) => index === 0 || at > (bytes[index - 1] ?? 0));
      const ranges = parseRanges(`bytes=${specs.join(",")}`, length);
      if (length === 0) return;
      if (bytes.length === 0) assert.equal(ranges, "unsatisfiable");
      else if (!isAscending) assert.equal(ranges, "whole");
      else {
        assert.ok(typeof ranges === "object");
        const found = ranges.flatMap(({ first, end }) =>
          Array.from({ length: end - first }, (_, at) => first + at),
        );
        assert.deepEqual(found, bytes);
      }
    }),
    tried(),
  );
});
