import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addFunctionCounts,
  noFunctionCounts,
  versionCounts,
  type FunctionCounts,
} from "./visit-counts.ts";

const earlier = "2026-01-01T00:00:00.000Z";
const later = "2026-02-01T00:00:00.000Z";

function countsOf(since: string, ...versions: readonly number[]): FunctionCounts {
  const counts = noFunctionCounts();
  for (const version of versions) versionCounts(counts, version, since)!.invocations += 1;
  return counts;
}

const runsOf = ({ versions }: FunctionCounts): Record<string, number> =>
  Object.fromEntries(Array.from(versions, ([version, { invocations }]) => [version, invocations]));

test("The newest twelve versions are counted by themselves", () => {
  const counts = countsOf(earlier, ...Array.from({ length: 14 }, (_, index) => index + 1));
  assert.deepEqual([...counts.versions.keys()].slice(0, 2), [3, 4]);
  assert.equal(counts.versions.size, 12);
});

test("Versions of a function that was deleted and made again begin anew", () => {
  const counts = countsOf(earlier, 1, 1, 2);
  versionCounts(counts, 1, later)!.invocations += 1;
  assert.deepEqual(runsOf(counts), { 1: 1 });
  assert.equal(versionCounts(counts, 2, earlier), undefined);
  assert.deepEqual(runsOf(counts), { 1: 1 });
});

test("What several workers counted is added up, of the newest function of a name alone", () => {
  const totals = countsOf(earlier, 1, 2);
  addFunctionCounts(totals, countsOf(earlier, 2, 3));
  assert.deepEqual(runsOf(totals), { 1: 1, 2: 2, 3: 1 });
  addFunctionCounts(totals, countsOf(later, 1));
  addFunctionCounts(totals, countsOf(earlier, 1, 3));
  assert.deepEqual(runsOf(totals), { 1: 1 });
  addFunctionCounts(totals, noFunctionCounts());
  assert.deepEqual(runsOf(totals), { 1: 1 });
});
