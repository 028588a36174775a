import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { silentLogger } from "../base/logger.ts";
import type { ChangeLog, Snapshot } from "../log/change-log.ts";
import { MemoryLog } from "../log/memory-log.ts";
import { Replica, type ReplicaOptions } from "./replica.ts";
import {
  appendChanges,
  contentOf,
  entriesOf,
  functionCreated,
  functionUpdated,
  sampleAccount,
} from "../../test/support/sample-changes.ts";
import { decodeSnapshot } from "./snapshot.ts";

/** A log that says which snapshots it was given, and can fail to keep them. */
class WatchedLog extends MemoryLog {
  readonly saved: number[] = [];
  failure: Error | undefined;
  readonly #waiting: (() => void)[] = [];

  override async saveSnapshot(snapshot: Snapshot): Promise<void> {
    this.saved.push(snapshot.revision);
    this.#waiting.splice(0).forEach((resolve) => resolve());
    if (this.failure) throw this.failure;
    await super.saveSnapshot(snapshot);
  }

  nextSave(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

async function appendMore(log: ChangeLog, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    const last = await log.lastRevision();
    const change = last === 0 ? functionCreated("fn") : functionUpdated("fn", `${last + 1}`);
    await appendChanges(log, change);
  }
}

async function openReplica(
  t: TestContext,
  log: ChangeLog,
  options: Partial<ReplicaOptions> = {},
): Promise<Replica> {
  const replica = await Replica.open(log, {
    account: sampleAccount,
    logger: silentLogger,
    ...options,
  });
  t.after(() => replica.close());
  return replica;
}

test("Replica.open() holds what the log held, and follows what comes", async (t) => {
  const log = new MemoryLog();
  await appendMore(log, 1500);
  const replica = await openReplica(t, log);
  assert.equal(replica.state.revision, 1500);
  await appendMore(log, 3);
  assert.equal((await replica.whenAt(1503)).functions.get("fn")?.development.code, "1503");
});

test("Replica.open() replays only what came after the snapshot", async (t) => {
  class CountingLog extends MemoryLog {
    read1 = 0;
    override async read(after: number, limit?: number): ReturnType<MemoryLog["read"]> {
      const entries = await super.read(after, limit);
      this.read1 += entries.length;
      return entries;
    }
  }
  const log = new CountingLog();
  await appendMore(log, 50);
  const first = await openReplica(t, log);
  await first.close();
  await appendMore(log, 2);
  log.read1 = 0;
  const second = await openReplica(t, log);
  assert.equal(second.state.revision, 52);
  // Those, and the one that the snapshot says it was taken after.
  assert.equal(log.read1, 3);
});

test("Replica.open() keeps a snapshot at once in an empty log, so the log knows its account", async (t) => {
  const log = new WatchedLog();
  const saved = log.nextSave();
  await openReplica(t, log);
  await saved;
  assert.deepEqual(log.saved, [0]);
  const other = { account: "111111111111", logger: silentLogger };
  await assert.rejects(Replica.open(log, other), /belongs to account 000000000000/);
});

test("Replica.open() replays the whole log and says so, when the snapshot is of another format", async (t) => {
  const log = new MemoryLog();
  await appendMore(log, 5);
  await log.saveSnapshot({ revision: 4, bytes: new TextEncoder().encode('{"format":99}') });
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (_: object, text: string) => void warnings.push(text) };
  const replica = await openReplica(t, log, { logger });
  assert.equal(replica.state.functions.get("fn")?.development.version, 5);
  assert.deepEqual(warnings, ["a snapshot cannot be used; going on without it"]);
});

