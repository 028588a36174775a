import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../../test/support/tried.ts";
import { combinedValue } from "../../base/header-lines.ts";
import { parseCacheControl } from "../../cache/cache-control.ts";
import { lifetime, type Lasting, type Ttls } from "./lifetime.ts";

const respondedAt = Date.parse("2026-01-02T03:04:05Z");
const dateIn = (seconds: number) => new Date(respondedAt + seconds * 1000).toUTCString();

function response(headers: readonly string[], status = 200, age = 0): Lasting {
  const directives = parseCacheControl(combinedValue(headers, "cache-control"));
  return { status, headers, directives, age, respondedAt };
}

const saying = (value: string) => response(["Cache-Control", value]);

const near: Ttls = { minTtl: 0, defaultTtl: 100, maxTtl: 1000 };
const held: Ttls = { minTtl: 50, defaultTtl: 100, maxTtl: 1000 };
const low: Ttls = { minTtl: 50, defaultTtl: 10, maxTtl: 1000 };

const freshSeconds = (of: Lasting, ttls: Ttls) => {
  const found = lifetime(of, ttls);
  return typeof found === "string" ? found : found.fresh;
};

type Row = [says: string, of: Lasting, near: number | string, held: number];
const rows: Row[] = [
  ["nothing", response([]), 100, 100],
  ["public", saying("public"), 100, 100],
  ["immutable", saying("immutable"), 100, 100],
  ["max-age", saying("max-age=200"), 200, 200],
  ["a small max-age", saying("max-age=20"), 20, 50],
  ["a large max-age", saying("max-age=2000"), 1000, 1000],
  ["max-age=0", saying("max-age=0"), 0, 50],
  ["a max-age that is none", saying("max-age=1h"), 0, 50],
  ["s-maxage alone", saying("s-maxage=300"), 300, 300],
  ["s-maxage and max-age", saying("max-age=200, s-maxage=300"), 300, 300],
  ["must-revalidate", saying("max-age=200, must-revalidate"), 200, 200],
  ["Expires", response(["Expires", dateIn(200)]), 200, 200],
  ["a near Expires", response(["Expires", dateIn(20)]), 20, 50],
  ["a far Expires", response(["Expires", dateIn(2000)]), 1000, 1000],
  ["a past Expires", response(["Expires", dateIn(-20)]), 0, 50],
  ["an Expires that is no date", response(["Expires", "0"]), 0, 50],
  [
    "max-age and Expires",
    response(["Expires", dateIn(5), "Cache-Control", "max-age=200"]),
    200,
    200,
  ],
  ["no-store", saying("no-store"), "no-store", 50],
  ["private", saying("private"), "private", 50],
  ["no-cache", saying("no-cache"), 0, 50],
  ["no-store and max-age", saying("no-store, max-age=200"), "no-store", 50],
  ["private and max-age", saying("max-age=200, private"), "private", 50],
  ["no-cache and s-maxage", saying("no-cache, s-maxage=200"), 0, 50],
  ["no-cache and no-store", saying("no-cache, no-store"), "no-store", 50],
  ["no-cache of a field", saying('no-cache="set-cookie", max-age=200'), 200, 200],
  ["private of a field", saying('private="x-a", max-age=200'), 200, 200],
  [
    "max-age, by a cache that had it for a while",
    response(["Cache-Control", "max-age=200"], 200, 120),
    80,
    80,
  ],
  [
    "max-age, by a cache that had it too long",
    response(["Cache-Control", "max-age=200"], 200, 220),
    0,
    50,
  ],
  [
    "Expires, by a cache that had it for a while",
    response(["Expires", dateIn(200)], 200, 120),
    200,
    200,
  ],
  ["nothing, by a cache that had it for a while", response([], 200, 120), 100, 100],
  ["CDN-Cache-Control", response(["CDN-Cache-Control", "max-age=200"]), 100, 100],
];
for (const [says, of, withoutMinimum, withMinimum] of rows) {
  test(`lifetime() is ${withoutMinimum} without a minimum TTL and ${withMinimum} with one where the origin says ${says}`, () => {
    assert.equal(freshSeconds(of, near), withoutMinimum);
    assert.equal(freshSeconds(of, held), withMinimum);
  });
}

