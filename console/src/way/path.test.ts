import assert from "node:assert/strict";
import { test } from "node:test";
import { matchPath, pathTo, withinConsole } from "./path.ts";

test("matchPath() finds what stands for names, decoded", () => {
  assert.deepEqual(matchPath("/functions/:name/history", "/functions/a%20b/history"), {
    name: "a b",
  });
  assert.deepEqual(matchPath("/functions", "/functions/"), {});
  for (const path of ["/functions", "/functions/a", "/stores/a/history", "/functions/%/history"]) {
    assert.equal(matchPath("/functions/:name/history", path), undefined, path);
  }
});

test("pathTo() makes what matchPath() takes", () => {
  const name = "a/b?c#d";
  assert.deepEqual(matchPath("/x/:name", pathTo("/x/:name", { name })), { name });
});

test("withinConsole() is the path of a view, wherever the console is", () => {
  assert.equal(withinConsole("/footlight/console/functions"), "/functions");
  assert.equal(withinConsole("/footlight/console"), "/");
});
