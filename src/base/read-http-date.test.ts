import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../test/support/tried.ts";
import { readHttpDate } from "./read-http-date.ts";

const now = Date.UTC(2026, 0, 2);
const birthday = Date.UTC(1994, 10, 6, 8, 49, 37);
const august = Date.UTC(2050, 7, 18, 2, 1, 18);

const dates: [text: string, time: number][] = [
  ["Sun, 06 Nov 1994 08:49:37 GMT", birthday],
  ["Sunday, 06-Nov-94 08:49:37 GMT", birthday],
  ["Sun Nov  6 08:49:37 1994", birthday],
  ["Thursday, 18-Aug-50 02:01:18 GMT", august],
  ["Thu Aug 18 02:01:18 2050", august],
  ["THU, 18 AUG 2050 02:01:18 gMT", august],
  ["Fri, 18 Aug 2050 02:01:18 GMT", august],
  ["Sat, 31 Dec 2016 23:59:60 GMT", Date.UTC(2017, 0, 1)],
  ["Tue, 29 Feb 2000 00:00:00 GMT", Date.UTC(2000, 1, 29)],
  ["Thu, 29 Feb 2024 00:00:00 GMT", Date.UTC(2024, 1, 29)],
];
for (const [text, time] of dates) {
  test(`readHttpDate() understands ${text}`, () => {
    assert.equal(readHttpDate(text, now), time);
  });
}

const noDates = [
  "",
  "0",
  "-1",
  "now",
  "Thu, 18 Aug 2050 02:01:18 UTC",
  "Thu, 18 Aug 2050 02:01:18 AEST",
  "Thu, 18 Aug 2050 02:01:18 +0000",
  "Thu, 18 Aug 2050 02:01:18",
  "Thu, 18 Aug 50 02:01:18 GMT",
  "Thu 18 Aug 2050 02:01:18 GMT",
  "Thu, 18  Aug  2050 02:01:18 GMT",
  "Thu, 18-Aug-2050 02:01:18 GMT",
  "Thu, 18 Aug 2050 02.01.18 GMT",
  "Thu, 18 Aug 2050 2:01:18 GMT",
  "Thu, 8 Aug 2050 02:01:18 GMT",
  "Thu, 18 Aug 2050 24:00:00 GMT",
  "Thu, 18 Aug 2050 02:60:00 GMT",
  "Wed, 30 Feb 2050 02:01:18 GMT",
  "Wed, 29 Feb 2023 00:00:00 GMT",
  "Wed, 00 Jan 2023 00:00:00 GMT",
  "Tho, 18 Aug 2050 02:01:18 GMT",
  "Thu, 18 Aug 2O50 02:01:18 GMT",
  "Thu, 1/ Aug 2050 02:01:18 GMT",
  "Thu, 18 Aug 2050 0:;01:18 GMT",
  "Thu; 18 Aug 2050 02:01:18 GMT",
  "Thu, 18 Aug-2050 02:01:18 GMT",
  "Thu, 31 Apr 2050 02:01:18 GMT",
  "Wed, 29 Feb 2100 00:00:00 GMT",
  "Thu, NaN Aug 050 02:01:18 GMT",
  "Thu, 18 ugs 2050 02:01:18 GMT",
  "Thu, 18 Aug 2050 02:01:18 GMT, Thu, 18 Aug 2050 02:01:19 GMT",
  "2050-08-18T02:01:18Z",
];
for (const text of noDates) {
  test(`readHttpDate() takes ${JSON.stringify(text)} for no date`, () => {
    assert.equal(readHttpDate(text, now), undefined);
  });
}

test("readHttpDate() takes a year of two digits for the last that is not over fifty years ahead", () => {
  const yearOf = (digits: string, at: number): number => {
    const time = readHttpDate(`Monday, 01-Jun-${digits} 00:00:00 GMT`, at);
    return new Date(time ?? Number.NaN).getUTCFullYear();
  };
  assert.equal(yearOf("76", now), 2076);
  assert.equal(yearOf("77", now), 1977);
  assert.equal(yearOf("26", now), 2026);
  assert.equal(yearOf("10", Date.UTC(2080, 0, 1)), 2110);
  assert.equal(yearOf("99", Date.UTC(2001, 0, 1)), 1999);
});

test("readHttpDate() reads back what Date writes", () => {
  const seconds = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 });
  fc.assert(
    fc.property(seconds, (second) => {
      assert.equal(readHttpDate(new Date(second * 1000).toUTCString(), now), second * 1000);
    }),
    tried(),
  );
});
