/** What TestFunction runs may hang or abort the process it runs in, and that is never the node. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CreateFunctionCommand, TestFunctionCommand } from "@aws-sdk/client-cloudfront";
import { childrenOf } from "./support/child-processes.ts";
import { functionConfig } from "./support/live-function.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";

const event = Buffer.from(
  JSON.stringify({
    version: "1.0",
    context: { eventType: "viewer-request" },
    viewer: { ip: "198.51.100.7" },
    request: { method: "GET", uri: "/a", headers: {}, cookies: {}, querystring: {} },
  }),
);

let node: TestNode;
before(async () => {
  node = await startTestNode();
});
after(() => node.stop());

async function save(name: string, source: string): Promise<string | undefined> {
  const { ETag } = await node.client.send(
    new CreateFunctionCommand({
      Name: name,
      FunctionConfig: functionConfig,
      FunctionCode: Buffer.from(source),
    }),
  );
  return ETag;
}

async function run(name: string, etag: string | undefined): Promise<string> {
  const input = { Name: name, IfMatch: etag, EventObject: event };
  try {
    const { TestResult } = await node.client.send(new TestFunctionCommand(input));
    return TestResult?.FunctionErrorMessage || "ran";
  } catch (error) {
    return (error as Error).name;
  }
}

const handler = (body: string): string => `function handler(event) { ${body} }`;

test("A test that ends its process, or holds it, is answered, and the node goes on", async () => {
  const plain = await save("plain", handler("return event.request"));
  const hostile = [
    "RegExp.prototype[Symbol.split].call({ source: 'a|'.repeat(500000), flags: '' }, 'x')",
    "/^(\\w+\\s?)*$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')",
  ];
  for (const [index, body] of hostile.entries()) {
    const etag = await save(`hostile-${index}`, handler(body));
    const failing = run(`hostile-${index}`, etag);
    assert.equal(await run("plain", plain), "ran");
    assert.notEqual(await failing, "ran", body);
  }
  assert.equal(node.process.exitCode, null);
});

test("A test whose process is killed is answered with TestFunctionFailed", async () => {
  const slow = handler("/^(\\w+\\s?)*$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')");
  const etag = await save("slow", slow);
  let answer: string | undefined;
  void run("slow", etag).then((result) => (answer = result));
  while (answer === undefined) {
    for (const host of childrenOf(node.process.pid!, "host-child")) {
      try {
        process.kill(host, "SIGKILL");
      } catch {
        // It ended by itself.
      }
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
  assert.equal(answer, "TestFunctionFailed");
});

test("A node that tests nothing for a while has no process for it", async () => {
  while (childrenOf(node.process.pid!, "host-child").length > 0) {
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
});
