import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { silentLogger } from "../base/logger.ts";
import type { ChangeLog } from "../log/change-log.ts";
import { MemoryLog } from "../log/memory-log.ts";
import {
  appendChanges,
  changeOf,
  entriesOf,
  functionCreated,
  sampleAccount,
} from "../../test/support/sample-changes.ts";
import { applyEntry } from "./apply-entry.ts";
import { HoldGate } from "./hold-gate.ts";
import { Replica } from "./replica.ts";
import { emptyState } from "./state.ts";

const held = (group: string) => changeOf({ type: "group-held", group });
const released = (group: string) => changeOf({ type: "group-released", group });

async function open(t: TestContext, log: ChangeLog, group?: string): Promise<Replica> {
  const replica = await Replica.open(log, {
    ...{ account: sampleAccount, logger: silentLogger, snapshotEvery: 0 },
    ...(group !== undefined && { group }),
  });
  t.after(() => replica.close());
  return replica;
}

test("A replica of a held group stays at the change that says so, and others go on", async (t) => {
  const log = new MemoryLog();
  const [eu, us, control] = [
    await open(t, log, "eu"),
    await open(t, log, "us"),
    await open(t, log),
  ];
  await appendChanges(log, functionCreated("a"), held("eu"), functionCreated("b"));
  await Promise.all([us.whenAt(3), control.whenAt(3)]);
  assert.deepEqual([...eu.state.functions.keys()], ["a"]);
  assert.equal(eu.state.revision, 2);
});

test("What is passed over goes on from what was before, or is of another history", () => {
  const gate = new HoldGate("eu");
  const [hold, next, other, last] = entriesOf(
    ...[held("eu"), functionCreated("a"), functionCreated("b"), functionCreated("c")],
  );
  const state = applyEntry(emptyState(sampleAccount), hold!);
  assert.equal(gate.judge(next!, state), "pass over");
  const foreign = entriesOf(held("us"), functionCreated("a"), functionCreated("b"))[2];
  assert.throws(() => gate.judge(foreign!, state), { name: "BrokenChain" });
  assert.equal(gate.judge(other!, state), "pass over");
  assert.equal(gate.judge(last!, state), "pass over");
});

test("A group that is released goes through what it passed over, whatever other groups did", async (t) => {
  const log = new MemoryLog();
  const eu = await open(t, log, "eu");
  await appendChanges(log, held("us"), held("eu"), functionCreated("a"));
  await appendChanges(log, released("us"), functionCreated("b"), released("eu"));
  await eu.whenAt(6);
  const seen: number[] = [];
  eu.onChange((state) => seen.push(state.revision));
  await appendChanges(log, held("eu"), functionCreated("c"), released("eu"), held("eu"));
  await eu.whenAt(10);
  assert.deepEqual(seen, [7, 8, 9, 10]);
  await appendChanges(log, functionCreated("d"));
  assert.equal(eu.state.revision, 10);
});

test("A replica that starts in a held group stays where the others are, from a later snapshot too", async (t) => {
  const log = new MemoryLog();
  await appendChanges(log, functionCreated("a"), held("eu"), functionCreated("b"));
  const saving = await Replica.open(log, { account: sampleAccount, logger: silentLogger });
  await saving.close();
  assert.equal((await log.loadSnapshot())?.revision, 3);
  const eu = await open(t, log, "eu");
  assert.equal(eu.state.revision, 2);
  await appendChanges(log, released("eu"), functionCreated("c"));
  await eu.whenAt(5);
  assert.deepEqual([...eu.state.functions.keys()].toSorted(), ["a", "b", "c"]);
});

test("A replica that starts after a release has gone through all", async (t) => {
  const log = new MemoryLog();
  await appendChanges(log, held("eu"), functionCreated("a"), released("eu"), functionCreated("b"));
  assert.equal((await open(t, log, "eu")).state.revision, 4);
});
