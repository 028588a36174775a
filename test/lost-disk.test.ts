/**
 * What a node says and does when the disk takes no more, or its data is taken away.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import {
  CloudFrontServiceException,
  CreateFunctionCommand,
  DescribeFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { functionConfig, pageOf } from "./support/live-function.ts";
import { fillDisk, smallDisk } from "./support/small-disk.ts";
import { startTestNode, temporaryFolder, type TestNode } from "./support/test-node.ts";

function create({ client }: TestNode, name: string): Promise<unknown> {
  return client.send(
    new CreateFunctionCommand({
      Name: name,
      FunctionConfig: functionConfig,
      FunctionCode: Buffer.from(`${pageOf(name)} // ${"x".repeat(9_000)}`),
    }),
  );
}

/** @returns the status of the API's health, and what it says */
async function healthOf({ api }: TestNode): Promise<{ status: number; text: string }> {
  const response = await fetch(`${api}/footlight/v1/health`);
  return { status: response.status, text: await response.text() };
}

function refusedWith(status: number, code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof CloudFrontServiceException);
    assert.equal(error.$metadata.httpStatusCode, status);
    assert.equal(error.name, code);
    assert.match(error.message, message);
    return true;
  };
}

test("a data folder deleted under a running node ends its acknowledgements, and the health says why", async () => {
  const dataFolder = join(temporaryFolder(), "data");
  const node = await startTestNode({ dataFolder });
  await create(node, "before");
  assert.equal((await healthOf(node)).status, 200);
  rmSync(dataFolder, { recursive: true });
  const isRefused = refusedWith(
    503,
    "ServiceUnavailable",
    /^Nothing can be changed: .*was deleted/,
  );
  await assert.rejects(create(node, "after"), isRefused);
  const { status, text } = await healthOf(node);
  assert.equal(status, 503);
  assert.match(text, /this node's change log was deleted or replaced while it was in use/);
  await node.client.send(new DescribeFunctionCommand({ Name: "before" }));
  await node.logs(/"err":\{"type":"LogFailure".*changes\.db was deleted/);
  await node.stop();
});

test("a full disk answers 507 with the reason, the health says so, and both end when there is room", async (t) => {
  const disk = smallDisk(t, 3);
  if (disk === undefined) return;
  const dataFolder = join(disk, "data");
  mkdirSync(dataFolder);
  const ballast = join(disk, "ballast");
  writeFileSync(ballast, Buffer.alloc(1024 * 1024));
  const node = await startTestNode({ dataFolder });
  let created = 0;
  const isFull = refusedWith(507, "InsufficientStorage", /^Nothing can be changed: .* is full/);
  const fill = async (): Promise<void> => {
    for (; created < 400; created++) await create(node, `fn-${created}`);
  };
  await assert.rejects(fill(), isFull);
  assert.ok(created > 10, `${created}`);
  const full = await healthOf(node);
  assert.equal(full.status, 507);
  assert.match(full.text, /"code":"INSUFFICIENT_STORAGE".*is full/);

  rmSync(ballast);
  while ((await healthOf(node)).status !== 200) await setTimeout(50);
  await create(node, "room");
  await node.kill();
  const again = await startTestNode({ dataFolder });
  for (const name of ["fn-0", `fn-${created - 1}`, "room"]) {
    await again.client.send(new DescribeFunctionCommand({ Name: name }));
  }
  await again.stop();
});

test("a node that was stopped starts on a disk that is full by then, and takes changes when there is room", async (t) => {
  const disk = smallDisk(t, 8);
  if (disk === undefined) return;
  const input = { dataFolder: join(disk, "data"), args: ["--cache", "off"], https: true };
  const node = await startTestNode(input);
  await create(node, "before");
  await node.stop();
  const makeRoom = fillDisk(disk);
  for (const end of ["stop", "kill", "stop"] as const) {
    const full = await startTestNode(input);
    await full.client.send(new DescribeFunctionCommand({ Name: "before" }));
    const isFull = refusedWith(507, "InsufficientStorage", /^Nothing can be changed: .* is full/);
    await assert.rejects(create(full, "refused"), isFull);
    await full[end]();
  }
  const again = await startTestNode(input);
  makeRoom();
  await create(again, "after");
  await assert.rejects(
    again.client.send(new DescribeFunctionCommand({ Name: "refused" })),
    CloudFrontServiceException,
  );
  await again.stop();
});
