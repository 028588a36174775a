/**
 * Publishing, looking back and going back from the command line, and what viewers get of it.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import {
  CreateConnectionFunctionCommand,
  DescribeConnectionFunctionCommand,
  DescribeFunctionCommand,
  GetFunctionCommand,
  UpdateConnectionFunctionCommand,
  UpdateFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { createLiveFunction, pageOf } from "./support/live-function.ts";
import { startTestNode, type TestNode } from "./support/test-node.ts";
import { view } from "./support/viewer.ts";

const bin = join(import.meta.dirname, "../bin/footlight.mjs");

let node: TestNode;
let host: string;
before(async () => {
  node = await startTestNode({ workers: 2 });
  ({ host } = await createLiveFunction(node.client, {
    name: "hello",
    source: pageOf("one"),
    originPort: 80,
  }));
});
after(() => node.stop());

async function footlight(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, [bin, ...args, "--api", node.api]);
  const ended = new Promise<number | null>((done) => void child.on("exit", done));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

async function update(source: string): Promise<void> {
  const { ETag, FunctionSummary } = await node.client.send(
    new DescribeFunctionCommand({ Name: "hello" }),
  );
  await node.client.send(
    new UpdateFunctionCommand({
      Name: "hello",
      IfMatch: ETag,
      FunctionConfig: FunctionSummary?.FunctionConfig,
      FunctionCode: Buffer.from(source),
    }),
  );
}

const describe = (Stage: "DEVELOPMENT" | "LIVE") =>
  node.client.send(new DescribeFunctionCommand({ Name: "hello", Stage }));

const page = async (): Promise<string> => (await view(node.edge, host, "/")).body;

test("a function is published, taken back and looked at, from the command line", async () => {
  assert.equal(await page(), "one");
  const first = await describe("LIVE");
  await update(pageOf("two"));
  const published = await footlight("publish", "hello", "--message", "says two");
  assert.equal(published.code, 0, published.stderr);
  assert.equal(
    published.stdout,
    "All viewers of hello get version 2. Back to version 1: footlight rollback hello\n",
  );
  assert.equal(await page(), "two");
  const second = await describe("LIVE");
  const development = await describe("DEVELOPMENT");

  const compared = await footlight("diff", "hello", "1..LIVE");
  assert.equal(compared.code, 1, compared.stderr);
  assert.match(compared.stdout, /^--- hello 1\n\+\+\+ hello LIVE\n@@ .*\n-.*one.*\n(.*\n)*\+.*two/);

  const back = await footlight("rollback", "hello", "--message", "too early");
  assert.equal(back.code, 0, back.stderr);
  assert.match(back.stdout, /^All viewers of hello get version 1, and no more version 2\./);
  // Answered, so it is visible: no worker serves by what was before.
  for (const _ of [1, 2, 3, 4]) assert.equal(await page(), "one");

  const live = await describe("LIVE");
  assert.equal(live.ETag, first.ETag);
  assert.notEqual(live.ETag, second.ETag);
  const { CreatedTime, LastModifiedTime } = live.FunctionSummary?.FunctionMetadata ?? {};
  const before = second.FunctionSummary?.FunctionMetadata;
  assert.deepEqual(CreatedTime, before?.CreatedTime);
  assert.ok(LastModifiedTime! >= before!.LastModifiedTime!);
  const { FunctionCode } = await node.client.send(
    new GetFunctionCommand({ Name: "hello", Stage: "LIVE" }),
  );
  assert.equal(Buffer.from(FunctionCode ?? []).toString(), pageOf("one"));

  const now = await describe("DEVELOPMENT");
  assert.equal(now.ETag, development.ETag);
  assert.equal(now.FunctionSummary?.Status, "UNPUBLISHED");
  const differs = await footlight("diff", "hello", "LIVE..DEVELOPMENT", "--color", "always");
  assert.ok(differs.stdout.includes("\u001B[32m+function"), differs.stdout);

  const history = await footlight("history", "hello");
  assert.equal(history.code, 0, history.stderr);
  assert.match(history.stdout, /^VERSION +TRAFFIC +PUBLISHED .*MESSAGE\n/);
  assert.match(history.stdout, /\n2 +bad +\S+ +anonymous .* says two\n1 +100 % /);
  assert.match(history.stdout, /DEVELOPMENT holds something else than LIVE/);
  assert.match(history.stdout, /rolled back +1 .* too early\n/);

  const twice = await footlight("rollback", "hello");
  assert.equal(twice.code, 1);
  assert.match(twice.stderr, /nothing to go back to from version 1.*name one of 2/);
  assert.equal((await footlight("rollback", "hello", "--to", "2")).code, 0);
  assert.equal(await page(), "two");
});

test("the history tells how each version ran", async () => {
  interface Told {
    readonly items: readonly {
      readonly version: number;
      readonly runs?: { invocations: number };
    }[];
  }
  await page();
  for (;;) {
    const { stdout } = await footlight("history", "hello", "--json");
    const { items } = JSON.parse(stdout) as Told;
    if (items.every(({ runs }) => runs !== undefined && runs.invocations > 0)) break;
  }
});

test("what CloudFront would refuse is not published, unless that is asked for", async () => {
  await update("function handler(event) { let { request } = event; return request; }");
  const refused = await footlight("publish", "hello");
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /^hello:1:\d+: error: .*\n(.*\n)*footlight publish: hello is not published/,
  );
  assert.equal(await page(), "two");
  assert.equal((await footlight("publish", "hello", "--unchecked")).code, 0);
  assert.equal((await footlight("rollback", "hello")).code, 0);
  assert.equal(await page(), "two");
});

test("a connection function is published, looked at and taken back as a function is", async () => {
  const { client } = node;
  const name = "connection-function/gate";
  const codeOf = (body: string) => ({
    ConnectionFunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" } as const,
    ConnectionFunctionCode: Buffer.from(`function connectionHandler(c) { ${body} }`),
  });
  const created = await client.send(
    new CreateConnectionFunctionCommand({ Name: "gate", ...codeOf("c.allow();") }),
  );
  const { Id } = created.ConnectionFunctionSummary ?? {};
  assert.equal((await footlight("publish", name)).code, 0);
  await client.send(
    new UpdateConnectionFunctionCommand({ Id, IfMatch: created.ETag, ...codeOf("c.deny();") }),
  );
  const waves = await footlight("publish", name, "--waves", "10% 5m, 100%");
  assert.equal(waves.code, 1);
  assert.match(waves.stderr, /"gate" can't be published in waves: gates compare what requests/);
  assert.match((await footlight("waves", name)).stderr, /connection functions have no waves/);
  const published = await footlight("publish", name, "--message", "nobody gets in");
  assert.equal(published.code, 0, published.stderr);
  assert.match(published.stdout, /All viewers of connection-function\/gate get version 2\./);
  assert.match((await footlight("diff", name, "1..LIVE")).stdout, /\n-.*allow.*\n(.*\n)*\+.*deny/);
  const back = await footlight("rollback", name, "--message", "somebody should");
  assert.equal(back.code, 0, back.stderr);
  const live = await client.send(
    new DescribeConnectionFunctionCommand({ Identifier: "gate", Stage: "LIVE" }),
  );
  assert.equal(live.ETag, created.ETag);
  const { stdout } = await footlight("history", name);
  assert.match(stdout, /\n2 +bad .* nobody gets in\n1 +100 % /);
  assert.match(
    stdout,
    / created .*\n(.*\n)*.* updated .*\n(.*\n)*.* published +2 .*\n.* rolled back +1 /,
  );
  assert.match(
    (await footlight("rollback", name)).stderr,
    /Connection function "gate" has nothing/,
  );
});

test("what is not there is said", async () => {
  for (const args of [["publish"], ["rollback"]]) {
    const { code, stderr } = await footlight(...args, "nobody");
    assert.equal(code, 1);
    assert.match(stderr, /NO_SUCH_FUNCTION_EXISTS/);
  }
  assert.equal((await footlight("diff", "hello", "1..99")).code, 2);
  assert.equal((await footlight("diff", "hello", "1-2")).code, 2);
  assert.equal((await footlight("diff", "hello", "1..1")).code, 0);
});
