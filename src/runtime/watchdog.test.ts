import assert from "node:assert/strict";
import { test } from "node:test";
import type { FunctionCopy } from "../model/function.ts";
import type { FunctionEvent } from "./function-runtime.ts";
import { createRuntime } from "./isolate-runtime.ts";

const copyOf = (body: string): FunctionCopy => ({
  config: { Comment: "", Runtime: "cloudfront-js-2.0" },
  code: Buffer.from(`function handler(event) { ${body} }`).toString("base64"),
  version: 1,
  createdTime: "",
  lastModifiedTime: "",
});

const event: FunctionEvent = {
  eventType: "viewer-request",
  distributionDomainName: "d111111abcdef8.cloudfront.net",
  distributionId: "EDFDVBD6EXAMPLE",
  requestId: "id",
  viewerIp: "198.51.100.7",
  request: { method: "GET", uri: "/", querystring: undefined, headers: [] },
};

test("the watchdog goes on when what it ended takes long to notice", async () => {
  const runtime = createRuntime({ watchdogMs: 1 });
  // V8 compares in C++, where it does not look whether it was ended; the watchdog tries again.
  const deaf = copyOf(
    "var s = 'a'.repeat(16000); return { statusCode: 200, body: String(s.lastIndexOf('a'.repeat(2400) + 'b')) }",
  );
  for (let i = 0; i < 5; i += 1) runtime.run(deaf, event);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  const endless = copyOf("/^(\\w+\\s?)*$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')");
  const { outcome } = runtime.run(endless, event);
  assert.deepEqual(outcome, {
    type: "execution-error",
    message: "InternalError: compute limit exceeded",
  });
  await runtime.close();
});
