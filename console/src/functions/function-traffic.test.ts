import assert from "node:assert/strict";
import { test } from "node:test";
import type { Metric, Sample } from "../api/metrics.ts";
import { pointBetween, readingOf, TrafficHistory } from "./function-traffic.ts";

function metrics(samples: Record<string, readonly Sample[]>): ReadonlyMap<string, Metric> {
  return new Map(Object.entries(samples).map(([name, each]) => [name, { name, samples: each }]));
}

test("readingOf() adds a function's counts of all distributions, and both kinds of errors", () => {
  const of = (distribution: string, value: number): Sample => ({
    labels: { distribution, function: "a" },
    value,
  });
  const reading = readingOf(
    metrics({
      footlight_function_invocations_total: [of("1", 10), of("2", 5)],
      footlight_function_execution_errors_total: [of("1", 1)],
      footlight_function_validation_errors_total: [of("2", 2)],
      footlight_function_compute_utilization_percent: [
        { labels: { function: "a" }, sum: 120, count: 15 },
      ],
    }),
  );
  assert.deepEqual(reading.get("a"), { runs: 15, errors: 3, utilization: 120, utilized: 15 });
});

test("pointBetween() begins anew where a node has begun to count anew", () => {
  const before = { runs: 100, errors: 10, utilization: 500, utilized: 100 };
  const after = { runs: 20, errors: 1, utilization: 80, utilized: 20 };
  assert.deepEqual(pointBetween(before, after, 2), { rate: 10, errorShare: 0.05, utilization: 4 });
  assert.deepEqual(pointBetween(before, before, 2), {
    ...{ rate: 0, errorShare: undefined, utilization: undefined },
  });
});

test("TrafficHistory keeps the latest points", () => {
  const history = new TrafficHistory(2);
  for (const [at, runs] of [0, 10, 30, 30].entries()) {
    history.add(new Map([["a", { runs, errors: 0, utilization: 0, utilized: 0 }]]), at * 1000);
  }
  assert.deepEqual(
    history.pointsOf("a").map(({ rate }) => rate),
    [20, 0],
  );
  assert.equal(history.totalsOf("a").runs, 30);
  assert.deepEqual(history.pointsOf("b"), []);
});
