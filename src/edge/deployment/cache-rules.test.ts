import assert from "node:assert/strict";
import { test } from "node:test";
import { allViewer, behavior, type Behavior } from "../../../test/edge/viewer-scene.ts";
import { managedCachePolicies, type CachePolicy } from "../../model/managed-policies.ts";
import { cacheRulesOf } from "./cache-rules.ts";
import { forwardingOf } from "./forward-selection.ts";
import { managedPolicies, type Policies } from "./policies.ts";

const optimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const originHeaders = "83da9c7e-98b4-4e11-a168-04f0df8e2c65";
const noPolicies = { CachePolicyId: undefined, OriginRequestPolicyId: undefined };

function rules(changes: Partial<Behavior>, policies: Policies = managedPolicies) {
  const using = behavior(changes);
  return cacheRulesOf(using, policies, forwardingOf(using, policies));
}

function rulesOfPolicy(changes: Partial<CachePolicy>, using: Partial<Behavior> = {}) {
  const policy = { ...(managedCachePolicies.get(optimized) as CachePolicy), ...changes };
  return rules(
    { CachePolicyId: "own", OriginRequestPolicyId: undefined, ...using },
    { ...managedPolicies, findCachePolicy: () => policy, joined: new Map(), rules: new Map() },
  );
}

const legacy = (changes: Partial<Behavior>) => rules({ ...noPolicies, ...changes });

test("cacheRulesOf() takes TTLs, key and codings of the cache policy", () => {
  const found = rules({
    CachePolicyId: optimized,
    OriginRequestPolicyId: undefined,
    Compress: true,
  });
  const { minTtl, defaultTtl, maxTtl, isOff, key, compression } = found;
  assert.deepEqual([minTtl, defaultTtl, maxTtl, isOff], [1, 86_400, 31_536_000, false]);
  assert.deepEqual([key.headers, key.cookies.kind, key.query.kind], [[], "none", "none"]);
  assert.deepEqual(compression, { gzip: true, brotli: true });
  assert.deepEqual(key.encodings, compression);
});

test("cacheRulesOf() is the same object for behaviors that cache by the same policies", () => {
  const using = { CachePolicyId: optimized, OriginRequestPolicyId: undefined };
  assert.equal(rules(using), rules({ ...using, TargetOriginId: "other" }));
  assert.notEqual(rules(using), rules({ ...using, Compress: true }));
});

test("cacheRulesOf() leaves out what only an origin request policy forwards", () => {
  const { key } = rules({ CachePolicyId: optimized, OriginRequestPolicyId: allViewer });
  assert.deepEqual([key.headers, key.cookies.kind, key.query.kind], [[], "none", "none"]);
});

test("cacheRulesOf() sorts the key's headers, in lower case", () => {
  assert.deepEqual(rulesOfPolicy({ headers: ["X-B", "x-a", "Accept-Encoding"] }).key.headers, [
    "x-a",
    "x-b",
  ]);
  const bare = rulesOfPolicy({ headers: ["Accept-Encoding"], gzip: false, brotli: false });
  assert.deepEqual(bare.key.headers, ["accept-encoding"]);
});

test("cacheRulesOf() turns caching off where all three TTLs of the policy are 0", () => {
  assert.equal(rules({}).isOff, true);
  assert.equal(rules({ CachePolicyId: originHeaders }).isOff, false);
  assert.equal(rulesOfPolicy({ minTtl: 0, defaultTtl: 0, maxTtl: 1 }).isOff, false);
});

test("cacheRulesOf() turns caching off where ForwardedValues forward all headers", () => {
  const Headers = { Quantity: 1, Items: ["*"] };
  const ForwardedValues = { QueryString: false, Cookies: { Forward: "none" as const }, Headers };
  assert.equal(legacy({ ForwardedValues }).isOff, true);
  assert.equal(legacy({ MinTTL: 0, DefaultTTL: 0, MaxTTL: 0 }).isOff, false);
});

