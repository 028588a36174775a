import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../base/logger.ts";
import type { ChangeLog } from "../log/change-log.ts";
import { MemoryLog } from "../log/memory-log.ts";
import {
  appendChanges,
  contentOf,
  functionCreated,
  sampleAccount,
} from "../../test/support/sample-changes.ts";
import { copyLog, verifyLog } from "./copy-log.ts";
import { Replica } from "./replica.ts";
import { encodeSnapshot } from "./snapshot.ts";

const options = { account: sampleAccount, logger: silentLogger };

test("copyLog() copies all entries, goes on where it ended, and tells how far it is", async () => {
  const from = await logOf(250);
  const to = new MemoryLog();
  const seen: number[] = [];
  const copied = await copyLog(from, to, {
    ...options,
    onProgress: ({ revision, last }) => seen.push(revision, last),
  });
  assert.equal(copied.entries, 250);
  assert.deepEqual(seen, [0, 250, 100, 250, 200, 250, 250, 250]);
  assert.deepEqual(await to.read(0), await from.read(0));

  await appendChanges(from, functionCreated("later"));
  const again = await copyLog(from, to, options);
  assert.deepEqual([again.entries, again.revision], [1, 251]);
  assert.deepEqual(await verifyLog(to, options), await verifyLog(from, options));
});

test("copyLog() copies a log that begins later, with what it kept aside and its snapshots", async () => {
  const from = await logOf(20);
  const { state } = await replayed(from);
  const at12 = await replayed(await logOf(12));
  await from.beginAfter({ revision: 12, bytes: encodeSnapshot(at12.state) }, new Set([3, 7]));
  await from.saveSnapshot({ revision: 20, bytes: encodeSnapshot(state) });
  const to = new MemoryLog();
  const copied = await copyLog(from, to, options);
  assert.deepEqual([copied.entries, copied.revision], [8, 20]);
  assert.equal(await to.firstRevision(), 13);
  assert.deepEqual(await to.readKept(0), await from.readKept(0));
  assert.equal((await to.loadSnapshot())?.revision, 20);
  assert.deepEqual(contentOf((await replayed(to)).state), contentOf(state));
  assert.equal((await copyLog(from, to, options)).entries, 0);
});

test("copyLog() refuses a target that is no copy, and a source that is damaged", async () => {
  const from = await logOf(5);
  const other = new MemoryLog();
  await appendChanges(other, functionCreated("another"));
  await assert.rejects(
    copyLog(from, other, options),
    /not the same: the one to copy to is not a copy/,
  );
  await assert.rejects(copyLog(from, await logOf(6), options), /ends at revision 6, .* at 5/);

  const damaged = new MemoryLog();
  const [first, , third] = await from.read(0);
  await damaged.append(first!.bytes, 0);
  await damaged.append(third!.bytes, 1);
  const to = new MemoryLog();
  await assert.rejects(copyLog(damaged, to, options), /It says that it is change 3/);
  assert.equal(await to.lastRevision(), 1);
  await assert.rejects(verifyLog(damaged, options), /It says that it is change 3/);
});

async function logOf(count: number): Promise<ChangeLog> {
  const log = new MemoryLog();
  const changes = Array.from({ length: count }, (_, index) => functionCreated(`f${index}`));
  await appendChanges(log, ...changes);
  return log;
}

async function replayed(log: ChangeLog): Promise<Replica> {
  const replica = await Replica.open(log, { ...options, snapshotEvery: 0 });
  await replica.close();
  return replica;
}
