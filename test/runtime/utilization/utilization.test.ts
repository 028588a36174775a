/**
 * Holds compute utilization to njs: over the measured functions, the steps we count must follow
 * the instructions that njs needs. measurements.json comes from tools/fit-utilization.ts.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createRuntime } from "../../../src/runtime/isolate-runtime.ts";
import { computeBase, computeLimit } from "../../../src/runtime/limits.ts";
import { event, functions } from "./functions.ts";
import { copyOf, patientWatchdogMs } from "../../support/sample-copy.ts";

const measured = JSON.parse(
  readFileSync(new URL("measurements.json", import.meta.url), "utf8"),
) as Record<string, number>;

test("computeUtilization follows njs's instructions within five percentage points and a third", async () => {
  const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
  const names = Object.keys(measured);
  assert.ok(names.length >= 40);
  const far: string[] = [];
  for (const name of names) {
    const { computeUtilization, errorMessage } = runtime.test(copyOf(functions[name] ?? ""), event);
    assert.equal(errorMessage, "", name);
    const instructions = measured[name] ?? 0;
    const want = (100 * (computeBase + instructions)) / computeLimit;
    if (Math.abs(computeUtilization - want) > 5 + want / 3) {
      far.push(`${name}: ${computeUtilization}, by njs ${want.toFixed(0)}`);
    }
  }
  await runtime.close();
  assert.deepEqual(far, []);
});

test("computeUtilization correlates with njs's instructions above 0.95", async () => {
  const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
  const names = Object.keys(measured);
  const ours = names.map(
    (name) => runtime.test(copyOf(functions[name] ?? ""), event).computeUtilization,
  );
  await runtime.close();
  const theirs = names.map((name) => measured[name] ?? 0);
  const r = correlation(ours, theirs);
  console.log(
    `correlation of utilization with njs's instructions over ${names.length} functions: ${r.toFixed(3)}`,
  );
  assert.ok(r > 0.95, `correlation ${r}`);
});

function correlation(one: readonly number[], other: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [m, n] = [mean(one), mean(other)];
  const sum = (f: (x: number, y: number) => number) =>
    one.reduce((total, x, i) => total + f(x - m, (other[i] ?? 0) - n), 0);
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_x, y) => y * y));
}
