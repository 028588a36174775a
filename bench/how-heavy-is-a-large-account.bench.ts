/**
 * What do a start, a list and a publish cost on a large account?
 *
 *     node bench/how-heavy-is-a-large-account.bench.ts
 *
 * The account has 1,000 distributions, 5,000 functions of 2 KB, and 200 key value stores with
 * 1,000 keys each. It is written to a change log first; a node is then started on it and asked
 * through the AWS SDK. Memory is what the kernel says is resident, of the primary process and of
 * its one edge worker. What would make it unfair: the log's file is in the page cache.
 */
import { execFileSync, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import {
  CloudFrontClient,
  DescribeFunctionCommand,
  ListDistributionsCommand,
  ListFunctionsCommand,
  PublishFunctionCommand,
} from "@aws-sdk/client-cloudfront";
import { silentLogger } from "../src/base/logger.ts";
import { openLog } from "../src/log/open-log.ts";
import type { Change } from "../src/state/change.ts";
import { Replica } from "../src/state/replica.ts";
import { temporaryFolder } from "../test/support/leftovers.ts";
import {
  appendChanges,
  distributionCreated,
  functionCreated,
  functionPublished,
  sampleAccount,
} from "../test/support/sample-changes.ts";

const size = { distributions: 1000, functions: 5000, stores: 200, keysPerStore: 1000 };
const publishes = 100;
const folder = temporaryFolder();
const log = `sqlite:${join(folder, "changes.db")}`;

await writeAccount();
await measure();

async function writeAccount(): Promise<void> {
  const changes = await openLog(log);
  const append = (change: Change): Promise<void> => appendChanges(changes, change);
  for (let index = 0; index < size.functions; index++) {
    const code = Buffer.alloc(
      2048,
      `function handler(event) { return event.request; } //${index} `,
    );
    await append(functionCreated(`fn-${index}`, code.toString("base64")));
    await append(functionPublished(`fn-${index}`));
  }
  for (let index = 0; index < size.distributions; index++) {
    await append(distributionCreated(`E${String(index).padStart(13, "0")}`, [`fn-${index}`]));
  }
  const { at, cause } = functionPublished("any");
  for (let index = 0; index < size.stores; index++) {
    const id = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
    const pairs = Array.from({ length: size.keysPerStore }, (_, number): [string, string] => [
      `key-${number}`,
      `value ${number}`,
    ]);
    await append({
      type: "key-value-store-created",
      id,
      name: `store-${index}`,
      comment: "",
      pairs,
      at,
      cause,
    });
  }
  const replica = await Replica.open(changes, { account: sampleAccount, logger: silentLogger });
  await replica.close();
  await changes.close();
}

async function measure(): Promise<void> {
  const started = performance.now();
  const bin = resolve(import.meta.dirname, "../bin/footlight.mjs");
  const ports = ["--api-port", "0", "--edge-port", "0", "--workers", "1"];
  const child = spawn(
    process.execPath,
    [bin, "start", "--ready-json", ...ports, "--log", log, "--account", sampleAccount],
    { cwd: folder, stdio: ["ignore", "pipe", "inherit"] },
  );
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const startMs = performance.now() - started;
  const { api, pid } = JSON.parse(value as string) as { api: string; pid: number };
  const client = new CloudFrontClient({
    endpoint: api,
    region: "us-east-1",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  });

  const listFunctions = await timed(20, () => client.send(new ListFunctionsCommand({})));
  const listDistributions = await timed(20, () => client.send(new ListDistributionsCommand({})));
  let turn = 0;
  const { ETag } = await client.send(new DescribeFunctionCommand({ Name: "fn-0" }));
  const publish = await timed(publishes, () =>
    client.send(new PublishFunctionCommand({ Name: `fn-${turn++}`, IfMatch: ETag })),
  );

  console.log("| what | median | worst |\n| --- | --- | --- |");
  console.log(`| start until ready | ${startMs.toFixed(0)} ms | |`);
  for (const [name, times] of Object.entries({
    "a page of 100 functions": listFunctions,
    "a page of 100 distributions": listDistributions,
    "publish a function that a distribution uses": publish,
  })) {
    console.log(`| ${name} | ${times.median.toFixed(1)} ms | ${times.worst.toFixed(1)} ms |`);
  }
  for (const [name, processId] of Object.entries({ "primary process": pid, ...workerOf(pid) })) {
    console.log(`| resident memory, ${name} | ${residentMb(processId)} MB | |`);
  }
  process.kill(pid, "SIGTERM");
}

async function timed(
  count: number,
  call: () => Promise<unknown>,
): Promise<{ readonly median: number; readonly worst: number }> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const started = performance.now();
    await call();
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  return { median: times[Math.floor(count / 2)]!, worst: times.at(-1)! };
}

function workerOf(pid: number): Record<string, number> {
  const children = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(pid)]).toString();
  const line = children.split("\n").find((child) => child.includes("edge-worker"));
  return line === undefined ? {} : { "edge worker": Number.parseInt(line, 10) };
}

function residentMb(pid: number): number {
  return Math.round(Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)])) / 1024);
}
