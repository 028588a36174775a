/**
 * How long does a node take from opening an SQLite log to holding the account's state?
 *
 * Each figure is the median of five cold processes: imports are not counted, compiling by the JIT
 * is. "Replay" is what a start would cost without snapshots. The file is in the page cache, which
 * is unfair in our favor for the first start after a boot. Answers on a loaded machine mislead.
 *
 * Run: node bench/how-fast-is-a-start.bench.ts
 */
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
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
  functionUpdated,
  sampleAccount,
} from "../test/support/sample-changes.ts";
import { encodeSnapshot } from "../src/state/snapshot.ts";
import { StateFollower } from "../src/state/state-follower.ts";
import { emptyState } from "../src/state/state.ts";

const runs = 5;
const codeBytes = 2048;

interface Size {
  readonly functions: number;
  readonly distributions: number;
  readonly changes: number;
}

/** Creates everything, then edits and publishes the functions in turn until there are enough changes. */
function changeAt(index: number, { functions, distributions }: Size): Change {
  const code = Buffer.alloc(codeBytes, `function handler(event) { /* ${index} */ } `).toString(
    "base64",
  );
  if (index < functions) return functionCreated(`fn-${index}`, code);
  const distribution = index - functions;
  if (distribution < distributions) {
    const uses = [distribution % functions, (distribution + 1) % functions].map((n) => `fn-${n}`);
    return distributionCreated(`E${distribution}`, uses);
  }
  const turn = index - functions - distributions;
  const name = `fn-${Math.floor(turn / 2) % functions}`;
  return turn % 2 === 0 ? functionUpdated(name, code) : functionPublished(name);
}

async function makeLog(file: string, size: Size): Promise<void> {
  const log = await openLog(`sqlite:${file}`);
  for (let index = 0; index < size.changes; index += 1) {
    await appendChanges(log, changeAt(index, size));
  }
  await log.close();
}

/** Leaves the log as a node leaves it that was killed when its last snapshot was of `revision`. */
async function keepSnapshot(file: string, revision: number): Promise<void> {
  const log = await openLog(`sqlite:${file}`);
  const follower = new StateFollower(emptyState(sampleAccount), silentLogger);
  while (follower.state.revision < revision) {
    const missing = Math.min(1000, revision - follower.state.revision);
    const entries = await log.read(follower.state.revision, missing);
    for (const entry of entries) follower.apply(entry);
  }
  await log.saveSnapshot({ revision, bytes: encodeSnapshot(follower.state) });
  await log.close();
}

/** In a process of its own: opens the log and prints how long it took. */
async function measureStart(file: string): Promise<void> {
  const start = performance.now();
  const log = await openLog(`sqlite:${file}`);
  const options = { account: sampleAccount, logger: silentLogger, snapshotEvery: 0 };
  const replica = await Replica.open(log, options);
  const ms = performance.now() - start;
  await replica.close();
  await log.close();
  process.stdout.write(JSON.stringify(ms));
}

function medianStartMs(file: string): number {
  const times = Array.from({ length: runs }, () => {
    const args = [import.meta.filename, "--measure", file];
    return Number(execFileSync(process.execPath, args, { encoding: "utf8" }));
  });
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
}

async function measureSize(size: Size, file: string): Promise<Record<string, unknown>[]> {
  await makeLog(file, size);
  const withoutSnapshot = medianStartMs(file);
  await keepSnapshot(file, size.changes - 1000);
  const withOldSnapshot = medianStartMs(file);
  await keepSnapshot(file, size.changes);
  const withCurrentSnapshot = medianStartMs(file);
  const { functions, distributions, changes } = size;
  const account = { functions, distributions, changes, "log MB": statSync(file).size / 1e6 };
  return [
    { ...account, snapshot: "current", "start ms": withCurrentSnapshot },
    { ...account, snapshot: "1,000 changes old", "start ms": withOldSnapshot },
    { ...account, snapshot: "none: replay", "start ms": withoutSnapshot },
  ];
}

async function main(): Promise<void> {
  const folder = temporaryFolder();
  const sizes: Size[] = [
    { functions: 200, distributions: 100, changes: 100_000 },
    { functions: 5000, distributions: 1000, changes: 100_000 },
  ];
  const rows: Record<string, unknown>[] = [];
  for (const [index, size] of sizes.entries()) {
    rows.push(...(await measureSize(size, join(folder, `${index}.db`))));
  }
  const round = (_: string, value: unknown): unknown =>
    typeof value === "number" ? Math.round(value) : value;
  console.table(JSON.parse(JSON.stringify(rows, round)));
}

const [flag, file] = process.argv.slice(2);
if (flag === "--measure" && file !== undefined) await measureStart(file);
else await main();
