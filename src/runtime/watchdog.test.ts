import assert from "node:assert/strict";
import { test } from "node:test";
import type { FunctionCopy } from "../model/function.ts";
import { createRuntime } from "./isolate-runtime.ts";
import { copyOf, sampleEvent } from "./sample-copy.ts";

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
