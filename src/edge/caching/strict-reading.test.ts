import assert from "node:assert/strict";
import { test } from "node:test";
import { behavior } from "../../../test/edge/viewer-scene.ts";
import { cacheRulesOf, type CacheRules } from "../deployment/cache-rules.ts";
import { forwardingOf } from "../deployment/forward-selection.ts";
import { managedPolicies } from "../deployment/policies.ts";
import type { KeepableResponse, Keeping } from "./keeping.ts";
import { toKeep } from "./to-keep.ts";

const optimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const respondedAt = Date.parse("2026-01-02T03:04:05Z");
const dateIn = (seconds: number) => new Date(respondedAt + seconds * 1000).toUTCString();

const using = behavior({ CachePolicyId: optimized, OriginRequestPolicyId: undefined });
const optimizedRules = cacheRulesOf(using, managedPolicies, forwardingOf(using, managedPolicies));
const rules: CacheRules = { ...optimizedRules, minTtl: 50, defaultTtl: 100, maxTtl: 1000 };

const keeping: Keeping = {
  method: "GET",
  requestHeaders: [],
  requestedAt: respondedAt,
  respondedAt,
  revision: 7,
  uri: "/a",
  reading: "strict",
  rules,
  distribution: { customErrors: new Map(), cacheTagHeader: undefined },
};

type Headers = readonly string[];

function keep(
  headers: Headers,
  changes: Partial<Keeping> = {},
  of: Partial<KeepableResponse> = {},
) {
  return toKeep({ status: 200, reason: "OK", headers, ...of }, { ...keeping, ...changes });
}

/** Seconds: fresh, updating and stale; or why nothing is kept. */
function secondsOf(...of: Parameters<typeof keep>): readonly number[] | string {
  const found = keep(...of);
  if (typeof found === "string") return found;
  const since = (time: number) => (time === 0 ? 0 : (time - respondedAt) / 1000);
  return [found.freshUntil, found.updatingUntil, found.staleUntil].map(since);
}

const cacheControl = (value: string) => ["Cache-Control", value];
const validator = ["ETag", '"a"'];

type Row = [what: string, headers: Headers, seconds: readonly number[] | string];
const rows: Row[] = [
  ["guesses by the default TTL", [], [100, 0, 1000]],
  ["guesses by Last-Modified before it", ["Last-Modified", dateIn(-300)], [30, 0, 1000]],
  ["takes the origin's word below the minimum TTL", cacheControl("max-age=20"), [20, 0, 1000]],
  ["holds it to the maximum TTL", cacheControl("max-age=2000"), [1000, 0, 0]],
  ["counts Expires from Date", ["Date", dateIn(-10), "Expires", dateIn(50)], [50, 0, 1000]],
  ["counts how old it was", ["Date", dateIn(-30), ...cacheControl("max-age=50")], [20, 0, 1000]],
  ["minds no-store", cacheControl("no-store"), "no-store"],
  ["minds private", cacheControl("private, max-age=60"), "private"],
  ["keeps no-cache to validate it", [...validator, ...cacheControl("no-cache")], [0, 0, 0]],
  ["keeps no-cache for nothing else", cacheControl("no-cache"), "ttl-zero"],
  ["never serves must-revalidate stale", cacheControl("max-age=60, must-revalidate"), [60, 0, 0]],
  ["nor proxy-revalidate", cacheControl("max-age=60, proxy-revalidate"), [60, 0, 0]],
  ["nor s-maxage", cacheControl("s-maxage=60, stale-while-revalidate=9"), [60, 0, 0]],
  [
    "takes stale-while-revalidate and stale-if-error",
    cacheControl("max-age=60, stale-while-revalidate=5, stale-if-error=9"),
    [60, 65, 69],
  ],
  [
    "takes CDN-Cache-Control first",
    ["CDN-Cache-Control", "max-age=70", ...cacheControl("no-store")],
    [70, 0, 1000],
  ],
  ["before Expires too", ["CDN-Cache-Control", "public", "Expires", dateIn(-5)], [100, 0, 1000]],
  [
    "unless it is malformed",
    ["CDN-Cache-Control", "max-age=70,", ...cacheControl("max-age=60")],
    [60, 0, 1000],
  ],
  [
    "and forbids by it",
    ["CDN-Cache-Control", "no-store", ...cacheControl("max-age=60")],
    "no-store",
  ],
];
for (const [what, headers, seconds] of rows) {
  test(`toKeep(), strict, ${what}`, () => {
    assert.deepEqual(secondsOf(headers), seconds);
  });
}

test("toKeep(), strict, keeps no answer to credentials unless the origin allows it", () => {
  const requestHeaders = ["Authorization", "Basic x"];
  const of = (value: string) => secondsOf(cacheControl(value), { requestHeaders });
  assert.equal(of("max-age=60"), "authorization");
  for (const allowing of ["public", "s-maxage=100", "must-revalidate"]) {
    assert.ok(Array.isArray(of(allowing)), allowing);
  }
});

test("toKeep(), strict, keeps what of the request chose the response", () => {
  const requestHeaders = ["Accept-Language", "de", "Accept-Encoding", "br"];
  const varying = (value: string) => keep([], { requestHeaders, originHeaders: ["Vary", value] });
  const found = varying("accept-language, accept-encoding");
  assert.ok(typeof found !== "string");
  // Accept-Encoding is in the key.
  assert.deepEqual(found.varied, ["accept-language", "de"]);
  assert.equal(varying("*"), "vary-star");
});

test("toKeep(), strict, keeps errors that may be, and never for when the origin fails", () => {
  const error = (status: number, headers: Headers = []) => secondsOf(headers, {}, { status });
  assert.deepEqual(error(404), [10, 0, 0]);
  assert.deepEqual(error(404, cacheControl("max-age=60")), [60, 0, 0]);
  assert.deepEqual(error(400, cacheControl("max-age=60")), [60, 0, 0]);
  assert.equal(error(500), "status");
  assert.deepEqual(error(500, cacheControl("max-age=60")), [60, 0, 0]);
  assert.equal(error(404, cacheControl("no-store")), "no-store");
});

test("toKeep(), strict, keeps redirects by the RFC's rules", () => {
  const redirect = (status: number) => secondsOf([], {}, { status });
  assert.deepEqual(redirect(308), [100, 0, 1000]);
  assert.equal(redirect(302), "status");
});

test("toKeep(), strict, keeps nothing that a viewer asked not to keep", () => {
  const requestHeaders = cacheControl("no-store");
  assert.equal(secondsOf(cacheControl("max-age=60"), { requestHeaders }), "no-store");
});
