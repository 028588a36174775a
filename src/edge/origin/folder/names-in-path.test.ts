import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { tried } from "../../../../test/support/tried.ts";
import { namesInPath } from "./names-in-path.ts";

const rows: [target: string, names: ReturnType<typeof namesInPath>][] = [
  ["/a/b.txt", ["a", "b.txt"]],
  ["/a%20b+c", ["a b+c"]],
  ["/caf%C3%A9", ["café"]],
  ["/caf\u00c3\u00a9", ["café"]],
  ["/a%2Fb?c=/../d", ["a", "b"]],
  ["/%252e%252e/a", ["%2e%2e", "a"]],
  ["/a..b/c.", ["a..b", "c."]],
  ["/", 404],
  ["/a/", 404],
  ["/a//b", 404],
  ["//a", 404],
  ["/%", 400],
  ["/%4", 400],
  ["/%4g", 400],
  ["/%ff", 400],
  ["/caf\u00e9", 400],
  ["/%2e", 403],
  ["/a/%2E%2e/b", 403],
  ["/a/.b", 403],
  ["/.well-known/a", [".well-known", "a"]],
  ["/a/.well-known", 403],
  ["/.well-known2", 403],
  ["/a%00", 403],
  ["/a\\b", 403],
  ["/a%5C..", 403],
];

for (const [target, names] of rows) {
  test(`${target} names ${JSON.stringify(names)}`, () => {
    assert.deepEqual(namesInPath(target), names);
  });
}

test("no path names anything but plain names", () => {
  const piece = fc.constantFrom(
    "/",
    ".",
    "..",
    "%2e",
    "%2F",
    "%5c",
    "\\",
    "%00",
    "%25",
    "a",
    "é",
    "?",
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const names = namesInPath(`/${pieces.join("")}`);
      if (typeof names === "number") return;
      assert.ok(names.length > 0);
      for (const name of names) assert.match(name, /^[^./\\\0][^/\\\0]*$/);
    }),
    tried(),
  );
});