test("cacheRulesOf() fills in the TTLs that a behavior without a cache policy doesn't name", () => {
  const ttls = (changes: Partial<Behavior>) => {
    const { minTtl, defaultTtl, maxTtl } = legacy(changes);
    return [minTtl, defaultTtl, maxTtl];
  };
  assert.deepEqual(ttls({}), [0, 86_400, 31_536_000]);
  assert.deepEqual(ttls({ MinTTL: 100_000 }), [100_000, 100_000, 31_536_000]);
  assert.deepEqual(ttls({ DefaultTTL: 40_000_000 }), [0, 40_000_000, 40_000_000]);
  assert.deepEqual(ttls({ MinTTL: 1, DefaultTTL: 2, MaxTTL: 3 }), [1, 2, 3]);
});

test("cacheRulesOf() keys what ForwardedValues say", () => {
  const { key } = legacy({
    ForwardedValues: {
      QueryString: true,
      QueryStringCacheKeys: { Quantity: 1, Items: ["a"] },
      Cookies: { Forward: "whitelist", WhitelistedNames: { Quantity: 1, Items: ["s*"] } },
      Headers: { Quantity: 1, Items: ["Origin"] },
    },
  });
  assert.deepEqual(key.headers, ["origin"]);
  assert.deepEqual([key.query.has("a"), key.query.has("b")], [true, false]);
  assert.deepEqual([key.cookies.has("session"), key.cookies.has("a")], [true, false]);
  const values = { QueryString: true, Cookies: { Forward: "all" as const } };
  const all = legacy({ ForwardedValues: values }).key;
  assert.deepEqual([all.query.kind, all.cookies.kind], ["all", "all"]);
  const none = legacy({ ForwardedValues: { ...values, QueryString: false } }).key;
  assert.equal(none.query.kind, "none");
});

test("cacheRulesOf() neither collapses nor validates where either policy forwards cookies", () => {
  for (const using of [
    rules({ CachePolicyId: optimized, OriginRequestPolicyId: allViewer }),
    rulesOfPolicy({ cookies: { behavior: "all", names: [] } }),
    legacy({ ForwardedValues: { QueryString: false, Cookies: { Forward: "all" } } }),
  ]) {
    assert.deepEqual([using.collapses, using.validates], [false, false]);
  }
  const without = rulesOfPolicy({});
  assert.deepEqual([without.collapses, without.validates], [true, true]);
});

test("cacheRulesOf() answers OPTIONS from the cache where the behavior says so", () => {
  const items = ["GET", "HEAD", "OPTIONS"] as const;
  const CachedMethods = { Quantity: 3, Items: [...items] };
  const AllowedMethods = { Quantity: 3, Items: [...items], CachedMethods };
  assert.deepEqual(rules({ AllowedMethods }).methods, new Set(items));
  assert.deepEqual(rules({}).methods, new Set(["GET", "HEAD"]));
});

const compressions: [what: string, found: unknown, expected: unknown][] = [
  ["where the behavior says so", rulesOfPolicy({}, { Compress: true }).compression, true],
  ["not where it doesn't", rulesOfPolicy({}).compression, undefined],
  ["not where nothing is cached", rules({ Compress: true }).compression, undefined],
  [
    "not without a coding",
    rulesOfPolicy({ gzip: false, brotli: false }, { Compress: true }).compression,
    undefined,
  ],
];
for (const [what, found, expected] of compressions) {
  test(`cacheRulesOf() compresses ${what}`, () => {
    assert.deepEqual(found, expected === true ? { gzip: true, brotli: true } : expected);
  });
}

test("cacheRulesOf() knows gzip alone without a cache policy", () => {
  const found = legacy({ Compress: true });
  assert.deepEqual(found.compression, { gzip: true, brotli: false });
  assert.deepEqual(found.key.encodings, found.compression);
});
