import assert from "node:assert/strict";
import { test } from "node:test";
import { behavior } from "../../../test/edge/viewer-scene.ts";
import { cacheRulesOf, type CacheRules } from "../deployment/cache-rules.ts";
import { forwardingOf } from "../deployment/forward-selection.ts";
import { managedPolicies } from "../deployment/policies.ts";
import type { KeepableResponse, Keeping } from "./keeping.ts";
import { answersOthers, toKeep } from "./to-keep.ts";

const optimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const respondedAt = Date.parse("2026-01-02T03:04:05Z");
const requestedAt = respondedAt - 3000;

const using = behavior({ CachePolicyId: optimized, OriginRequestPolicyId: undefined });
const optimizedRules = cacheRulesOf(using, managedPolicies, forwardingOf(using, managedPolicies));
const rules: CacheRules = { ...optimizedRules, minTtl: 0, defaultTtl: 100, maxTtl: 1000 };

const keeping: Keeping = {
  method: "GET",
  requestHeaders: [],
  requestedAt,
  respondedAt,
  revision: 7,
  uri: "/a",
  reading: "cloudfront",
  rules,
  distribution: { customErrors: new Map(), cacheTagHeader: "x-tags" },
};

function keep(
  response: Partial<KeepableResponse> & { readonly headers: readonly string[] },
  changes: Partial<Keeping> = {},
) {
  return toKeep({ status: 200, reason: "OK", ...response }, { ...keeping, ...changes });
}

function kept(...of: Parameters<typeof keep>) {
  const found = keep(...of);
  assert.ok(typeof found !== "string");
  return found;
}

test("toKeep() keeps a response with its times, its revision and what names it", () => {
  const headers = ["ETag", '"a"', "Cache-Control", "max-age=60, stale-while-revalidate=5"];
  assert.deepEqual(keep({ headers }, { uri: "/%7ea?x=%c3" }), {
    status: 200,
    reason: "OK",
    headers,
    storedAt: respondedAt,
    initialAge: 0,
    freshUntil: respondedAt + 60_000,
    updatingUntil: respondedAt + 65_000,
    staleUntil: respondedAt + 1_000_000,
    revision: 7,
    uri: "/~a?x=%C3",
    tags: [],
  });
});

test("toKeep() counts an origin's Age, and neither its clock nor the time on the way", () => {
  const { initialAge, freshUntil } = kept({
    headers: ["Date", new Date(0).toUTCString(), "Age", "40", "Cache-Control", "max-age=60"],
  });
  assert.deepEqual([initialAge, freshUntil], [40, respondedAt + 20_000]);
  const expires = new Date(respondedAt + 60_000).toUTCString();
  const dated = kept({ headers: ["Date", new Date(0).toUTCString(), "Expires", expires] });
  assert.equal(dated.freshUntil, respondedAt + 60_000);
});

test("toKeep() keeps what answered GET, HEAD, and OPTIONS where that is cached", () => {
  const of = (method: string, more: Partial<CacheRules> = {}) =>
    keep({ headers: [] }, { method, rules: { ...rules, ...more } });
  assert.equal(kept({ headers: [] }).isHeadOnly, undefined);
  assert.equal(kept({ headers: [] }, { method: "HEAD" }).isHeadOnly, true);
  assert.equal(of("OPTIONS"), "method");
  assert.equal(of("POST"), "method");
  const methods = new Set(["GET", "HEAD", "OPTIONS"]);
  assert.notEqual(of("OPTIONS", { methods }), "method");
});

for (const says of ["no-store", "private"] as const) {
  test(`toKeep() keeps no response that says ${says}, unless the minimum TTL is above 0`, () => {
    const headers = ["Cache-Control", `${says}, max-age=60`];
    assert.equal(keep({ headers }), says);
    const minimum = kept({ headers }, { rules: { ...rules, minTtl: 1 } });
    assert.equal(minimum.freshUntil, respondedAt + 1000);
  });
}

test("answersOthers() is for what is fresh, and not for what each has to ask for", () => {
  const isForOthers = (value: string) => answersOthers(kept({ headers: ["Cache-Control", value] }));
  assert.equal(isForOthers("max-age=1"), true);
  assert.equal(isForOthers("max-age=0"), false);
  assert.equal(isForOthers("s-maxage=0"), false);
  assert.equal(isForOthers("no-cache"), false);
});

