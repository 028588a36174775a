/** What a log in NATS loses is told by who followed it, and brought back from what they kept. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Entry } from "../../src/log/change-log.ts";
import { JetStreamLog } from "../../src/log/jetstream-log.ts";
import { defaultJetStreamOptions } from "../../src/log/jetstream-options.ts";
import { LogFailure, type LogTroubleKind } from "../../src/log/log-failure.ts";
import { copyNamedLog, repairNamedLog, verifyNamedLog } from "../../src/node/named-logs.ts";
import { openAccount, type OpenedAccount } from "../../src/node/open-account.ts";
import { defaultOptions, type NodeOptions } from "../../src/node/options.ts";
import { SqliteLog } from "../../src/log/sqlite-log.ts";
import { applyEntry } from "../../src/state/apply-entry.ts";
import { commitChange } from "../../src/state/commit.ts";
import { encodeChange } from "../../src/state/encode-change.ts";
import { encodeSnapshot } from "../../src/state/snapshot.ts";
import { emptyState, type State } from "../../src/state/state.ts";
import {
  backUpStore,
  cutOffEnd,
  deleteStreams,
  restoreStore,
  withStreamManager,
} from "../support/damaged-streams.ts";
import { NatsServer, skipWithoutNats } from "../support/nats-server.ts";
import { notedLogger } from "../support/noted-logger.ts";
import { appendChanges, functionCreated, sampleAccount } from "../support/sample-changes.ts";
import { temporaryFolder } from "../support/test-node.ts";

interface Scene {
  readonly server: NatsServer;
  /** The streams' files as they were three changes ago. */
  readonly backup: string;
}

interface Row {
  readonly what: string;
  readonly kind: LogTroubleKind;
  readonly says: RegExp;
  readonly damage: (scene: Scene) => Promise<void>;
}

const rows: readonly Row[] = [
  {
    what: "deleted",
    kind: "deleted",
    says: /was deleted\. .*footlight log repair LOG --from FOLDER/,
    damage: ({ server }) => deleteStreams(server, "changes", "objects"),
  },
  {
    what: "deleted without its objects",
    kind: "deleted",
    says: /was deleted\. .*footlight log repair/,
    damage: ({ server }) => deleteStreams(server, "changes"),
  },
  {
    what: "made anew",
    kind: "remade",
    says: /was deleted and made anew, empty.*footlight log repair/,
    damage: async ({ server }) => {
      await deleteStreams(server, "changes", "objects");
      await (await JetStreamLog.open(server.address, defaultJetStreamOptions)).close();
    },
  },
  {
    what: "purged",
    kind: "purged",
    says: /lacks all entries up to 6.*footlight log repair/,
    damage: ({ server }) =>
      withStreamManager(server, (jsm) => jsm.streams.purge("footlight_changes")),
  },
  {
    what: "restored from an old backup",
    kind: "behind",
    says: /ends at revision 3, and this node has revision 6.*footlight log repair/,
    damage: ({ server, backup }) => restoreStore(server, backup),
  },
  {
    what: "cut off in its file",
    kind: "behind",
    says: /ends at revision [1-5], and this node has revision 6.*footlight log repair/,
    damage: async ({ server }) => {
      await server.kill();
      cutOffEnd(server);
      await server.start();
    },
  },
];