test("Replica.open() refuses a log that ends before its snapshot", async () => {
  class ShortenedLog extends MemoryLog {
    override async lastRevision(): Promise<number> {
      return 1;
    }
  }
  const log = new ShortenedLog();
  const [a, b] = entriesOf(functionCreated("a"), functionCreated("b"));
  await log.append(a!.bytes, 0);
  await log.append(b!.bytes, 1);
  const replica = await Replica.open(log, { account: sampleAccount, logger: silentLogger });
  await replica.close();
  await assert.rejects(Replica.open(log, { account: sampleAccount, logger: silentLogger }), {
    message: "The change log has lost entries: it ends at 1, its snapshot is of 2",
  });
});

test("Replica keeps a snapshot every so many changes, and when it is closed", async () => {
  const log = new WatchedLog();
  const options = { account: sampleAccount, logger: silentLogger, snapshotEvery: 10 };
  let saved = log.nextSave();
  const replica = await Replica.open(log, options);
  await saved;
  for (const count of [10, 10]) {
    saved = log.nextSave();
    await appendMore(log, count);
    await saved;
  }
  await appendMore(log, 5);
  await replica.close();
  assert.deepEqual(log.saved, [0, 10, 20, 25]);
  const snapshot = await log.loadSnapshot();
  assert.ok(snapshot);
  const state = decodeSnapshot(snapshot.bytes, sampleAccount);
  assert.ok(state);
  assert.deepEqual(contentOf(state), contentOf(replica.state));
});

test("Replica keeps no snapshot, when snapshotEvery is 0", async () => {
  const log = new WatchedLog();
  const options = { account: sampleAccount, logger: silentLogger, snapshotEvery: 0 };
  const replica = await Replica.open(log, options);
  await appendMore(log, 5);
  await replica.close();
  assert.deepEqual(log.saved, []);
});

test("Replica goes on and tries again later, when a snapshot cannot be kept", async () => {
  const log = new WatchedLog();
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (_: object, text: string) => void warnings.push(text) };
  log.failure = new Error("disk full");
  let saved = log.nextSave();
  const replica = await Replica.open(log, { account: sampleAccount, logger, snapshotEvery: 10 });
  await saved;
  log.failure = undefined;
  saved = log.nextSave();
  await appendMore(log, 10);
  await saved;
  assert.deepEqual(warnings, ["could not keep a snapshot"]);
  assert.deepEqual(log.saved, [0, 10]);
  await replica.close();
});

test("Replica keeps its last state and says why, when an entry cannot be applied", async (t) => {
  const log = new MemoryLog();
  const logged = Promise.withResolvers<string>();
  const logger = { ...silentLogger, error: (_: object, text: string) => logged.resolve(text) };
  const replica = await openReplica(t, log, { logger });
  await appendChanges(log, functionCreated("hello"));
  await log.append(new TextEncoder().encode('{"format":1,"change":{"type":"later"}}'), 1);
  assert.equal(await logged.promise, "following the change log failed");
  assert.equal(replica.state.revision, 1);
  assert.match(replica.end?.message ?? "", /^Cannot apply change 2 of the log. .*newer Footlight/);
  await assert.rejects(replica.whenAt(2), /newer Footlight/);
});

test("Replica.open() holds the state before a change that only a newer Footlight understands", async (t) => {
  const log = new MemoryLog();
  await appendChanges(log, functionCreated("hello"));
  const link = { revision: 2, previous: "00" };
  const later = { format: 3, ...link, version: 2, change: { type: "function-created" } };
  await log.append(new TextEncoder().encode(JSON.stringify(later)), 1);
  const replica = await openReplica(t, log);
  assert.equal(replica.state.revision, 1);
  assert.deepEqual(
    { ...replica.holding, why: "" },
    { why: "", at: 2, entryKind: "function-created in version 2" },
  );
  assert.match(replica.holding?.why ?? "", /newer Footlight.* Start that version, or a later one/);
});

test("Replica.close() rejects those who wait, and may be called again", async (t) => {
  const replica = await openReplica(t, new MemoryLog());
  const waiting = replica.whenAt(1);
  await replica.close();
  await assert.rejects(waiting, /The replica of the change log is closed/);
  await replica.close();
});
