import assert from "node:assert/strict";
import { test } from "node:test";
import { headerName, HeaderName, HeaderNames } from "./header-names.ts";

test("a spelling is one name, however often it comes and whatever it was cut out of", () => {
  const head = "X-Made-Up: 1";
  const name = headerName(head.slice(0, 9));
  assert.equal(headerName("X-Made-Up"), name);
  assert.deepEqual(
    [name.spelling, name.lower, name.titled],
    ["X-Made-Up", "x-made-up", "X-Made-Up"],
  );
  assert.notEqual(headerName("x-made-up"), name);
  assert.equal(headerName("x-made-up").titled, "X-Made-Up");
});

test("names like members of objects, integers and letters beyond ASCII are names like any other", () => {
  for (const spelling of ["__proto__", "constructor", "12", "TÈst", ""]) {
    assert.equal(headerName(spelling).spelling, spelling);
  }
  assert.equal(headerName("TÈst").lower, "tÈst");
});

test("long names are known and not remembered, and made-up ones push each other out", () => {
  let learnt = 0;
  const names = new HeaderNames((spelling) => {
    learnt += 1;
    return new HeaderName(spelling);
  });
  const find = (spelling: string) => {
    const before = learnt;
    assert.equal(names.find(spelling).spelling, spelling);
    return learnt > before ? "learnt" : "known";
  };
  const long = "x".repeat(65);
  assert.deepEqual([find(long), find(long)], ["learnt", "learnt"]);
  assert.deepEqual([find("Host"), find("Host")], ["learnt", "known"]);
  for (let count = 0; count < 10_000; count += 1) find(`X-${count}`);
  assert.deepEqual([find("Host"), find("X-9999"), find("X-0")], ["learnt", "known", "learnt"]);
});
