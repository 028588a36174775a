import assert from "node:assert/strict";
import { test } from "node:test";
import { functionCreated, stateAfter } from "../../../test/support/sample-changes.ts";
import type { Fact } from "../../state/change.ts";
import { readRecordedRuns, type RecordedRuns } from "./recorded-runs.ts";

const state = stateAfter(functionCreated("fn"), functionCreated("other"));
/** A page of each of two workers. */
const recordedRuns: RecordedRuns = async (_name, { worker }) => ({
  lines: [`{"worker":${worker}}`],
  next: worker === 0 ? { worker: 1, after: 0 } : undefined,
});

function startReading() {
  const noted: Fact[] = [];
  let now = 1_000_000;
  const read = async (query: string, principal = "AKIAANNA", name = "fn") => {
    const parts = { state, recordedRuns, now: () => new Date(now) };
    const text = await readRecordedRuns({ name, query, principal }, parts, async (fact) => {
      noted.push(fact);
    });
    return JSON.parse(text) as { items: unknown[]; next_marker?: string };
  };
  return { noted, read, pass: (ms: number) => (now += ms) };
}

test("each reading of recorded runs is in the audit once, and goes on page by page", async () => {
  const { noted, read } = startReading();
  const first = await read("");
  const second = await read(`after=${first.next_marker}`);
  assert.deepEqual([first.items, second.items], [[{ worker: 0 }], [{ worker: 1 }]]);
  assert.equal(second.next_marker, undefined);
  assert.deepEqual(noted, [{ type: "recorded-runs-read", name: "fn" }]);
});

test("nobody goes on with a reading that is not in the audit as theirs", async () => {
  const { noted, read, pass } = startReading();
  const { next_marker: marker } = await read("");
  const says = /after must be the next_marker of the page before/;
  const made = ["0.0", "1.0", "0.0.1000000", marker!.replace(/^1/, "0"), `${marker}0`];
  for (const each of made) await assert.rejects(read(`after=${each}`), says, each);
  await assert.rejects(read(`after=${marker}`, "AKIABOB"), says);
  await assert.rejects(read(`after=${marker}`, "AKIAANNA", "other"), says);
  pass(3_600_001);
  await assert.rejects(read(`after=${marker}`), says);
  assert.equal(noted.length, 1);
});
