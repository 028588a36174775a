import assert from "node:assert/strict";
import { test } from "node:test";
import { RecentMap } from "./recent-map.ts";

test("RecentMap.get() finds what is asked for again and again, whatever else is put in", () => {
  const map = new RecentMap<string, number>(10);
  map.set("host", 1);
  for (let i = 0; i < 1000; i += 1) {
    map.set(`made-up-${i}`, i);
    if (i % 5 === 0) assert.equal(map.get("host"), 1);
  }
});

test("RecentMap forgets what nobody asks for, and keeps at most two generations", () => {
  const map = new RecentMap<string, number>(10);
  for (let i = 0; i < 1000; i += 1) {
    map.set(`made-up-${i}`, i);
    assert.ok(map.size <= 20);
  }
  assert.equal(map.get("made-up-0"), undefined);
  assert.equal(map.get("made-up-999"), 999);
});
