/** Runs every hostile function: it ends as it must, and neither the next function nor the worker feels it. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { FunctionCopy } from "../../../src/model/function.ts";
import type { FunctionEvent, Outcome } from "../../../src/runtime/function-runtime.ts";
import { createRuntime } from "../../../src/runtime/isolate-runtime.ts";
import { hostileAttempts } from "./attempts.ts";

const watchdogMs = 100;
/** What the watchdog does not reach takes many seconds; a machine that is slow and busy does not. */
const longestMs = 2000;
const runtime = createRuntime({ watchdogMs, maxIsolates: 8 });
after(() => runtime.close());

const copyOf = (source: string): FunctionCopy => ({
  config: { Comment: "", Runtime: "cloudfront-js-2.0" },
  code: Buffer.from(source).toString("base64"),
  version: 1,
  createdTime: "",
  lastModifiedTime: "",
});

const event: FunctionEvent = {
  eventType: "viewer-request",
  distributionDomainName: "d111111abcdef8.cloudfront.net",
  distributionId: "EDFDVBD6EXAMPLE",
  requestId: "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==",
  viewerIp: "198.51.100.7",
  request: { method: "GET", uri: "/", querystring: undefined, headers: ["Host", "shop.example"] },
};

/** What any function must find, whatever ran before it. */
const witness = copyOf(`function handler(e) {
  var names = Object.getOwnPropertyNames(globalThis).length;
  return { statusCode: 200, body: names + JSON.stringify([e.request.headers, [].push(1), ({}).poison]) } }`);

const ending = (outcome: Outcome): unknown =>
  outcome.type === "response"
    ? { body: Buffer.from(outcome.response.body ?? []).toString() }
    : outcome.type;

const clean = ending(runtime.run(witness, event).outcome);
const slowest = { what: "", ms: 0 };

for (const { what, source, ends } of hostileAttempts) {
  test(`run() contains ${what}`, () => {
    const copy = copyOf(source);
    for (let i = 0; i < 2; i += 1) {
      const start = performance.now();
      const { outcome, logs } = runtime.run(copy, event);
      const ms = performance.now() - start;
      if (ms > slowest.ms) Object.assign(slowest, { what, ms });
      assert.deepEqual(ending(outcome), ends, JSON.stringify(outcome));
      assert.ok(logs.join("").length <= 10 * 1024);
      assert.ok(ms < longestMs, `took ${ms} ms`);
    }
    assert.deepEqual(ending(runtime.run(witness, event).outcome), clean);
  });
}

test("run() kept the worker's memory within bounds", () => {
  console.log(
    `${hostileAttempts.length} attempts; the longest took ${slowest.ms.toFixed(0)} ms: ${slowest.what}`,
  );
  assert.ok(process.memoryUsage().rss < 1024 * 1024 * 1024);
  assert.ok(hostileAttempts.length >= 60);
});
