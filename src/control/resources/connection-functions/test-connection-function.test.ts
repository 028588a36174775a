/** TestConnectionFunction: what it answers of each stage's code, and what it refuses. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { callOperation as call } from "../../../../test/support/call-operation.ts";
import { createTestAccount } from "../../../../test/support/test-account.ts";
import type { FunctionTester } from "../../../runtime/function-runtime.ts";
import { createRuntime } from "../../../runtime/isolate-runtime.ts";

const runtime = createRuntime();
after(() => runtime.close());
const tester: FunctionTester = {
  test: (copy, event, store) => Promise.resolve(runtime.test(copy, event, store)),
  check: () => Promise.resolve([]),
  close() {},
};

const source = (body: string) => ({
  ConnectionFunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
  ConnectionFunctionCode: Buffer.from(`function connectionHandler(c) { ${body} }`),
});
const object = (value: unknown) => ({ ConnectionObject: Buffer.from(JSON.stringify(value)) });

test("each stage's code is run, and its decision, logs and failures are answered", async () => {
  const account = createTestAccount(tester);
  const created = await call(account, "CreateConnectionFunction", {
    Name: "gate",
    ...source("console.log(c.clientIp); c.logCustomData('x'); c.allow()"),
  });
  const { Id } = created["ConnectionFunctionSummary"]!;
  const first = created["ETag"];
  await call(account, "PublishConnectionFunction", { Id, IfMatch: first });
  const updated = await call(account, "UpdateConnectionFunction", {
    Id,
    IfMatch: first,
    ...source("null.x"),
  });
  const given = object({ clientIp: "192.0.2.1" });
  const live = await call(account, "TestConnectionFunction", {
    ...{ Id, IfMatch: first, Stage: "LIVE" },
    ...given,
  });
  const result = live["ConnectionFunctionTestResult"]!;
  assert.deepEqual(result["ConnectionFunctionExecutionLogs"], ["192.0.2.1"]);
  assert.equal(result["ConnectionFunctionErrorMessage"], "");
  assert.deepEqual(JSON.parse(result["ConnectionFunctionOutput"]), {
    decision: "allow",
    logData: "x",
  });
  assert.match(result["ComputeUtilization"], /^\d+$/);
  assert.equal(result["ConnectionFunctionSummary"]["Stage"], "LIVE");

  const development = await call(account, "TestConnectionFunction", {
    ...{ Id, IfMatch: updated["ETag"] },
    ...given,
  });
  const failed = development["ConnectionFunctionTestResult"]!;
  assert.match(failed["ConnectionFunctionErrorMessage"], /TypeError/);
  assert.equal(failed["ConnectionFunctionOutput"], "");

  const refused: readonly (readonly [object, string])[] = [
    [{ IfMatch: first, ...given }, "PreconditionFailed"],
    [{ IfMatch: "nonsense", ...given }, "InvalidIfMatchVersion"],
    [{ IfMatch: updated["ETag"], ...object([]) }, "InvalidArgument"],
    [{ IfMatch: updated["ETag"], ConnectionObject: Buffer.from("") }, "InvalidArgument"],
  ];
  for (const [input, code] of refused) {
    await assert.rejects(call(account, "TestConnectionFunction", { Id, ...input }), { code });
  }
  const nobody = { Id: "cf_none", IfMatch: first, ...given };
  await assert.rejects(call(account, "TestConnectionFunction", nobody), { code: "EntityNotFound" });
});

test("CreateConnectionFunction and UpdateConnectionFunction answer what CloudFront would refuse, as those of functions do", async () => {
  const account = createTestAccount();
  const withCode = (text: string) => ({
    ConnectionFunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
    ConnectionFunctionCode: Buffer.from(text),
  });
  const rulesOf = (output: object): string[] => {
    const { Findings = [] } = output as {
      readonly Findings?: readonly { readonly rule: string }[];
    };
    return Findings.map(({ rule }) => rule);
  };
  const created = await call(account, "CreateConnectionFunction", {
    Name: "gate",
    ...withCode("class A {}\nfunction handler(event) {}"),
  });
  assert.deepEqual(rulesOf(created), ["class", "handler"]);
  const { Id } = created["ConnectionFunctionSummary"]!;
  const update = async (text: string) =>
    call(account, "UpdateConnectionFunction", {
      Id,
      IfMatch: (await call(account, "DescribeConnectionFunction", { Identifier: Id }))["ETag"],
      ...withCode(text),
    });
  assert.deepEqual(rulesOf(await update("function handler(event) {}")), ["handler"]);
  assert.deepEqual(rulesOf(await update("function connectionHandler(c) { c.allow(); }")), []);
  await assert.rejects(update(`// ${"x".repeat(20_000)}`), { code: "EntitySizeLimitExceeded" });
});
