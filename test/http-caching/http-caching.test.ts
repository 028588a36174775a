/**
 * The conformance suite of the cache: each case in CloudFront's reading and in the strict one, over sockets.
 * Prints what passed, failed and was left out; `FOOTLIGHT_TEST_DIFFERENCES=1` prints in what the readings differ.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isByReading, readings, readAs, type Case, type Step } from "./case.ts";
import { cases } from "./cases/cases.ts";
import { knownDifferences } from "./known-differences.ts";
import { playCase } from "./play-case.ts";
import { startStage } from "./stage.ts";

for (const reading of readings) {
  test(`cases of HTTP caching, read as ${reading}`, async (t) => {
    const stage = await startStage(t, reading);
    const listed = new Set(
      knownDifferences.filter((known) => known.readings.includes(reading)).map(({ name }) => name),
    );
    const faults: string[] = [];
    let passed = 0;
    let differing = 0;
    let leftOut = 0;
    for (const [index, each] of cases.entries()) {
      if (each.only !== undefined && each.only !== reading) {
        leftOut += 1;
        continue;
      }
      const path = `/${each.setting ?? "plain"}/${index}`;
      const fault = await playCase(each, path, reading, stage);
      if (listed.has(each.name)) differing += 1;
      else if (fault === undefined) passed += 1;
      if (listed.has(each.name) && fault === undefined) {
        faults.push(`${each.name}: is listed as a difference, and passes`);
      }
      if (!listed.has(each.name) && fault !== undefined) {
        faults.push(`${each.name} (${each.rule}): ${fault}`);
      }
    }
    t.diagnostic(
      `${reading}: ${passed} passed, ${faults.length} failed, ${differing} known to differ, ${leftOut} left out`,
    );
    assert.deepEqual(faults, []);
  });
}

test("a case says why its readings differ, and has a name of its own", (t) => {
  const differing = cases.filter(differs);
  for (const each of cases) assert.equal(differs(each), each.differs !== undefined, each.name);
  assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
  for (const { name } of knownDifferences) assert.ok(cases.some((each) => each.name === name));
  t.diagnostic(
    `${cases.length} cases, ${differing.length} of which the readings answer differently`,
  );
  if (process.env["FOOTLIGHT_TEST_DIFFERENCES"] === undefined) return;
  const rows = differing.map(({ name, rule, differs: why }) => `${name} (${rule}): ${why}`);
  const known = knownDifferences.map(({ name, reason }) => `known: ${name}: ${reason}`);
  for (const row of [...rows, ...known]) t.diagnostic(row);
});

function differs({ steps, only }: Case): boolean {
  if (only !== undefined || isByReading(steps)) return true;
  return readAs(steps, "strict").some((step: Step) =>
    [step.gets, step.status, step.body, step.has, step.asks, step.result, step.isHinted].some(
      (value) => isByReading<unknown>(value),
    ),
  );
}
