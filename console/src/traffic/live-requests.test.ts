import assert from "node:assert/strict";
import { test } from "node:test";
import type { ListedTrace, LiveTraces } from "../api/traces.ts";
import { LiveRequests } from "./live-requests.ts";

/** @param second when it came */
function trace(id: string, second = 5): ListedTrace {
  return {
    ...{ id, at: `2026-01-02T03:04:0${second}.678Z`, method: "GET", host: "a.example", path: "/" },
    ...{ status: 200, result: "Hit", took_ms: 1, functions: [], distributions: [] },
  };
}

function page(marker: string, items: readonly ListedTrace[], missed = 0): LiveTraces {
  return { items, kept: 9, lost: 0, missed, next_marker: marker };
}

test("the newest stand first, no more than so many, and what was not told is counted", () => {
  const requests = new LiveRequests(3);
  requests.add(page("1", [trace("b"), trace("a")]));
  requests.add(page("2", [trace("d", 7), trace("c")], 5));
  const shown = (): readonly string[] => requests.shown?.items.map(({ id }) => id) ?? [];
  assert.deepEqual(shown(), ["d", "c", "b"]);
  // What came before, and was written down later.
  requests.add(page("2", [trace("e", 6), trace("f", 3)]));
  assert.deepEqual(shown(), ["d", "e", "c"]);
  assert.deepEqual([requests.shown?.missed, requests.marker], [5, "2"]);
});

test("nothing new is nothing to draw", () => {
  const requests = new LiveRequests(3);
  requests.add(page("1", [trace("a")]));
  const { shown } = requests;
  requests.add(page("2", []));
  assert.equal(requests.shown, shown);
  assert.equal(requests.marker, "2");
});
