/**
 * How long does it take until a change is durable and in the state?
 *
 * One process, changes of about 3 KB. "fsync" writes the same bytes to a file and syncs it: what
 * the disk alone costs. A disk that lies about fsync makes all of them look better than they are,
 * and so does a virtual machine's write cache. "wait" is what each of 16 callers at once waits for;
 * "pause" is how long a snapshot of a large account (5,000 functions of 2 KB published, 1,000
 * distributions) keeps the event loop, once every 1,000 changes. "delivery" is at its worst, a whole
 * polling interval, because each append here comes right after the follower has looked.
 *
 * Run: node bench/how-long-is-an-append.bench.ts
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { silentLogger } from "../src/base/logger.ts";
import { MemoryLog } from "../src/log/memory-log.ts";
import { SqliteLog } from "../src/log/sqlite-log.ts";
import { applyChange } from "../src/state/apply-change.ts";
import type { Change } from "../src/state/change.ts";
import { commitChange } from "../src/state/commit.ts";
import { Replica } from "../src/state/replica.ts";
import { temporaryFolder } from "../test/support/leftovers.ts";
import {
  distributionCreated,
  entriesOf,
  functionCreated,
  functionPublished,
  functionUpdated,
  sampleAccount,
} from "../test/support/sample-changes.ts";
import { decodeSnapshot, encodeSnapshot } from "../src/state/snapshot.ts";
import { emptyState } from "../src/state/state.ts";

const code = Buffer.alloc(2048, "function handler(event) { return event.request; } ").toString(
  "base64",
);
const count = 3000;
const warmUp = 300;

/** Runs `act` in `callers` loops at once, and measures each run. */
async function timesOf(callers: number, act: () => Promise<unknown> | void): Promise<number[]> {
  const times: number[] = [];
  const loop = async (): Promise<void> => {
    for (let done = 0; done < (warmUp + count) / callers; done += 1) {
      const start = performance.now();
      await act();
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: callers }, loop));
  return times.slice(warmUp);
}

function row(what: string, times: number[]): Record<string, unknown> {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(3);
  return { what, "p50 ms": at(0.5), "p99 ms": at(0.99), "longest ms": at(1) };
}

async function fsyncTimes(file: string): Promise<number[]> {
  const bytes = entriesOf(functionUpdated("fn", code))[0]!.bytes;
  const descriptor = openSync(file, "w");
  const times = await timesOf(1, () => {
    writeSync(descriptor, bytes);
    fdatasyncSync(descriptor);
  });
  closeSync(descriptor);
  return times;
}

async function appendTimes(file: string): Promise<number[]> {
  const log = new SqliteLog(file);
  const bytes = entriesOf(functionUpdated("fn", code))[0]!.bytes;
  let last = 0;
  const times = await timesOf(1, async () => {
    last = (await log.append(bytes, last)) ?? last;
  });
  await log.close();
  return times;
}

async function commitTimes(log: SqliteLog | MemoryLog, callers: number): Promise<number[]> {
  const replica = await Replica.open(log, { account: sampleAccount, logger: silentLogger });
  await commitChange(log, replica, () => functionCreated("fn", code));
  const update = (): Change => functionUpdated("fn", code);
  const times = await timesOf(callers, () => commitChange(log, replica, update));
  await replica.close();
  await log.close();
  return times;
}

/** From just before an append here until another process's follower has it, by the same clock. */
async function deliveryTimes(file: string): Promise<number[]> {
  const log = new SqliteLog(file);
  const follower = fork(import.meta.filename, ["--follow", file]);
  await once(follower, "message");
  const bytes = entriesOf(functionUpdated("fn", code))[0]!.bytes;
  const times: number[] = [];
  for (let last = 0; last < 300; last += 1) {
    const start = performance.timeOrigin + performance.now();
    const delivered = once(follower, "message");
    await log.append(bytes, last);
    const [deliveredAt] = await delivered;
    times.push(Number(deliveredAt) - start);
  }
  follower.disconnect();
  await once(follower, "exit");
  await log.close();
  return times;
}

function follow(file: string): void {
  const log = new SqliteLog(file);
  log.follow(0, () => process.send?.(performance.timeOrigin + performance.now()));
  process.once("disconnect", () => void log.close());
  process.send?.("following");
}

async function snapshotTimes(file: string): Promise<Record<string, unknown>[]> {
  const names = Array.from({ length: 5000 }, (_, index) => `fn-${index}`);
  const changes = [
    ...names.map((name, index) => functionCreated(name, code, index % 60)),
    ...names.slice(0, 1000).map((name, index) => distributionCreated(`E${index}`, [name])),
    ...names.map((name) => functionPublished(name)),
  ];
  const state = changes.reduce(
    (before, change) => applyChange(before, change, before.revision + 1),
    emptyState(sampleAccount),
  );
  const log = new SqliteLog(file);
  // The log refuses a snapshot ahead of its end, and how many entries it has makes no difference.
  await log.append(new Uint8Array(), 0);
  const [pauses, loads]: [number[], number[]] = [[], []];
  let megabytes = 0;
  for (let round = 0; round < 12; round += 1) {
    let start = performance.now();
    const bytes = encodeSnapshot(state);
    await log.saveSnapshot({ revision: 1, bytes });
    pauses.push(performance.now() - start);
    megabytes = bytes.length / 1e6;
    start = performance.now();
    const snapshot = await log.loadSnapshot();
    decodeSnapshot(snapshot?.bytes ?? bytes, sampleAccount);
    loads.push(performance.now() - start);
  }
  await log.close();
  const size = `${megabytes.toFixed(0)} MB snapshot`;
  return [row(`pause: keep a ${size}`, pauses.slice(2)), row(`load a ${size}`, loads.slice(2))];
}

async function main(): Promise<void> {
  const folder = temporaryFolder();
  const file = (name: string): string => join(folder, name);
  console.table([
    row("fsync alone", await fsyncTimes(file("plain"))),
    row("SqliteLog.append()", await appendTimes(file("append.db"))),
    row("commitChange(), SqliteLog", await commitTimes(new SqliteLog(file("commit.db")), 1)),
    row("commitChange(), MemoryLog", await commitTimes(new MemoryLog(), 1)),
    row("wait: 16 at once, SqliteLog", await commitTimes(new SqliteLog(file("many.db")), 16)),
    row("delivery to another process", await deliveryTimes(file("delivery.db"))),
    ...(await snapshotTimes(file("snapshot.db"))),
  ]);
}

const [flag, followedFile] = process.argv.slice(2);
if (flag === "--follow" && followedFile !== undefined) follow(followedFile);
else await main();
