import assert from "node:assert/strict";
import { test } from "node:test";
import { viewerDirectives } from "./viewer-directives.ts";

const particular = ["no-cache", "no-store", "only-if-cached", "max-age=0", "min-fresh=5"];
for (const value of particular) {
  test(`viewerDirectives() finds that ${value} asks for something`, () => {
    assert.ok(viewerDirectives(["Cache-Control", value]) !== undefined);
  });
}

const nothing = [
  [],
  ["Cache-Control", "no-transform"],
  ["Cache-Control", "made-up, max-stale"],
  ["Pragma", "foo"],
  ["Cache-Control", "made-up", "Pragma", "no-cache"],
];
for (const headers of nothing) {
  test(`viewerDirectives() finds nothing in particular in ${headers.join(" ") || "nothing"}`, () => {
    assert.equal(viewerDirectives(headers), undefined);
  });
}

test("viewerDirectives() reads Pragma where there is no Cache-Control", () => {
  assert.equal(viewerDirectives(["Pragma", "no-cache"])?.noCache, true);
});
