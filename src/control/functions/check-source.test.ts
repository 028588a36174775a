import assert from "node:assert/strict";
import { test } from "node:test";
import { HostFailure } from "../../runtime/apart/host-failure.ts";
import { checkFunction } from "../../runtime/check/check-function.ts";
import type { FunctionTester } from "../../runtime/function-runtime.ts";
import { checkSource } from "./check-source.ts";

const tester: Pick<FunctionTester, "check"> = {
  check: async (source, runtime, kind) => checkFunction(source, runtime, kind),
};

function check(body: unknown, using = tester): Promise<object> {
  return checkSource(Buffer.from(JSON.stringify(body)), using);
}

test("checkSource() says what the runtime would refuse, and where", async () => {
  const source = "function handler(event) {\n  class A {}\n  return event.request;\n}";
  const { findings, size_bytes } = (await check({ source })) as {
    findings: { severity: string; line: number; column: number; engine_message: string }[];
    size_bytes: number;
  };
  const [{ severity, line, column, engine_message } = assert.fail()] = findings;
  assert.deepEqual([severity, line, column], ["error", 2, 3]);
  assert.match(engine_message, /Token "class" not supported/);
  assert.equal(size_bytes, source.length);
});

test("checkSource() goes by the runtime that is named", async () => {
  const source = "const a = 1; function handler(e) { return e.request; }";
  const count = async (runtime: string): Promise<number> =>
    ((await check({ source, runtime })) as { findings: object[] }).findings.length;
  assert.equal(await count("cloudfront-js-2.0"), 0);
  assert.equal(await count("cloudfront-js-1.0"), 1);
});

test("checkSource() refuses what makes no sense, and what can't be read in time", async () => {
  await assert.rejects(check({}), /source must be the code, as text/);
  await assert.rejects(
    check({ source: "", runtime: "js" }),
    /runtime must be cloudfront-js-1.0 or/,
  );
  await assert.rejects(check({ source: "", code: "" }), /There is no member "code"/);
  await assert.rejects(check([]), /The body must be a JSON object with source, runtime/);
  const slow = {
    check: async () => {
      throw new HostFailure("deadline", "it took too long");
    },
  };
  await assert.rejects(check({ source: "" }, slow), {
    code: "InvalidArgument",
    message: "The code could not be checked: it took too long. Make it shorter or plainer",
  });
});
