import assert from "node:assert/strict";
import { test } from "node:test";
import { combinedValue } from "../../base/header-lines.ts";
import { parseCacheControl } from "../../cache/cache-control.ts";
import { errorLifetime, errorMinTtl } from "./error-lifetime.ts";

const respondedAt = Date.parse("2026-01-02T03:04:05Z");
const inAnHour = new Date(respondedAt + 3_600_000).toUTCString();
const none = { customErrors: new Map() };
const maxTtl = 1000;

function secondsOf(status: number, headers: readonly string[] = [], isS3 = false, minTtl?: number) {
  const directives = parseCacheControl(combinedValue(headers, "cache-control"));
  const custom = { customErrors: new Map([[status, { minTtl: minTtl ?? 0, page: undefined }]]) };
  const found = errorLifetime(
    { status, headers, directives, age: 0, respondedAt, isS3 },
    minTtl === undefined ? none : custom,
    { maxTtl },
  );
  if (typeof found === "string") return found;
  assert.deepEqual([found.updating, found.stale], [0, 0]);
  return found.fresh;
}

const saying = (value: string) => ["Cache-Control", value];

for (const status of [404, 410, 414, 500, 501, 502, 503, 504]) {
  test(`errorLifetime() keeps ${status} for 10 seconds, or as long as the origin says`, () => {
    assert.equal(secondsOf(status), 10);
    assert.equal(secondsOf(status, saying("max-age=5")), 10);
    assert.equal(secondsOf(status, saying("max-age=50")), 50);
    assert.equal(secondsOf(status, saying("max-age=5, s-maxage=60")), 60);
    assert.equal(secondsOf(status, saying("max-age=5000")), maxTtl);
    assert.equal(secondsOf(status, ["Expires", inAnHour]), maxTtl);
  });

  test(`errorLifetime() keeps ${status} as long as the distribution says, at least`, () => {
    assert.equal(secondsOf(status, [], false, 30), 30);
    assert.equal(secondsOf(status, saying("max-age=20"), false, 30), 30);
    assert.equal(secondsOf(status, saying("max-age=40"), false, 30), 40);
    assert.equal(secondsOf(status, [], false, 5000), 5000);
    assert.equal(secondsOf(status, [], false, 0), "ttl-zero");
  });
}

for (const says of ["no-store", "no-cache", "private"] as const) {
  test(`errorLifetime() minds ${says} of 404, 410, 414 and 501 alone`, () => {
    for (const status of [404, 410, 414, 501]) {
      assert.equal(secondsOf(status, saying(says)), says);
    }
    for (const status of [500, 502, 503, 504]) {
      assert.equal(secondsOf(status, saying(says)), 10);
      assert.equal(secondsOf(status, saying(`${says}, max-age=50`)), 10);
    }
  });
}

for (const status of [400, 403, 405, 412, 415]) {
  test(`errorLifetime() keeps ${status} only where the origin says max-age or s-maxage`, () => {
    assert.equal(secondsOf(status), "status");
    assert.equal(secondsOf(status, ["Expires", inAnHour]), "status");
    assert.equal(secondsOf(status, saying("no-store")), "status");
    assert.equal(secondsOf(status, [], false, 30), "status");
    assert.equal(secondsOf(status, saying("max-age=50")), 50);
    assert.equal(secondsOf(status, saying("s-maxage=5")), 10);
    assert.equal(secondsOf(status, saying("max-age=5"), false, 30), 30);
  });
}

for (const status of [
  401, 402, 406, 408, 409, 411, 413, 416, 417, 418, 421, 429, 451, 499, 505, 511,
]) {
  test(`errorLifetime() keeps no ${status}`, () => {
    assert.equal(secondsOf(status), "status");
    assert.equal(secondsOf(status, saying("max-age=50")), "status");
    assert.equal(secondsOf(status, saying("max-age=50"), false, 30), "status");
  });
}

test("errorLifetime() keeps a bucket's errors for a second where 0 is configured", () => {
  assert.equal(secondsOf(404, [], true, 0), 1);
  assert.equal(secondsOf(404, [], true, 30), 30);
  assert.equal(secondsOf(501, saying("no-store"), true), "no-store");
});

test("errorMinTtl() is 10 seconds where the distribution says nothing", () => {
  assert.equal(errorMinTtl(502, none), 10);
  assert.equal(
    errorMinTtl(502, { customErrors: new Map([[502, { minTtl: 3, page: undefined }]]) }),
    3,
  );
});