test("toKeep() keeps what is not fresh only for its validators, or for when the origin fails", () => {
  const noMore = { ...rules, defaultTtl: 0, maxTtl: 0 };
  const tagged = ["ETag", '"a"'];
  assert.equal(keep({ headers: [] }, { rules: noMore }), "ttl-zero");
  assert.equal(kept({ headers: tagged }, { rules: noMore }).freshUntil, respondedAt);
  const cookies = { ...noMore, validates: false };
  assert.equal(keep({ headers: tagged }, { rules: cookies }), "ttl-zero");
  const stale = { ...rules, defaultTtl: 0 };
  assert.equal(kept({ headers: [] }, { rules: stale }).staleUntil, respondedAt + 1_000_000);
});

test("toKeep() keeps Set-Cookie only where cookies are forwarded", () => {
  const headers = ["Set-Cookie", "a=b", "X-A", "1", "set-cookie", "c=d"];
  assert.deepEqual(kept({ headers }).headers, ["X-A", "1"]);
  assert.deepEqual(kept({ headers }, { rules: { ...rules, keepsCookies: true } }).headers, headers);
});

test("toKeep() leaves out the fields that no-cache and private name", () => {
  const headers = [
    "Set-Cookie",
    "a",
    "X-A",
    "1",
    "Cache-Control",
    'no-cache="set-cookie", private="x-a"',
  ];
  const found = kept({ headers }, { rules: { ...rules, keepsCookies: true } });
  assert.deepEqual(found.headers, headers.slice(4));
  assert.equal(found.freshUntil, respondedAt + 100_000);
});

test("toKeep() keeps no answer that varies by everything, unless the minimum TTL is above 0", () => {
  assert.equal(keep({ headers: ["Vary", "Accept, *"] }), "vary-star");
  assert.equal(keep({ headers: [] }, { originHeaders: ["Vary", "*"] }), "vary-star");
  assert.notEqual(keep({ headers: ["Vary", "Accept"] }), "vary-star");
  const minimum = kept({ headers: ["Vary", "*"] }, { rules: { ...rules, minTtl: 1 } });
  assert.equal(minimum.freshUntil, respondedAt + 100_000);
});

test("toKeep() keeps errors as error-lifetime.ts says", () => {
  assert.equal(kept({ status: 404, headers: [] }).freshUntil, respondedAt + 10_000);
  assert.equal(kept({ status: 503, headers: ["Cache-Control", "no-store"] }).staleUntil, 0);
  assert.equal(keep({ status: 403, headers: [] }), "status");
  assert.equal(keep({ status: 400, headers: [] }), "status");
  const told = kept({ status: 400, headers: ["Cache-Control", "max-age=60, stale-if-error=60"] });
  assert.deepEqual(
    [told.freshUntil, told.staleUntil <= told.freshUntil],
    [respondedAt + 60_000, true],
  );
  const customErrors = new Map([[404, { minTtl: 0, page: undefined }]]);
  const distribution = { customErrors, cacheTagHeader: undefined };
  assert.equal(keep({ status: 404, headers: [] }, { distribution }), "ttl-zero");
  const bucket = kept({ status: 404, headers: [], isS3: true }, { distribution });
  assert.equal(bucket.freshUntil, respondedAt + 1000);
});

const tagged: [value: string | undefined, tags: readonly string[]][] = [
  [undefined, []],
  ["", []],
  ["Shop,  blog\t, shop", ["shop", "blog"]],
  ["a b, c\x80, d", ["d"]],
  ["x".repeat(257), []],
  ["x".repeat(256), ["x".repeat(256)]],
  [
    Array.from({ length: 60 }, (_, i) => `t${i}`).join(),
    Array.from({ length: 50 }, (_, i) => `t${i}`),
  ],
];
for (const [value, tags] of tagged) {
  test(`toKeep() finds ${tags.length} tags in ${value?.slice(0, 20)}`, () => {
    const headers = value === undefined ? [] : ["X-Tags", value];
    assert.deepEqual(kept({ headers }).tags, tags);
  });
}

test("toKeep() finds no tags where the distribution names no header", () => {
  const distribution = { customErrors: new Map(), cacheTagHeader: undefined };
  assert.deepEqual(kept({ headers: ["X-Tags", "a"] }, { distribution }).tags, []);
});

test("toKeep() takes no notice of what CloudFront doesn't, though RFC 9111 does", () => {
  const requestHeaders = ["Authorization", "Basic x", "Accept", "text/html"];
  const found = kept({ headers: ["Vary", "Accept"] }, { requestHeaders });
  assert.equal(found.varied, undefined);
  assert.equal(found.freshUntil, respondedAt + 100_000);
});
