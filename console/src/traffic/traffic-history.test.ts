import assert from "node:assert/strict";
import { test } from "node:test";
import type { ListedTrace } from "../api/traces.ts";
import { countsOf, TrafficHistory, type TrafficCounts } from "./traffic-history.ts";

const none: TrafficCounts = {
  ...{ requests: 0, errors: 0, hits: 0, lookups: 0, utilization: 0, utilized: 0 },
};

function trace(at: string, took: number): ListedTrace {
  const rest = { id: at, method: "GET", host: "a", path: "/", status: 200, result: "Hit" };
  return { ...rest, at, took_ms: took, functions: [], distributions: [] };
}

test("what came between two readings is told, and latency of what is new", () => {
  const history = new TrafficHistory();
  history.add(none, [trace("1", 900)], 1000);
  assert.deepEqual(history.points, []);
  const counts = { requests: 20, errors: 5, hits: 6, lookups: 8, utilization: 60, utilized: 3 };
  history.add(counts, [trace("3", 4), trace("2", 2), trace("1", 900)], 3000);
  assert.deepEqual(history.points, [
    { at: 2, requests: 10, hits: 75, errors: 25, utilization: 20, latency: 4 },
  ]);
  history.add(counts, [trace("3", 4)], 5000);
  assert.deepEqual(history.points.at(-1), {
    ...{ at: 4, requests: 0, hits: null, errors: null, utilization: null, latency: null },
  });
});

test("a node that has started anew has counted from nothing", () => {
  const history = new TrafficHistory();
  history.add({ ...none, requests: 100 }, [], 0);
  history.add({ ...none, requests: 4 }, [], 2000);
  assert.equal(history.points[0]?.requests, 2);
});

test("counts are the sums over distributions", () => {
  const of = (name: string, samples: readonly object[]) => [name, { name, samples }] as const;
  const metrics = new Map([
    of("footlight_requests_total", [
      { labels: { distribution: "A" }, value: 3 },
      { labels: { distribution: "B" }, value: 4 },
    ]),
    of("footlight_responses_total", [
      { labels: { status_class: "5xx" }, value: 2 },
      { labels: { status_class: "2xx" }, value: 5 },
    ]),
  ]) as unknown as Parameters<typeof countsOf>[0];
  const cache = { hit: 1, updating: 1, stale: 1, refreshed: 1, miss: 3, bypassed: 2 };
  assert.deepEqual(countsOf(metrics, cache), {
    ...{ requests: 7, errors: 2, hits: 4, lookups: 9, utilization: 0, utilized: 0 },
  });
});
