import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../test/support/tried.ts";
import { combinedValue } from "../base/header-lines.ts";
import { currentAge } from "./age.ts";
import { parseCacheControl } from "./cache-control.ts";
import { secondsMax } from "./delta-seconds.ts";
import { explicitLifetime, freshUntil, heuristicLifetime, isFresh } from "./freshness.ts";

const respondedAt = Date.UTC(2026, 0, 2, 3, 4, 5);
const dateIn = (seconds: number) => new Date(respondedAt + seconds * 1000).toUTCString();
const now = dateIn(0);

function directivesOf(headers: string[]) {
  return parseCacheControl(combinedValue(headers, "cache-control"));
}

const lifetimes: [headers: string[], seconds: number | undefined][] = [
  [[], undefined],
  [["Cache-Control", "public"], undefined],
  [["Cache-Control", "max-age=60"], 60],
  [["Cache-Control", "max-age=0"], 0],
  [["Cache-Control", "max-age=60, s-maxage=5"], 5],
  [["Cache-Control", "s-maxage=60", "cache-control", "max-age=5"], 60],
  [["Cache-Control", "max-age=0, s-maxage=3600", "Expires", dateIn(-10)], 3600],
  [["Cache-Control", "max-age=60", "Expires", "0"], 60],
  [["Cache-Control", "max-age=0", "Expires", dateIn(3600), "Date", now], 0],
  [["Cache-Control", "max-age=1h", "Expires", dateIn(3600), "Date", now], 0],
  [["Cache-Control", "s-maxage=x, max-age=60"], 0],
  [["Expires", dateIn(60), "Date", now], 60],
  [["Expires", dateIn(60), "Date", dateIn(20)], 40],
  [["Expires", dateIn(60), "Date", dateIn(-20)], 80],
  [["Expires", dateIn(300), "Date", dateIn(400)], 0],
  [["Expires", dateIn(60)], 60],
  [["Expires", dateIn(60), "Date", "foo"], 60],
  [["Expires", now, "Date", now], 0],
  [["Expires", dateIn(-60), "Date", now], 0],
  [["Expires", "0"], 0],
  [["Expires", "-1"], 0],
  [["Expires", ""], 0],
  [["Expires", "Thu, 18 Aug 2050 02:01:18 UTC"], 0],
  [["expires", "Fri Jan  2 03:05:05 2026", "date", "Friday, 02-Jan-26 03:04:05 GMT"], 60],
  [["Expires", dateIn(60), "Expires", dateIn(90), "Date", now], 60],
  [["Expires", "never", "Expires", dateIn(90), "Date", now], 0],
  [["Expires", "Fri, 31 Dec 9999 23:59:59 GMT", "Date", now], secondsMax],
];
for (const [headers, seconds] of lifetimes) {
  test(`explicitLifetime() is ${seconds} by ${headers.join(" ") || "nothing"}`, () => {
    assert.equal(explicitLifetime(directivesOf(headers), headers, respondedAt), seconds);
  });
}

const guesses: [status: number, headers: string[], seconds: number | undefined][] = [
  [200, ["Last-Modified", dateIn(-86_400), "Date", now], 8640],
  [404, ["Last-Modified", dateIn(-100)], 10],
  [200, [], undefined],
  [200, ["Last-Modified", "yesterday"], undefined],
  [200, ["Last-Modified", dateIn(60)], 0],
  [201, ["Last-Modified", dateIn(-100)], undefined],
  [599, ["Last-Modified", dateIn(-100)], undefined],
  [599, ["Last-Modified", dateIn(-100), "Cache-Control", "public"], 10],
];
for (const [status, headers, seconds] of guesses) {
  test(`heuristicLifetime() is ${seconds} for ${status} ${headers.join(" ")}`, () => {
    const directives = directivesOf(headers);
    assert.equal(heuristicLifetime(status, directives, headers, respondedAt), seconds);
  });
}

test("a response is fresh as long as its age is less than its lifetime", () => {
  const seconds = fc.nat({ max: 100_000 });
  fc.assert(
    fc.property(seconds, seconds, fc.nat({ max: 10_000_000 }), (lifetime, initialAge, later) => {
      const meta = { storedAt: respondedAt, initialAge };
      const now = respondedAt + later;
      const until = freshUntil(lifetime, meta);
      assert.equal(isFresh({ freshUntil: until }, now), currentAge(meta, now) < lifetime);
    }),
    tried(),
  );
});
