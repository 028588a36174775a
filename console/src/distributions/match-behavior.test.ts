import assert from "node:assert/strict";
import { test } from "node:test";
import { normalizePath } from "../../../src/edge/deployment/match-behavior.ts";
import { compilePattern } from "../../../src/edge/deployment/path-pattern.ts";
import { comparedPath, judgePatterns } from "./match-behavior.ts";

test("the first pattern that matches takes a path, and those behind it are not asked", () => {
  const patterns = ["/api/*", "/img/*.png", "*"];
  const url = "http://x.example/img/a.png?x=/api/";
  assert.deepEqual(judgePatterns(patterns, url), ["does not match", "takes it", "not asked"]);
  assert.deepEqual(judgePatterns(patterns, "api/"), ["takes it", "not asked", "not asked"]);
  assert.deepEqual(judgePatterns(patterns, ""), ["does not match", "does not match", "takes it"]);
});

test("paths are compared as the edge compares them", () => {
  const paths = [
    ...["/", "/a", "/a/", "//a//b", "/a/../b", "/a/..", "/a/.", "/%70rivate/a", "/%2fa"],
    ...["/img/x.png", "/img/.png", "/imgx.png", "/aba", "/abba", "/ab/ab", "/a?", "/ö", "/%c3%b6"],
  ];
  const patterns = [
    ...["*", "/*", "/a", "/a*", "*.png", "/img/*.png", "/a?a", "/*b*a", "/a*a", "/?", "*/", "a*"],
    ...["/**b", "/img/?.png", "/private/*", "/%2F*"],
  ];
  for (const path of paths) {
    const sent = path.replace("?", "");
    assert.equal(comparedPath(sent), normalizePath(sent), sent);
    for (const pattern of patterns) {
      const [verdict] = judgePatterns([pattern], sent);
      const isTaken = compilePattern(pattern)(normalizePath(sent));
      assert.equal(verdict === "takes it", isTaken, `${pattern} on ${sent}`);
    }
  }
});
