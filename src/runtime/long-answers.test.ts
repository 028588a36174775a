/**
 * Answers of any length, and what they leave behind.
 *
 * @alone
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { copyOf, patientWatchdogMs, sampleEvent } from "../../test/support/sample-copy.ts";
import type { Outcome } from "./function-runtime.ts";
import { createRuntime } from "./isolate-runtime.ts";

const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
after(() => runtime.close());

const bodyOf = (outcome: Outcome): string =>
  outcome.type === "response"
    ? Buffer.from(outcome.response.body ?? "").toString()
    : JSON.stringify(outcome);

test("pages that functions make leave no memory outside the heap behind", () => {
  const copy = copyOf(
    "function handler(e) { return { statusCode: 200, body: '0123456789'.repeat(3000) } }",
  );
  const before = process.memoryUsage().external;
  for (let i = 0; i < 2000; i += 1) runtime.run(copy, sampleEvent);
  const grown = process.memoryUsage().external - before;
  assert.ok(grown < 24 * 1024 * 1024, `${grown} bytes are left of 60 MB`);
});

test("an answer of any length arrives whole, however the run ends", () => {
  const made = "'\\u00e9x\\u20ac'.repeat(length)";
  for (const length of [1, 100, 300, 330, 340, 350, 400, 1000, 9000]) {
    const text = "\u00e9x\u20ac".repeat(length);
    const outcomeOf = (body: string, isAsync = false): string => {
      const source = `var length = ${length}; ${isAsync ? "async " : ""}function handler(e) { ${body} }`;
      return bodyOf(runtime.run(copyOf(source), sampleEvent).outcome);
    };
    const page = `return { statusCode: 200, body: ${made} }`;
    assert.equal(outcomeOf(page), text);
    assert.equal(outcomeOf(`Date.now(); ${page}`), text);
    assert.equal(outcomeOf(`if (Date.now() > 1) ${page}`), text);
    assert.equal(outcomeOf(`await 1; ${page}`, true), text);
    assert.equal(outcomeOf(`Array.prototype.x = 1; ${page}`), text);
    // njs cuts longer messages.
    if (length > 400) continue;
    const failed = (kind: string): string =>
      JSON.stringify({ type: "execution-error", message: `${kind}${text}`, line: 1 });
    assert.equal(outcomeOf(`throw new Error(${made})`), failed("Error: "));
    assert.equal(outcomeOf(`await 1; throw new Error(${made})`, true), failed("Error: "));
    assert.equal(
      outcomeOf(`Promise.reject(new Error(${made})); return e.request`),
      failed("Error: unhandled promise rejection: Error: "),
    );
  }
});
