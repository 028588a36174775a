/** Runs that hold the thread for long are measured, and what else a busy machine does is not counted. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { KeyValueReader } from "./function-runtime.ts";
import { createRuntime } from "./isolate-runtime.ts";
import { copyOf, patientWatchdogMs, sampleEvent } from "../../test/support/sample-copy.ts";

const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
after(() => runtime.close());

const reader = `import cf from "cloudfront";
async function handler() { return { statusCode: 200, body: await cf.kvs().get("key") } }`;

const storeThat = (waits: () => void): KeyValueReader => ({
  id: "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
  keyCount: 1,
  createdTime: "1970-01-01T00:00:00.000Z",
  lastUpdatedTime: "1970-01-01T00:00:00.000Z",
  get: () => {
    waits();
    return "value";
  },
});

/** Uses the CPU for so many milliseconds. */
function work(ms: number): void {
  const spent = (): number => process.threadCpuUsage().user / 1000;
  const until = spent() + ms;
  while (spent() < until);
}

const cell = new Int32Array(new SharedArrayBuffer(4));
const sleep = (ms: number): void => void Atomics.wait(cell, 0, 0, ms);

test("a run that works for long is told of, once one took long; one that only waits is not", () => {
  const copy = copyOf(reader);
  let act = (): void => sleep(600);
  const store = storeThat(() => act());
  const heldMs = (): number | undefined => runtime.run(copy, sampleEvent, store).heldMs;
  assert.equal(heldMs(), undefined, "the first that takes long is not measured");
  assert.equal(heldMs(), undefined, "waiting");
  act = () => work(20);
  // A busy machine may have kept the watchdog from looking twice.
  let held = heldMs();
  for (let attempt = 0; attempt < 5 && held === undefined; attempt += 1) {
    act = () => sleep(600);
    heldMs();
    act = () => work(20);
    held = heldMs();
  }
  assert.ok(held !== undefined && held >= 20 && held < 600, `${held} ms`);
  act = () => {};
  assert.equal(heldMs(), undefined, "a short one");
});
