import assert from "node:assert/strict";
import { after, test } from "node:test";
import { copyOf, patientWatchdogMs, sampleEvent } from "../../test/support/sample-copy.ts";
import { createRuntime } from "./isolate-runtime.ts";
import type { KeyValueReader, StoreCounts } from "./function-runtime.ts";

const remembering = createRuntime({ watchdogMs: patientWatchdogMs, remembers: true });
const plain = createRuntime({ watchdogMs: patientWatchdogMs });
after(() => Promise.all([remembering.close(), plain.close()]));

const store: KeyValueReader = {
  id: "7a8f1c2e-0000-4000-8000-000000000000",
  get: (key) => (key === "a" ? "one" : undefined),
  keyCount: 1,
  createdTime: "2026-01-02T03:04:05.678Z",
  lastUpdatedTime: "2026-01-02T03:04:05.678Z",
};

const reading = copyOf(`import cf from 'cloudfront';
async function handler(event) {
  const kvs = cf.kvs();
  const there = await kvs.exists('b');
  const meta = await kvs.meta();
  return { statusCode: 200, body: await kvs.get('a') + there + meta.keyCount };
}`);

test("run() tells how often a function read its store, also where the answer is remembered", () => {
  for (const runtime of [plain, remembering, remembering]) {
    const { storeCounts } = runtime.run(reading, sampleEvent, store);
    assert.deepEqual(storeCounts, { read: 3, failed: 0 } satisfies StoreCounts);
  }
});

test("run() tells of a store that is not there, and nothing of one that nobody asked", () => {
  assert.deepEqual(plain.run(reading, sampleEvent).storeCounts, { read: 0, failed: 1 });
  const other = copyOf("function handler(event) { return event.request; }");
  assert.equal(plain.run(other, sampleEvent, store).storeCounts, undefined);
});