suite("a log that has lost entries", { skip: skipWithoutNats() }, () => {
  for (const { what, kind, says, damage } of rows) {
    test(`is told and repaired when it was ${what}`, async (t) => {
      const scene = await begin(t);
      const { server, account, options, logger } = scene;
      await damage(scene);
      // What is made anew may be found to be deleted first.
      while (account.standing().trouble?.kind !== kind) await setTimeout(20);
      assert.match(account.standing().trouble?.says ?? "", says);
      assert.ok(logger.lines.some((line) => says.test(line)));
      await assert.rejects(account.log.append(new Uint8Array(1), 6), (error: unknown) => {
        assert.ok(error instanceof LogFailure);
        assert.equal(error.reason, kind);
        return true;
      });
      // A node that starts now has and says the same.
      const again = await openAccount(
        { ...options, data: copyOf(options.data) },
        { isWriter: true, group: undefined, logger: notedLogger() },
      );
      assert.equal(again.replica.state.revision, 6);
      assert.equal(again.standing().trouble?.kind, kind);
      await again.replica.close();
      await again.log.close();

      const repaired = await repairNamedLog(
        { log: server.address, from: options.data, onProgress: () => {} },
        options,
      );
      assert.equal(repaired.revision, 6);
      while (account.standing().trouble !== undefined) await setTimeout(20);
      const { state } = await commitChange(account.log, account.replica, () =>
        functionCreated("after"),
      );
      assert.equal(state.functions.size, 7);
      assert.equal((await verifyNamedLog(server.address, options)).revision, 7);
      const fresh = await openAccount(
        { ...options, data: temporaryFolder() },
        { isWriter: false, group: undefined, logger: notedLogger() },
      );
      assert.equal(fresh.replica.state.functions.size, 7);
      await fresh.replica.close();
      await fresh.log.close();
    });
  }

  test("is not repaired from another history, and it is said where they part", async (t) => {
    const { server, account, options, backup } = await begin(t);
    await account.replica.close();
    await account.log.close();
    await restoreStore(server, backup);
    const other = await JetStreamLog.open(server.address, defaultJetStreamOptions);
    t.after(() => other.close());
    for (const name of ["x", "y", "z", "u"]) await appendChanges(other, functionCreated(name));
    await assert.rejects(
      repairNamedLog({ log: server.address, from: options.data, onProgress: () => {} }, options),
      /cannot be repaired from there: .* from revision 4 on: an old backup .* Decide which/,
    );
    const again = await openAccount(options, {
      isWriter: true,
      group: undefined,
      logger: notedLogger(),
    });
    assert.equal(again.standing().trouble?.kind, "diverged");
    assert.equal(again.replica.state.functions.has("x"), false);
    await again.replica.close();
    await again.log.close();
  });

  test("has its long entries again where their stream alone was deleted", async (t) => {
    const { server, account, options } = await begin(t);
    const long = functionCreated("long", Buffer.alloc(700_000, "x").toString("base64"));
    await commitChange(account.log, account.replica, () => long);
    await account.replica.close();
    await account.log.close();
    await deleteStreams(server, "objects");
    await assert.rejects(
      openFresh(options),
      /with the snapshots and long entries of .* footlight log repair/,
    );
    const repaired = await repairNamedLog(
      { log: server.address, from: options.data, onProgress: () => {} },
      options,
    );
    assert.deepEqual([repaired.entries, repaired.revision], [1, 7]);
    await assertFunctions(options, 7);
    assert.equal((await verifyNamedLog(server.address, options)).revision, 7);
  });

  test("that began later has its beginning again from a copy, where its objects were deleted", async (t) => {
    const { server, options, account, copy } = await beginLater(t);
    await account.replica.close();
    await account.log.close();
    await deleteStreams(server, "objects");
    const source = { log: server.address, from: dirname(copy), onProgress: () => {} };
    await repairNamedLog(source, options);
    await assertWhole(options, { first: 4, kept: [2] });
  });

  test("that began later begins where a control node's copy does, where its objects were deleted", async (t) => {
    const { server, options, logger } = await beginLater(t);
    await deleteStreams(server, "objects");
    const told = (text: string): boolean => logger.lines.some((line) => line.startsWith(text));
    while (!told("error: the stream of the change log's snapshots and long")) await setTimeout(20);
    while (!told("info: the change log has a snapshot again")) await setTimeout(20);
    // The node began with the sixth change; what its own state does not tell of those before is kept.
    await assertWhole(options, { first: 7, kept: [4, 5, 6] });
  });

  test("that goes on with another history's change is not followed, and is again once that is gone", async (t) => {
    const { server, account, logger } = await begin(t);
    const whole = temporaryFolder();
    await backUpStore(server, whole);
    const other = await JetStreamLog.open(server.address, defaultJetStreamOptions);
    t.after(() => other.close());
    const stranger = { revision: 6, head: "f".repeat(64) };
    await other.append(encodeChange(functionCreated("stranger"), stranger), 6);
    const says = /change 7 of the log\. It follows on an entry with SHA-256 ffff.* Decide which/;
    while (account.standing().trouble === undefined) await setTimeout(20);
    assert.match(account.standing().trouble?.says ?? "", says);
    assert.ok(logger.lines.some((line) => says.test(line)));
    assert.equal(account.replica.end, undefined);
    await assert.rejects(
      commitChange(account.log, account.replica, () => functionCreated("g")),
      { name: "LogFailure", reason: "diverged" },
    );
    // It stays so, however often it is looked at.
    await setTimeout(1000);
    assert.match(account.standing().trouble?.says ?? "", says);

    await restoreStore(server, whole);
    while (account.standing().trouble !== undefined) await setTimeout(20);
    const { state } = await commitChange(account.log, account.replica, () => functionCreated("g"));
    assert.deepEqual([...state.functions.keys()].toSorted(), ["a", "b", "c", "d", "e", "f", "g"]);
  });

  test("is left alone where nothing was lost", async (t) => {
    const { server, options } = await begin(t);
    const repaired = await repairNamedLog(
      { log: server.address, from: options.data, onProgress: () => {} },
      options,
    );
    assert.deepEqual([repaired.entries, repaired.revision], [0, 6]);
  });
});

