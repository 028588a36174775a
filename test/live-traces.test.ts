/**
 * `GET /footlight/v1/traces/live` of a node: what comes as it comes, gone on with after a restart, ended with its key,
 * and bounded before a reader that takes nothing.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { HttpRequest } from "@smithy/core/protocols";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import { policyText } from "./support/access-key.ts";
import { askLive, linesOf, type LiveLine } from "./support/live-answers.ts";
import { createLiveFunction, pageOf } from "./support/live-function.ts";
import { startTestNode, temporaryFolder, type TestNode } from "./support/test-node.ts";
import { view } from "./support/viewer.ts";

const bin = resolve(import.meta.dirname, "../bin/footlight.mjs");
const args = ["--traces", "on"];

const liveHost = async ({ client }: TestNode): Promise<string> =>
  (await createLiveFunction(client, { name: "live", source: pageOf("x"), originPort: 80 })).host;

async function nextLine(lines: AsyncGenerator<LiveLine>): Promise<LiveLine | undefined> {
  const { value } = (await lines.next()) as { value: LiveLine | undefined };
  return value;
}

/** @returns the paths that are told until `last` is one of them, in the order in which they were told, and the marker */
async function pathsUntil(
  lines: AsyncGenerator<LiveLine>,
  last: string,
): Promise<{ readonly paths: readonly string[]; readonly marker: string }> {
  const paths: string[] = [];
  for (;;) {
    const { data } = (await nextLine(lines))!;
    paths.push(...data!.items.toReversed().map(({ path }) => path));
    if (paths.includes(last)) return { paths, marker: data!.next_marker };
  }
}

test("what comes is told once, by filter, and gone on with after a restart", async (t) => {
  const dataFolder = temporaryFolder();
  let node = await startTestNode({ dataFolder, args, workers: 2 });
  t.after(() => node.stop());
  const host = await liveHost(node);
  await view(node.edge, host, "/a/first");
  const lines = linesOf(await askLive(node.api, "?path=/a/*"));
  const first = await pathsUntil(lines, "/a/first");
  await view(node.edge, host, "/b/other");
  await view(node.edge, host, "/a/second");
  const second = await pathsUntil(lines, "/a/second");
  assert.deepEqual([...first.paths, ...second.paths], ["/a/first", "/a/second"]);

  await view(node.edge, host, "/a/unread");
  const stopped = node.stop();
  // The node does not wait for who reads on.
  const rest: LiveLine[] = [];
  for (let line = await nextLine(lines); line; line = await nextLine(lines)) rest.push(line);
  await stopped;
  const told = rest.flatMap(({ data }) => data!.items.map(({ path }) => path));
  const after = rest.at(-1)?.data?.next_marker ?? second.marker;

  node = await startTestNode({ dataFolder, args, workers: 2 });
  await view(node.edge, host, "/a/third");
  const again = linesOf(await askLive(node.api, `?path=/a/*&after=${after}`));
  const third = await pathsUntil(again, "/a/third");
  assert.deepEqual([...told, ...third.paths], ["/a/unread", "/a/third"]);
  const refused = await askLive(node.api, "?after=x");
  assert.equal(refused.statusCode, 400);
  refused.destroy();
});

test("it is signed as other calls are, and ends when its key is deleted", async (t) => {
  const dataFolder = temporaryFolder();
  const keys = async (
    action: string[],
  ): Promise<{ AccessKeyId: string; SecretAccessKey: string }> => {
    const file = join(temporaryFolder(), "policy.json");
    writeFileSync(file, policyText({ Effect: "Allow", Action: action, Resource: "*" }));
    const create = ["keys", "create", "--data", dataFolder, "--policy", file, "--json"];
    const { stdout } = await promisify(execFile)(process.execPath, [bin, ...create]);
    return JSON.parse(stdout) as { AccessKeyId: string; SecretAccessKey: string };
  };
  const reader = await keys(["footlight:ReadTraces"]);
  const other = await keys(["footlight:ReadMetrics"]);
  const node = await startTestNode({ dataFolder, args: [...args, "--auth", "sigv4"] });
  t.after(() => node.stop());
  const ask = async ({ AccessKeyId, SecretAccessKey }: typeof reader) => {
    const signer = new SignatureV4({
      ...{ service: "cloudfront", region: "us-east-1", sha256: Hash.bind(null, "sha256") },
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey },
    });
    const { host } = new URL(node.api);
    const path = "/footlight/v1/traces/live";
    const { headers } = await signer.sign(new HttpRequest({ path, headers: { host } }));
    return askLive(node.api, "", headers);
  };
  assert.equal((await askLive(node.api)).statusCode, 403);
  assert.equal((await ask(other)).statusCode, 403);
  const response = await ask(reader);
  assert.equal(response.statusCode, 200);
  const lines = linesOf(response);
  assert.equal((await nextLine(lines))?.success, true);
  const remove = ["keys", "delete", reader.AccessKeyId, "--data", dataFolder];
  await promisify(execFile)(process.execPath, [bin, ...remove]);
  let last = await nextLine(lines);
  // While the command takes its time, a line says now and then that the answer goes on.
  while (last?.success) last = await nextLine(lines);
  assert.equal(last?.error?.code, "INVALID_CLIENT_TOKEN_ID");
  assert.equal(await nextLine(lines), undefined);
});

function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) / 1024;
}

test("a reader that takes nothing costs the node no memory, and is told what it missed", async (t) => {
  const node = await startTestNode({ args });
  t.after(() => node.stop());
  const host = await liveHost(node);
  const idle = await askLive(node.api, "?limit=50");
  const before = residentMb(node.process.pid!);
  // Long paths, so that what the system holds between the two ends is full soon.
  const long = "x".repeat(900);
  const agent = new Agent({ keepAlive: true, maxSockets: 40 });
  t.after(() => agent.destroy());
  const sent = 8000;
  for (let count = 0; count < sent; count += 40) {
    const paths = Array.from({ length: 40 }, (_, index) => `/${count + index}/${long}`);
    await Promise.all(paths.map((path) => view(node.edge, host, path, { agent })));
  }
  const grown = residentMb(node.process.pid!) - before;
  const ids = new Set<string>();
  const counts = { told: 0, missed: 0, lost: 0 };
  for await (const { data } of linesOf(idle)) {
    for (const { id } of data!.items) ids.add(id);
    counts.told += data!.items.length;
    counts.missed += data!.missed;
    counts.lost = data!.lost;
    if (counts.told + counts.missed + counts.lost >= sent) break;
  }
  t.diagnostic(`${JSON.stringify(counts)}; the first process grew by ${grown.toFixed(1)} MB`);
  assert.equal(counts.told + counts.missed + counts.lost, sent);
  assert.equal(ids.size, counts.told);
  assert.ok(counts.missed > 0 && grown < 60, JSON.stringify({ ...counts, grown }));
  idle.destroy();
});
