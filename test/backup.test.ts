/**
 * A backup of a node that runs and is changed meanwhile, restored, is a node that serves the same.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import {
  CreateFunctionCommand,
  ListFunctionsCommand,
  type CloudFrontClient,
} from "@aws-sdk/client-cloudfront";
import { functionConfig, pageOf } from "./support/live-function.ts";
import { fillDisk, smallDisk } from "./support/small-disk.ts";
import { startTestNode, temporaryFolder } from "./support/test-node.ts";

const bin = resolve(import.meta.dirname, "../bin/footlight.mjs");

async function footlight(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const [code] = (await once(child, "close")) as [number];
  assert.equal(code, 0, `footlight ${args.join(" ")}`);
  return stdout;
}

async function create(client: CloudFrontClient, name: string): Promise<void> {
  const source = { FunctionConfig: functionConfig, FunctionCode: Buffer.from(pageOf(name)) };
  await client.send(new CreateFunctionCommand({ Name: name, ...source }));
}

async function namesOf(client: CloudFrontClient): Promise<string[]> {
  const { FunctionList } = await client.send(new ListFunctionsCommand({}));
  const names = (FunctionList?.Items ?? []).map(({ Name }) => Name ?? "");
  return names.sort((a, b) => Number(a.slice(3)) - Number(b.slice(3)));
}

test("footlight backup of a running node, then footlight restore, gives the same account", async () => {
  const folder = temporaryFolder();
  const node = await startTestNode({ command: "control" });
  for (let index = 0; index < 20; index++) await create(node.client, `fn-${index}`);
  const file = join(folder, "account.backup");
  const writing = footlight("backup", file, "--api", node.api);
  for (let index = 20; index < 40; index++) await create(node.client, `fn-${index}`);
  assert.match(await writing, /^Wrote .*account\.backup, \d+ bytes\n$/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const all = await namesOf(node.client);
  await node.kill();

  const data = join(folder, "data");
  const said = await footlight("restore", file, "--data", data);
  assert.match(
    said,
    /^Restored account 000000000000 at revision \d+, with its history from revision 1/,
  );
  // What the killed node left is backed up without it, too.
  const late = join(folder, "late.backup");
  await footlight("backup", late, "--data", node.dataFolder);
  await footlight("restore", late, "--data", join(folder, "late"));

  for (const [dataFolder, least] of [
    [data, 20],
    [join(folder, "late"), 40],
  ] as const) {
    const again = await startTestNode({ command: "control", dataFolder });
    const names = await namesOf(again.client);
    assert.ok(names.length >= least, `${names.length}`);
    assert.deepEqual(names, all.slice(0, names.length));
    await create(again.client, "fn-100");
    await again.stop();
  }
});

test("backup, export and restore on a disk with hardly any room say which file it was, fail, and leave what was there", async (t) => {
  const node = await startTestNode({ command: "control" });
  t.after(() => node.kill());
  for (let index = 0; index < 20; index++) await create(node.client, `fn-${index}`);
  const backup = join(temporaryFolder(), "account.backup");
  await footlight("backup", backup, "--api", node.api);
  for (const left of [0, 4]) {
    const disk = smallDisk(t, 1);
    if (disk === undefined) break;
    const files = { "old.backup": "old".repeat(2000), "template.json": "{}" };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(disk, name), text);
    fillDisk(disk, left * 1024);
    for (const [args, says] of [
      [
        ["backup", join(disk, "old.backup"), "--api", node.api],
        /Cannot write .*old\.backup: ENOSPC/,
      ],
      [["export", join(disk, "template.json"), "--api", node.api], /Cannot write .*json: ENOSPC/],
      [["restore", backup, "--data", join(disk, "data")], /its disk is full \(.*Make room there/],
    ] as const) {
      const { status, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: "utf8" });
      assert.match(stderr, says, `${left}: ${args[0]}`);
      assert.notEqual(status, 0);
    }
    for (const [name, text] of Object.entries(files)) {
      assert.equal(readFileSync(join(disk, name), "utf8"), text);
    }
    const others = readdirSync(disk).filter((name) => !(name in files));
    assert.deepEqual(
      others.filter((name) => !/^(?:filler|data)$/.test(name)),
      [],
    );
    assert.deepEqual(readdirSync(join(disk, "data")), []);
  }
});
