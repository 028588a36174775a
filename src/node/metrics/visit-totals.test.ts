import assert from "node:assert/strict";
import { test } from "node:test";
import { Map } from "immutable";
import {
  noDistributionCounts,
  noFunctionCounts,
  type CountedDistribution,
} from "../../edge/record/visit-counts.ts";
import { emptyState, type State } from "../../state/state.ts";
import { VisitTotals } from "./visit-totals.ts";

function counted(id: string, ...functions: readonly string[]): CountedDistribution {
  return {
    id,
    counts: { ...noDistributionCounts(), requests: 1 },
    functions: new globalThis.Map(
      functions.map((name) => [name, { ...noFunctionCounts(), invocations: 1 }]),
    ),
  };
}

function stateWith(revision: number, ...ids: readonly string[]): State {
  const there = (names: readonly string[]) =>
    Map(names.map((name) => [name, {}])) as unknown as Map<string, never>;
  return {
    ...emptyState("000000000000"),
    revision,
    distributions: there(ids),
    functions: there(["f", "g"]),
  };
}

function requestsOf(totals: VisitTotals): Record<string, number> {
  return Object.fromEntries(
    Array.from(totals.read().distributions, ([name, { requests }]) => [name, requests]),
  );
}

test("VisitTotals adds up what comes for the same name", () => {
  const totals = new VisitTotals(() => stateWith(1, "E1"));
  totals.add([counted("E1", "f"), counted("")]);
  totals.add([counted("E1", "f", "g")]);
  assert.deepEqual(requestsOf(totals), { E1: 2, "(none)": 1 });
  const runs = totals.read().functions.map(({ name, counts }) => [name, counts.invocations]);
  assert.deepEqual(runs, [
    ["f", 2],
    ["g", 1],
  ]);
});

test("VisitTotals counts together what the state has not, and what is beyond the most", () => {
  const totals = new VisitTotals(() => stateWith(1, "E1", "E2", "E3"), {
    distributionsMax: 2,
    functionsMax: 1,
  });
  totals.add([counted("E1", "f", "g"), counted("E2"), counted("E3", "f"), counted("E9")]);
  assert.deepEqual(requestsOf(totals), { E1: 1, E2: 1, "(other)": 2 });
  const runs = totals.read().functions.map(({ name, counts }) => [name, counts.invocations]);
  assert.deepEqual(runs, [
    ["f", 1],
    ["(other)", 2],
  ]);
});

test("VisitTotals lets go of what was deleted when others need its place", () => {
  let state = stateWith(1, "E1");
  const totals = new VisitTotals(() => state, { distributionsMax: 1, functionsMax: 10 });
  totals.add([counted("E1", "f")]);
  state = stateWith(2, "E2");
  assert.deepEqual(requestsOf(totals), { E1: 1 });
  totals.add([counted("E2")]);
  assert.deepEqual(requestsOf(totals), { E2: 1 });
});
