/** A node whose log has grown old: it begins later, and everything else is as before. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { DescribeFunctionCommand, GetFunctionCommand } from "@aws-sdk/client-cloudfront";
import { SqliteLog } from "../src/log/sqlite-log.ts";
import { findPublishedCopies } from "../src/state/published-copies.ts";
import {
  appendChanges,
  functionCreated,
  functionPublished,
  functionUpdated,
} from "./support/sample-changes.ts";
import { createLiveFunction, pageOf } from "./support/live-function.ts";
import { startTestNode, temporaryFolder, type TestNode } from "./support/test-node.ts";

const bin = resolve(import.meta.dirname, "../bin/footlight.mjs");

/** What a node of a year ago has left: a function, saved and published 30 times. */
async function oldLog(dataFolder: string): Promise<void> {
  const log = new SqliteLog(join(dataFolder, "changes.db"));
  const versions = Array.from({ length: 30 }, (_, index) => {
    const code = Buffer.from(pageOf(`v${index + 1}`)).toString("base64");
    const saved = index === 0 ? functionCreated("old", code) : functionUpdated("old", code);
    return [saved, functionPublished("old")];
  });
  await appendChanges(log, ...versions.flat());
  await log.close();
}

async function firstRevisionOf({ api }: TestNode): Promise<number> {
  const response = await fetch(`${api}/footlight/v1/changes?limit=1`);
  const { data } = (await response.json()) as { data: { first_revision: number } };
  return data.first_revision;
}

test("a node drops old changes beside its work, and keeps each function's last copies", async () => {
  const dataFolder = temporaryFolder();
  await oldLog(dataFolder);
  const node = await startTestNode({
    command: "control",
    dataFolder,
    args: ["--history-days", "90", "--kept-copies", "3", "--log-level", "info"],
  });
  await createLiveFunction(node.client, { name: "new", source: pageOf("new"), originPort: 80 });
  while ((await firstRevisionOf(node)) === 1) await setTimeout(50);
  assert.equal(await firstRevisionOf(node), 61);
  await node.logs(/"revision":60,"msg":"the change log begins after this revision now"/);

  const history = ["history", "old", "--api", node.api];
  const old = await promisify(execFile)(process.execPath, [bin, ...history]);
  assert.match(old.stderr, /what is kept; the log begins with revision 61/);
  assert.match(old.stdout, /^VERSION .*\n1 +100 % /);
  const known = await promisify(execFile)(process.execPath, [
    bin,
    "history",
    "new",
    "--api",
    node.api,
  ]);
  assert.match(known.stderr, /the log begins with revision 61, what came before is too old/);
  assert.match(known.stdout, /created .*\n.* published/);

  await node.kill();
  const again = await startTestNode({ command: "control", dataFolder });
  const { FunctionCode } = await again.client.send(
    new GetFunctionCommand({ Name: "old", Stage: "LIVE" }),
  );
  assert.equal(Buffer.from(FunctionCode ?? []).toString(), pageOf("v30"));
  await again.client.send(new DescribeFunctionCommand({ Name: "new", Stage: "LIVE" }));
  await again.stop();

  const log = new SqliteLog(join(dataFolder, "changes.db"));
  const copies = await findPublishedCopies(log, "old");
  await log.close();
  assert.deepEqual(
    copies.map(({ code }) => Buffer.from(code, "base64").toString()),
    ["v30", "v29", "v28"].map(pageOf),
  );
});
