import assert from "node:assert/strict";
import { test } from "node:test";
import { behavior, distributionOf, originConfig } from "../../../test/edge/viewer-scene.ts";
import { deployDistribution } from "./deployed-distribution.ts";
import { matchBehavior, normalizePath } from "./match-behavior.ts";
import { managedPolicies } from "./policies.ts";

/** Each behavior allows one number of methods, to be told apart by. */
function distributionWith(...patterns: string[]) {
  const items = patterns.map((PathPattern) => ({ ...behavior(), PathPattern }));
  return deployDistribution(
    distributionOf("E1", "d1.cloudfront.localhost", {
      CallerReference: "",
      Comment: "",
      Enabled: true,
      Origins: { Quantity: 1, Items: [originConfig(80)] },
      DefaultCacheBehavior: behavior(),
      CacheBehaviors: { Quantity: items.length, Items: items },
    }),
    "000000000000",
    managedPolicies,
  );
}

function indexOfMatch(path: string, ...patterns: string[]): number {
  const distribution = distributionWith(...patterns);
  const found = matchBehavior(distribution, path);
  assert.ok(found);
  return distribution.behaviors.indexOf(found);
}

test("matchBehavior() picks the first pattern that matches, in list order", () => {
  assert.equal(indexOfMatch("/images/cat.jpg", "/images/*", "*.jpg"), 0);
  assert.equal(indexOfMatch("/cat.jpg", "/images/*", "*.jpg"), 1);
});

test("matchBehavior() falls to the default cache behavior", () => {
  assert.equal(indexOfMatch("/index.html", "/images/*", "*.jpg"), 2);
});

test("matchBehavior() takes a pattern with and without its leading slash for the same", () => {
  assert.equal(indexOfMatch("/img/a.png", "img/*"), 0);
  assert.equal(indexOfMatch("/x.jpg", "/*x.jpg"), 0);
  assert.equal(indexOfMatch("/a", "?"), 0);
});

test("matchBehavior() can't be led around a pattern by another spelling of the path", () => {
  for (const path of ["/x/../private/a", "//private/a", "/%70rivate/a", "/./private/a"]) {
    assert.equal(indexOfMatch(path, "/private/*"), 0, path);
  }
  assert.equal(indexOfMatch("/x/%2e%2e/private/a", "/private/*"), 0);
});

test("matchBehavior() matches what dot segments leave, as the guide's example says", () => {
  assert.equal(indexOfMatch("/a/b", "/a/b*", "/a*"), 0);
  assert.equal(indexOfMatch("/a/b/..", "/a/b*", "/a*"), 1);
});

const normalized: [path: string, result: string][] = [
  ["/", "/"],
  ["///", "/"],
  ["/a/b/../c", "/a/c"],
  ["/../../a", "/a"],
  ["/a//b/", "/a/b/"],
  ["/a/.", "/a/"],
  ["/a/.hidden", "/a/.hidden"],
  ["/%7euser/%2F", "/~user/%2F"],
  ["/caf%c3%a9", "/caf%C3%A9"],
  ["/100%", "/100%"],
];

for (const [path, result] of normalized) {
  test(`normalizePath() makes ${result} of ${path}`, () => {
    assert.equal(normalizePath(path), result);
  });
}