interface Begun extends Scene {
  readonly account: OpenedAccount;
  readonly options: NodeOptions;
  readonly logger: ReturnType<typeof notedLogger>;
}

async function begin(t: TestContext): Promise<Begun> {
  const server = await NatsServer.start();
  t.after(() => server.stop());
  const backup = mkdtempSync(join(tmpdir(), "footlight-backup-"));
  t.after(() => rmSync(backup, { recursive: true }));
  const options = { ...defaultOptions, log: server.address, data: temporaryFolder() };
  const logger = notedLogger();
  const account = await openAccount(options, { isWriter: true, group: undefined, logger });
  t.after(async () => {
    await account.replica.close();
    await account.log.close();
  });
  for (const name of ["a", "b", "c"]) await appendChanges(account.log, functionCreated(name));
  await backUpStore(server, backup);
  while ((await account.log.findFailure()) !== undefined) await setTimeout(20);
  for (const name of ["d", "e", "f"]) await appendChanges(account.log, functionCreated(name));
  await account.replica.whenAt(6);
  // What is written some times a second.
  while ((await account.copy?.lastRevision()) !== 6) await setTimeout(20);
  return { server, backup, options, account, logger };
}

interface BegunLater {
  readonly server: NatsServer;
  readonly options: NodeOptions;
  readonly account: OpenedAccount;
  readonly logger: ReturnType<typeof notedLogger>;
  /** File of a copy of all of it. */
  readonly copy: string;
}

/**
 * An account of seven functions, the last of them long, whose log begins after the third and keeps the second; and
 * a node that came after the sixth.
 */
async function beginLater(t: TestContext): Promise<BegunLater> {
  const server = await NatsServer.start();
  t.after(() => server.stop());
  const options = { ...defaultOptions, log: server.address, data: temporaryFolder() };
  const copyTo = (from: string, to: string) =>
    copyNamedLog({ from, to, toPrefix: "", onProgress: () => {} }, options);
  const file = join(temporaryFolder(), "changes.db");
  const log = new SqliteLog(file);
  const changes = ["a", "b", "c", "d", "e", "f"].map((name) => functionCreated(name));
  await appendChanges(log, ...changes);
  const bytes = encodeSnapshot(stateOfEntries(await log.read(0, 3)));
  await log.beginAfter({ revision: 3, bytes }, new Set([2]));
  await log.close();
  await copyTo(`sqlite:${file}`, server.address);

  const logger = notedLogger();
  const account = await openAccount(options, { isWriter: true, group: undefined, logger });
  t.after(async () => {
    await account.replica.close();
    await account.log.close();
  });
  const long = functionCreated("long", Buffer.alloc(700_000, "x").toString("base64"));
  await commitChange(account.log, account.replica, () => long);
  const copy = join(temporaryFolder(), "changes.db");
  await copyTo(server.address, `sqlite:${copy}`);
  return { server, options, account, logger, copy };
}

async function assertWhole(
  options: NodeOptions,
  { first, kept }: { readonly first: number; readonly kept: readonly number[] },
): Promise<void> {
  const verified = await verifyNamedLog(options.log, options);
  assert.deepEqual([verified.first, verified.revision], [first, 7]);
  const log = await JetStreamLog.open(options.log, defaultJetStreamOptions, false);
  assert.deepEqual(
    (await log.readKept(0)).map(({ revision }) => revision),
    kept,
  );
  await log.close();
  await assertFunctions(options, 7);
}

function stateOfEntries(entries: readonly Entry[]): State {
  return entries.reduce(applyEntry, emptyState(sampleAccount));
}

function openFresh(options: NodeOptions): Promise<OpenedAccount> {
  return openAccount(
    { ...options, data: temporaryFolder() },
    { isWriter: false, group: undefined, logger: notedLogger() },
  );
}

/** What a node has that is new. */
async function assertFunctions(options: NodeOptions, count: number): Promise<void> {
  const { replica, log } = await openFresh(options);
  assert.equal(replica.state.functions.size, count);
  await replica.close();
  await log.close();
}

/** As it is on the disk, while a node has it open. */
function copyOf(data: string): string {
  const folder = temporaryFolder();
  cpSync(data, folder, { recursive: true });
  return folder;
}
