import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../base/logger.ts";
import type { ChangeLog } from "../log/change-log.ts";
import { MemoryLog } from "../log/memory-log.ts";
import { compactLog, isCompactionDue, type Retention } from "./compact-log.ts";
import { findPublishedCopies } from "./published-copies.ts";
import { Replica } from "./replica.ts";
import {
  appendChanges,
  contentOf,
  distributionCreated,
  functionCreated,
  functionDeleted,
  functionPublished,
  functionUpdated,
  sampleAccount,
} from "../../test/support/sample-changes.ts";
import type { Change } from "./change.ts";

const dayMs = 24 * 60 * 60 * 1000;
/** The day of the first sample change. */
const dayOne = Date.UTC(2025, 0, 1);

/** The changes, a day after the other. */
function daily(...changes: readonly Change[]): Change[] {
  return changes.map((change, index) => ({
    ...change,
    at: new Date(dayOne + index * dayMs).toISOString(),
  }));
}

async function logOf(...changes: readonly Change[]): Promise<ChangeLog> {
  const log = new MemoryLog();
  await appendChanges(log, ...daily(...changes));
  return log;
}

/** On the day of this number, counted from 0. */
function compact(log: ChangeLog, day: number, retention: Retention): Promise<number | undefined> {
  const now = new Date(dayOne + day * dayMs);
  return compactLog(log, { account: sampleAccount, logger: silentLogger, retention, now });
}

async function contentNow(log: ChangeLog): Promise<unknown> {
  const options = { account: sampleAccount, logger: silentLogger, snapshotEvery: 0 };
  const replica = await Replica.open(log, options);
  await replica.close();
  return contentOf(replica.state);
}

/** Saves and publishes versions 1 to `count` of "a", whose code says which it is. */
function versions(count: number): Change[] {
  return Array.from({ length: count }, (_, index) => [
    index === 0 ? functionCreated("a", codeOf(1)) : functionUpdated("a", codeOf(index + 1)),
    functionPublished("a"),
  ]).flat();
}

function codeOf(version: number): string {
  return Buffer.from(`version ${version}`).toString("base64");
}

async function publishedCodes(log: ChangeLog, name = "a"): Promise<string[]> {
  const copies = await findPublishedCopies(log, name);
  return copies.map(({ code }) => Buffer.from(code, "base64").toString());
}

test("compactLog() drops what is older than the days, and the state stays what it is", async () => {
  const log = await logOf(...versions(10), distributionCreated("E1", ["a"]));
  const before = await contentNow(log);
  assert.equal(await compact(log, 20, { historyDays: 5, keptCopies: 10 }), 15);
  assert.equal(await log.firstRevision(), 16);
  assert.deepEqual(await contentNow(log), before);
  await appendChanges(log, functionUpdated("a", codeOf(11)));
  await contentNow(log);
});

test("compactLog() drops nothing, when nothing is old enough", async () => {
  const log = await logOf(...versions(3));
  assert.equal(await compact(log, 5, { historyDays: 90, keptCopies: 10 }), undefined);
  assert.equal((await log.read(0)).length, 6);
  assert.equal(await compact(new MemoryLog(), 5, { historyDays: 1, keptCopies: 1 }), undefined);
});

test("compactLog() keeps each function's last published copies, however old", async () => {
  const log = await logOf(...versions(6), functionCreated("other"), functionPublished("other"));
  const retention = { historyDays: 1, keptCopies: 3 };
  await compact(log, 100, retention);
  assert.deepEqual(await log.read(0), []);
  assert.deepEqual(await publishedCodes(log), ["version 6", "version 5", "version 4"]);
  assert.equal((await findPublishedCopies(log, "other")).length, 1);
});

test("compactLog() keeps copies through later compactions, as long as they are among the last", async () => {
  const log = await logOf(...versions(6));
  const retention = { historyDays: 4, keptCopies: 3 };
  await compact(log, 8, retention);
  assert.equal(await log.firstRevision(), 5);
  assert.equal((await publishedCodes(log)).length, 6);
  await compact(log, 100, retention);
  assert.deepEqual(await publishedCodes(log), ["version 6", "version 5", "version 4"]);
  const [newest] = await findPublishedCopies(log, "a", 1);
  assert.equal(newest?.revision, 12);
  assert.equal(newest.publishedTime, new Date(dayOne + 11 * dayMs).toISOString());
});

test("compactLog() keeps what was saved before and is published after", async () => {
  const log = await logOf(functionCreated("a", codeOf(1)), distributionCreated("E1"));
  await compact(log, 100, { historyDays: 1, keptCopies: 10 });
  await appendChanges(log, functionPublished("a"));
  assert.deepEqual(await publishedCodes(log), ["version 1"]);
});

test("compactLog() keeps nothing of a function that was deleted", async () => {
  const log = await logOf(...versions(3), functionDeleted("a"), functionCreated("b"));
  await compact(log, 100, { historyDays: 1, keptCopies: 10 });
  assert.deepEqual(
    (await log.readKept(0)).map(({ revision }) => revision),
    [8],
  );
  assert.deepEqual(await publishedCodes(log), []);
});

test("compactLog() drops nothing, when what it would drop is damaged", async () => {
  const log = new MemoryLog();
  await appendChanges(log, ...daily(functionCreated("a"), functionUpdated("a", "dHdv")));
  const [, second] = await log.read(0);
  await log.append(second!.bytes, 2);
  const compacting = compact(log, 100, { historyDays: 1, keptCopies: 1 });
  await assert.rejects(compacting, /It says that it is change 2/);
  assert.equal(await log.firstRevision(), 1);
});

test("isCompactionDue() says when the oldest change is a day older than it need be", async () => {
  const log = await logOf(...versions(2));
  const due = (day: number): Promise<boolean> =>
    isCompactionDue(log, { historyDays: 90, keptCopies: 1 }, new Date(dayOne + day * dayMs));
  assert.deepEqual([await due(90), await due(91), await due(92)], [false, false, true]);
});

test("findPublishedCopies() gives each copy once, newest publish first, with what it was", async () => {
  const log = await logOf(...versions(2), functionPublished("a"));
  const copies = await findPublishedCopies(log, "a");
  assert.deepEqual(
    copies.map(({ revision, code, config }) => [revision, code, config.Comment]),
    [
      [5, codeOf(2), "edited"],
      [2, codeOf(1), ""],
    ],
  );
  assert.equal(copies[1]?.version, 1);
  assert.match(copies[0]?.sha256 ?? "", /^[0-9a-f]{64}$/);
  assert.deepEqual(await findPublishedCopies(log, "nothing"), []);
});

test("an entry that was kept aside and stands elsewhere than it says is told as damaged", async () => {
  const log = await logOf(...versions(2), functionPublished("a"));
  const keeps = { historyDays: 1, keptCopies: 9 };
  assert.equal(await compact(log, 9, keeps), 5);
  assert.equal((await findPublishedCopies(log, "a")).length, 2);
  const readKept = log.readKept.bind(log);
  log.readKept = async (...given) =>
    (await readKept(...given)).map((entry) => ({ ...entry, revision: entry.revision + 8 }));
  const damaged = {
    name: "DamagedLog",
    message: /^Entry 9 of the change log is damaged: it says that it is change 1\. /,
  };
  await assert.rejects(findPublishedCopies(log, "a"), damaged);
  await assert.rejects(compact(log, 99, keeps), damaged);
});
