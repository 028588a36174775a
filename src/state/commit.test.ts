import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { silentLogger } from "../base/logger.ts";
import type { ChangeLog } from "../log/change-log.ts";
import { MemoryLog } from "../log/memory-log.ts";
import { SqliteLog } from "../log/sqlite-log.ts";
import type { Change } from "./change.ts";
import { commitChange } from "./commit.ts";
import { Replica } from "./replica.ts";
import {
  contentOf,
  entriesOf,
  functionCreated,
  functionUpdated,
  sampleAccount,
} from "../../test/support/sample-changes.ts";
import type { State } from "./state.ts";

async function openReplica(t: TestContext, log: ChangeLog): Promise<Replica> {
  const replica = await Replica.open(log, { account: sampleAccount, logger: silentLogger });
  t.after(() => replica.close());
  return replica;
}

/** Creates the function, or updates it to hold its next version's number. */
function countUp(state: State): Change {
  const version = state.functions.get("counter")?.development.version;
  if (version === undefined) return functionCreated("counter", "1");
  return functionUpdated("counter", `${version + 1}`);
}

test("commitChange() answers the change's revision and the state that holds it", async (t) => {
  const log = new MemoryLog();
  const replica = await openReplica(t, log);
  const { revision, state } = await commitChange(log, replica, () => functionCreated("hello"));
  assert.equal(revision, 1);
  assert.equal(state.revision, 1);
  assert.ok(state.functions.has("hello"));
  assert.equal(replica.state, state);
});

test("commitChange() answers the state right after its change, when others have followed", async (t) => {
  const log = new MemoryLog();
  const replica = await openReplica(t, log);
  const commits = Array.from({ length: 20 }, () => commitChange(log, replica, countUp));
  for (const [index, { revision, state }] of (await Promise.all(commits)).entries()) {
    assert.equal(revision, index + 1);
    assert.equal(state.revision, revision);
    assert.equal(state.functions.get("counter")?.development.code, `${revision}`);
  }
});

test("commitChange() lets the committers of a replica take turns, so each decides once", async (t) => {
  const log = new MemoryLog();
  const replica = await openReplica(t, log);
  let decisions = 0;
  const decide = (state: State): Change => {
    decisions += 1;
    return countUp(state);
  };
  await Promise.all(Array.from({ length: 20 }, () => commitChange(log, replica, decide)));
  assert.equal(decisions, 20);
});

test("commitChange() decides again on the newer state, when another node was first", async (t) => {
  const log = new MemoryLog();
  const replica = await openReplica(t, log);
  const seen: number[] = [];
  const [rival] = entriesOf(functionCreated("rival"));
  const { revision } = await commitChange(log, replica, (state) => {
    seen.push(state.revision);
    // The rival's entry is in the log before ours, and not yet in our replica.
    if (seen.length === 1) void log.append(rival!.bytes, 0);
    return functionCreated("ours");
  });
  assert.deepEqual(seen, [0, 1]);
  assert.equal(revision, 2);
  assert.deepEqual([...replica.state.functions.keys()].sort(), ["ours", "rival"]);
});

test("commitChange() throws what decide throws, appends nothing, and lets the next one go on", async (t) => {
  const log = new MemoryLog();
  const replica = await openReplica(t, log);
  const refused = commitChange(log, replica, () => {
    throw new Error("no such function");
  });
  const next = commitChange(log, replica, countUp);
  await assert.rejects(refused, /no such function/);
  assert.equal((await next).revision, 1);
});

test("commitChange() tells listeners before it answers", async (t) => {
  const log = new MemoryLog();
  const replica = await openReplica(t, log);
  const order: string[] = [];
  replica.onChange((_state, _previous, entry) => order.push(`told ${entry.revision}`));
  await commitChange(log, replica, countUp);
  order.push("answered");
  assert.deepEqual(order, ["told 1", "answered"]);
});

test("commitChange() appends nothing, when the replica follows no more", async () => {
  const log = new MemoryLog();
  const replica = await Replica.open(log, { account: sampleAccount, logger: silentLogger });
  await replica.close();
  await assert.rejects(commitChange(log, replica, countUp), /replica of the change log is closed/);
  assert.equal(await log.lastRevision(), 0);
});

test("commitChange() throws, when the log cannot be written, and lets the next one go on", async (t) => {
  class FailingLog extends MemoryLog {
    failures = 1;
    override async append(bytes: Uint8Array, after: number): ReturnType<MemoryLog["append"]> {
      if (this.failures-- > 0) throw new Error("disk full");
      return super.append(bytes, after);
    }
  }
  const log = new FailingLog();
  const replica = await openReplica(t, log);
  await assert.rejects(commitChange(log, replica, countUp), /disk full/);
  assert.equal((await commitChange(log, replica, countUp)).revision, 1);
});

test("commitChange() loses no decision of two nodes that commit to one log at once", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "footlight-commit-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const logs = [0, 1].map(() => new SqliteLog(join(folder, "log.db")));
  t.after(() => Promise.all(logs.map((log) => log.close())));
  const replicas = await Promise.all(logs.map((log) => openReplica(t, log)));
  const commits = logs.flatMap((log, node) => {
    const replica = replicas[node];
    assert.ok(replica);
    return Array.from({ length: 50 }, () => commitChange(log, replica, countUp));
  });
  const codes = (await Promise.all(commits)).map(({ revision, state }) => {
    assert.equal(state.revision, revision);
    return Number(state.functions.get("counter")?.development.code);
  });
  assert.deepEqual(
    codes.sort((x, y) => x - y),
    Array.from({ length: 100 }, (_, n) => n + 1),
  );
  const [first, second] = await Promise.all(replicas.map((replica) => replica.whenAt(100)));
  assert.ok(first && second);
  assert.deepEqual(contentOf(first), contentOf(second));
});

test("commitChange() gives up on what was first, when that cannot be read", async (t) => {
  const replica = await openReplica(t, new MemoryLog());
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const isSecond = Promise.withResolvers<void>();
  const log = {
    append: async () => {
      isSecond.resolve();
      return undefined;
    },
  };
  const commit = commitChange(log, replica, countUp);
  await isSecond.promise;
  // It waits from the turn after this one on.
  await new Promise(setImmediate);
  t.mock.timers.tick(5000);
  await assert.rejects(commit, { name: "LogFailure", reason: "unreachable" });
  t.mock.timers.reset();
});
