/** Headers that are written oddly: a slip makes nothing fresher (RFC 9111 §1.2.2, §4.2.1, §5.2). */
import { either, freshFor, type Case } from "../case.ts";

/** How long each is fresh, in seconds. */
const cacheControl: readonly [lines: readonly string[], seconds: number][] = [
  [["Cache-Control: MaX-aGe=10"], 10],
  [["Cache-Control: max-age=0010"], 10],
  [['Cache-Control: max-age="10"'], 10],
  [["Cache-Control: max-age='10'"], 0],
  [["Cache-Control: max-age=-10"], 0],
  [["Cache-Control: max-age=+10"], 0],
  [["Cache-Control: max-age=10.0"], 0],
  [["Cache-Control: max-age=1e1"], 0],
  [["Cache-Control: max-age=10s"], 0],
  [["Cache-Control: max-age= 10"], 0],
  [["Cache-Control: max-age =10"], 0],
  [["Cache-Control: max-age"], 0],
  [["Cache-Control: max-age="], 0],
  [["Cache-Control: ,, max-age=10 ,"], 10],
  [["Cache-Control: other, max-age=10"], 10],
  [["Cache-Control: other=1,max-age=10"], 10],
  [['Cache-Control: other="max-age=20, no-store", max-age=10'], 10],
  [["Cache-Control: other", "Cache-Control: max-age=10"], 10],
  [["Cache-Control: x-max-age=10"], 0],
  [["Cache-Control: max-agent=10"], 0],
  [["Cache-Control: max-age=10, max-age=20"], 10],
  [["Cache-Control: max-age=20", "Cache-Control: max-age=10"], 20],
  [["Cache-Control: max-age=10; no-store"], 0],
  [["Cache-Control: max-age=10, NO-STORE"], 0],
  [["Cache-Control: max-age=10, no-store=1"], 0],
  [["Cache-Control: max-age=10, no-stored"], 10],
  [["Cache-Control: max-age=10, xno-store"], 10],
  [["Cache-Control: max-age=10, private=no"], 10],
  [["Cache-Control: max-age=10", "Cache-Control: no-cache"], 0],
];

const expires: readonly [lines: readonly string[], seconds: number][] = [
  [["Expires: Wed, 02 Jan 2030 23:04:05 +0000"], 0],
  [["Expires: Wednesday, 02-Jan-30 23:04:05 GMT"], -1],
  [["Expires: Wed Jan  2 23:04:05 2030"], -1],
  [["Expires: 2030-01-02T23:04:05Z"], 0],
  [["Expires: never"], 0],
  [["Expires: -1"], 0],
  [["Expires:"], 0],
  [["Expires: Fri, 99 Jan 2030 23:04:05 GMT"], 0],
  [["Expires: Wed, 02 Jan 2030 23:04 GMT"], 0],
];

const ages: readonly [lines: readonly string[], cloudfront: number, strict?: number][] = [
  [["Age: 0"], 60],
  [["Age: 0059"], 1],
  [["Age: 99999999999999999999"], 0],
  [["Age: -10"], 60],
  [["Age: ten"], 60],
  [["Age: 10.5"], 60],
  [["Age: 40, 0"], 20],
  [["Age: 40", "Age: 0"], 20],
];

export const parsing: readonly Case[] = [
  ...cacheControl.map(([lines, seconds]) => ({
    name: `${lines.join(" | ")} is fresh for ${seconds} s`,
    rule: "RFC 9111 §5.2, §4.2.1",
    origin: lines,
    steps: freshFor(seconds),
  })),
  ...expires.map(([lines, seconds]) => ({
    name: `${lines[0]} is ${seconds === 0 ? "no date, and has passed" : "a date"}`,
    rule: "RFC 9111 §5.3; RFC 9110 §5.6.7",
    origin: lines,
    steps: seconds === 0 ? freshFor(0) : ([{ gets: "new" }, { gets: 1 }] as const),
  })),
  ...ages.map(([lines, cloudfront, strict = cloudfront]) => ({
    name: `${lines.join(" | ")} leaves ${cloudfront} of 60 s`,
    rule: "RFC 9111 §5.1",
    origin: ["Cache-Control: max-age=60", ...lines],
    steps:
      cloudfront === strict ? freshFor(strict) : either(freshFor(cloudfront), freshFor(strict)),
  })),
];
