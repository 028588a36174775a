import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../test/support/tried.ts";
import { cpuMsOf } from "../../test/support/cpu-ms-of.ts";
import { parseCacheControl, type Directives } from "./cache-control.ts";
import { secondsMax } from "./delta-seconds.ts";

/** What is said beyond nothing at all. */
function said(value: string | undefined): Partial<Directives> {
  const nothing = Object.entries(parseCacheControl(undefined));
  const all = parseCacheControl(value) as unknown as Record<string, unknown>;
  return Object.fromEntries(
    nothing.flatMap(([name, none]) => (all[name] === none ? [] : [[name, all[name]]])),
  );
}

const values: [value: string | undefined, directives: Partial<Directives>][] = [
  [undefined, {}],
  ["", {}],
  [" , ,", {}],
  ["max-age=3600", { maxAge: 3600 }],
  ["MaX-aGe=3600, S-MAXAGE=7", { maxAge: 3600, sMaxAge: 7 }],
  ["no-store,no-cache\t, private", { noStore: true, noCache: true, private: true }],
  ["public, must-revalidate", { public: true, mustRevalidate: true }],
  ["proxy-revalidate, must-understand", { proxyRevalidate: true, mustUnderstand: true }],
  ["no-transform, only-if-cached", { noTransform: true, onlyIfCached: true }],
  ["stale-while-revalidate=10, stale-if-error=20", { staleWhileRevalidate: 10, staleIfError: 20 }],
  ["max-stale, min-fresh=5", { maxStale: secondsMax, minFresh: 5 }],
  ["max-stale=60", { maxStale: 60 }],

  // Both forms of an argument.
  ['max-age="3600"', { maxAge: 3600 }],
  ['max-age="36\\00"', { maxAge: 3600 }],
  ["max-age=003600", { maxAge: 3600 }],
  ['no-cache="Set-Cookie, X-A"', { noCache: ["set-cookie", "x-a"] }],
  ["no-cache=Set-Cookie", { noCache: ["set-cookie"] }],
  ['private="a",private="B,a"', { private: ["a", "b"] }],
  ['private="a", private', { private: true }],
  ['no-cache, no-cache="a"', { noCache: true }],
  ['no-cache=""', { noCache: true }],
  ['no-cache="a b"', { noCache: true }],
  ["private=", { private: true }],

  // Greater than can be told.
  ["max-age=2147483647", { maxAge: 2147483647 }],
  ["max-age=2147483648", { maxAge: 2147483648 }],
  ["max-age=2147483649", { maxAge: 2147483648 }],
  ["max-age=99999999999999999999999999", { maxAge: 2147483648 }],

  // No number of seconds.
  ["max-age", { maxAge: 0 }],
  ["max-age=", { maxAge: 0 }],
  ["max-age=-3600", { maxAge: 0 }],
  ["max-age=3600.0", { maxAge: 0 }],
  ["max-age=3600.5", { maxAge: 0 }],
  ["max-age=1e3", { maxAge: 0 }],
  ["max-age=a3600", { maxAge: 0 }],
  ["max-age=3600a", { maxAge: 0 }],
  ["max-age=1h", { maxAge: 0 }],
  ["max-age='3600'", { maxAge: 0 }],
  ['max-age=" 3600"', { maxAge: 0 }],
  ["max-age =3600", { maxAge: 0 }],
  ["max-age= 3600", { maxAge: 0 }],
  ["max-age 3600", { maxAge: 0 }],
  ["max-age:3600", { maxAge: 0 }],
  ["max-age=3600 5", { maxAge: 0 }],
  ["max-age=3600;foo=bar", { maxAge: 0 }],
  ['max-age="3600', { maxAge: 0 }],
  ["max-stale 60, min-fresh=x", { maxStale: 0, minFresh: 0 }],

  // The first of several.
  ["max-age=1800, max-age=1", { maxAge: 1800 }],
  ["max-age=1, max-age=1800", { maxAge: 1 }],
  ["max-age=x, max-age=1800", { maxAge: 0 }],

  // What is in quotes, and what only seems so.
  ['extension="max-age=3600", max-age=1', { maxAge: 1 }],
  ['max-age=1, extension="max-age=3600"', { maxAge: 1 }],
  ['extension="a, no-store"', {}],
  ['extension="a\\", no-store"', {}],
  ['"no-store", max-age=1', { maxAge: 1 }],
  ['extension="a, no-store', { noStore: true }],
  ['x="\\"no-store, y="', {}],

  // Prohibitions count wherever they stand.
  ["foobar, max-age=3600", { maxAge: 3600 }],
  ["no-store max-age=60", { noStore: true, maxAge: 60 }],
  ["max-age=60 no-store", { noStore: true, maxAge: 0 }],
  ["private; max-age=60", { private: true, maxAge: 60 }],
  ["no-store=x, no-cache =y", { noStore: true, noCache: true }],
  ["no-storefront, xno-store, no-store-x", {}],
];
for (const [value, directives] of values) {
  test(`parseCacheControl() understands ${value}`, () => {
    assert.deepEqual(said(value), directives);
  });
}

test("parseCacheControl() reads long and hostile text in little time", () => {
  const size = 60_000;
  const texts = ['"', '\\"', '"\\"', '="', "a =", " ", "a ", ",", 'a="\\', "=", 'a="a", "'];
  const ms = cpuMsOf(() => {
    for (const text of texts) parseCacheControl(`"${text.repeat(size / text.length)}`);
  });
  assert.ok(ms < 5000, `${ms} ms`);
});

test("parseCacheControl() finds a prohibition beside any text without quotes", () => {
  const text = fc.string().map((made) => made.replaceAll('"', ""));
  fc.assert(
    fc.property(text, text, (before, after) => {
      assert.equal(parseCacheControl(`${before},no-store,${after}`).noStore, true);
    }),
    tried(),
  );
});

test("parseCacheControl() reads back what is written by the grammar", () => {
  const seconds = fc.nat({ max: secondsMax });
  const directives = fc.record(
    { "max-age": seconds, "s-maxage": seconds, "stale-if-error": seconds, "x-other": seconds },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(directives, fc.boolean(), (record, isQuoted) => {
      const write = ([name, value]: [string, number]): string => {
        return isQuoted ? `${name}="${value}"` : `${name}=${value}`;
      };
      const read = parseCacheControl(Object.entries(record).map(write).join(", "));
      assert.equal(read.maxAge, record["max-age"]);
      assert.equal(read.sMaxAge, record["s-maxage"]);
      assert.equal(read.staleIfError, record["stale-if-error"]);
    }),
    tried(),
  );
});
