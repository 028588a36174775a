import assert from "node:assert/strict";
import { test } from "node:test";
import type { FunctionCopy } from "../model/function.ts";
import type { KeyValueReader } from "./function-runtime.ts";
import { createRuntime } from "./isolate-runtime.ts";
import { copyOf, sampleEvent } from "../../test/support/sample-copy.ts";

const handler = (body: string): FunctionCopy => copyOf(`function handler(event) { ${body} }`);

test("the watchdog goes on when what it ended takes long to notice", async () => {
  const runtime = createRuntime({ watchdogMs: 1 });
  // V8 compares in C++, where it does not look whether it was ended; the watchdog tries again.
  const deaf = handler(
    "var s = 'a'.repeat(16000); return { statusCode: 200, body: String(s.lastIndexOf('a'.repeat(2400) + 'b')) }",
  );
  for (let i = 0; i < 5; i += 1) runtime.run(deaf, sampleEvent);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  const endless = handler("/^(\\w+\\s?)*$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')");
  const { outcome } = runtime.run(endless, sampleEvent);
  assert.deepEqual(outcome, {
    type: "execution-error",
    message: "InternalError: compute limit exceeded",
  });
  await runtime.close();
});

/** Reads its one value as slowly as it is told, in milliseconds a reading. */
function slowStore(...delays: number[]): KeyValueReader & { readonly readings: () => number } {
  let readings = 0;
  const cell = new Int32Array(new SharedArrayBuffer(4));
  return {
    id: "00000000-0000-4000-8000-000000000000",
    keyCount: 1,
    createdTime: "1970-01-01T00:00:00.000Z",
    lastUpdatedTime: "1970-01-01T00:00:00.000Z",
    get: () => {
      const delay = delays[readings] ?? 0;
      readings += 1;
      if (delay > 0) Atomics.wait(cell, 0, 0, delay);
      return "value";
    },
    readings: () => readings,
  };
}

const reader = `import cf from "cloudfront";
async function handler() { return { statusCode: 200, body: await cf.kvs().get("key") } }`;

const event = JSON.stringify({
  version: "1.0",
  context: { eventType: "viewer-request" },
  viewer: { ip: "198.51.100.7" },
  request: { method: "GET", uri: "/" },
});

test("test() repeats once what the watchdog ended, for the machine may be at fault", async () => {
  const runtime = createRuntime({ watchdogMs: 100 });
  const store = slowStore(1500);
  const { errorMessage } = runtime.test(copyOf(reader), event, store);
  assert.equal(errorMessage, "");
  assert.equal(store.readings(), 2);
  await runtime.close();
});

test("test() repeats it each time, and no more than once", async () => {
  const runtime = createRuntime({ watchdogMs: 100 });
  const copy = copyOf(reader);
  const store = slowStore(1500, 1500, 1500);
  assert.match(runtime.test(copy, event, store).errorMessage, /compute limit exceeded/);
  assert.equal(store.readings(), 2);
  assert.equal(runtime.test(copy, event, store).errorMessage, "");
  assert.equal(store.readings(), 4);
  await runtime.close();
});

test("run() repeats nothing, and says that it was ended: who runs it knows where to run it again", async () => {
  const runtime = createRuntime({ watchdogMs: 100 });
  const copy = copyOf(reader);
  const store = slowStore(1500);
  assert.equal(runtime.run(copy, sampleEvent, store).wasEnded, "time");
  assert.equal(runtime.run(copy, sampleEvent, store).wasEnded, undefined);
  assert.equal(store.readings(), 2);
  await runtime.close();
});

test("run() says so when it was making a text of a rejection that it was ended", async () => {
  const runtime = createRuntime({ watchdogMs: 100 });
  const source = `function handler() {
    Promise.reject({ toString: function () { return /^(a+)+$/.test("${"a".repeat(60)}!") } });
    return { statusCode: 200 };
  }`;
  const { outcome, wasEnded } = runtime.run(copyOf(source), sampleEvent);
  assert.deepEqual(
    [outcome, wasEnded],
    [{ type: "execution-error", message: "InternalError: compute limit exceeded" }, "time"],
  );
  await runtime.close();
});