test("lifetime() is the minimum TTL where the default is less", () => {
  assert.equal(freshSeconds(response([]), low), 50);
});

test("lifetime() holds a default TTL to the maximum", () => {
  assert.equal(freshSeconds(response([]), { minTtl: 0, defaultTtl: 100, maxTtl: 60 }), 60);
});

for (const status of [200, 203, 204, 206, 299, 300, 301, 302, 303]) {
  test(`lifetime() keeps ${status} by the TTLs`, () => {
    assert.equal(freshSeconds(response([], status), near), 100);
  });
}

for (const status of [307, 308]) {
  test(`lifetime() keeps ${status} only with a Cache-Control`, () => {
    assert.equal(freshSeconds(response([], status), near), "status");
    assert.equal(freshSeconds(response(["Expires", dateIn(200)], status), near), "status");
    assert.equal(freshSeconds(response(["Cache-Control", "public"], status), near), 100);
  });
}

type StaleRow = [says: string, ttls: Ttls, updating: number, stale: number];
const stales: StaleRow[] = [
  ["max-age=200", near, 0, 1000],
  ["max-age=200, stale-while-revalidate=30", near, 230, 1000],
  ["max-age=200, stale-while-revalidate=900", near, 1000, 1000],
  ["max-age=200, stale-while-revalidate=0", near, 0, 1000],
  ["max-age=200, stale-if-error=30", near, 0, 230],
  ["max-age=200, stale-if-error=900", near, 0, 1000],
  ["max-age=200, stale-if-error=0", near, 0, 0],
  ["max-age=2000, stale-while-revalidate=30, stale-if-error=30", near, 0, 0],
  ["max-age=200, must-revalidate", near, 0, 1000],
  ["no-cache, stale-while-revalidate=30", near, 0, 1000],
  ["no-cache, stale-if-error=0", near, 0, 0],
  ["no-cache, stale-while-revalidate=30", held, 0, 1000],
  ["private", held, 0, 1000],
  ["max-age=1, stale-if-error=30", held, 0, 80],
  ["max-age=60", { minTtl: 0, defaultTtl: 60, maxTtl: 60 }, 0, 0],
];
for (const [says, ttls, updating, stale] of stales) {
  test(`lifetime() lets ${says} be updated for ${updating} and stale for ${stale}, minimum ${ttls.minTtl} and maximum ${ttls.maxTtl}`, () => {
    const found = lifetime(saying(says), ttls);
    assert.ok(typeof found !== "string");
    assert.deepEqual([found.updating, found.stale], [updating, stale]);
  });
}

test("lifetime() is never outside the TTLs, nor stale beyond the maximum", () => {
  const seconds = fc.nat({ max: 100 });
  const said = fc.record({
    "max-age": fc.option(seconds),
    "s-maxage": fc.option(seconds),
    "stale-while-revalidate": fc.option(seconds),
    "stale-if-error": fc.option(seconds),
  });
  const ttls = fc.tuple(seconds, seconds, seconds).map((three): Ttls => {
    const [minTtl, defaultTtl, maxTtl] = three.sort((a, b) => a - b);
    return { minTtl, defaultTtl, maxTtl };
  });
  fc.assert(
    fc.property(said, seconds, ttls, (directives, age, bounds) => {
      const value = Object.entries(directives)
        .flatMap(([name, argument]) => (argument === null ? [] : `${name}=${argument}`))
        .join();
      const headers = value === "" ? [] : ["Cache-Control", value];
      const found = lifetime(response(headers, 200, age), bounds);
      assert.ok(typeof found !== "string");
      const { fresh, updating, stale } = found;
      assert.ok(fresh >= bounds.minTtl && fresh <= bounds.maxTtl);
      for (const end of [updating, stale]) {
        assert.ok(end === 0 || (end > fresh && end <= bounds.maxTtl), `${end}`);
      }
    }),
    tried(),
  );
});
