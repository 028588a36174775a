import assert from "node:assert/strict";
import { test } from "node:test";
import { originConfig } from "../../../test/edge/viewer-scene.ts";
import { withFilledOrigins } from "./origin-parameters.ts";

/** @returns the origin's path for a tenant whose parameter is this; undefined where the origin is not there */
function pathFor(value: string): string | undefined {
  const origin = originConfig(80, { OriginPath: "/sites/{{name}}" });
  const config = { Origins: { Quantity: 1, Items: [origin] } };
  const { Origins } = withFilledOrigins(config as never, new Map([["name", value]]));
  return Origins?.Items?.[0]?.OriginPath;
}

test("a tenant's value that is a folder's name is put in the origin's path", () => {
  for (const value of ["a", "a/b", "a.b", "..a", "a%20b", "a%2Fb", "..."]) {
    assert.equal(pathFor(value), `/sites/${value}`);
  }
  assert.equal(pathFor("a/"), "/sites/a");
});

for (const value of [
  ...["/", "//", "/a", "..", ".", "a/../b", "%2e%2E", ".%2e", "a//b", "a?b", "a#b", "a b", "a\\b"],
  ...[
    "..%2f",
    "..%2Fb",
    "a%2f..%2fb",
    "%2e%2e%5c",
    "..%5Cb",
    "%2f",
    "a%2F",
    "%252e%252e",
    "..%252fb",
  ],
]) {
  test(`an origin is not there for a tenant whose value in its path is "${value}"`, () => {
    assert.equal(pathFor(value), undefined);
  });
}
