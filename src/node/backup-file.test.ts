import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { silentLogger } from "../base/logger.ts";
import type { ChangeLog } from "../log/change-log.ts";
import { texts } from "../../test/support/log-probe.ts";
import { MemoryLog } from "../log/memory-log.ts";
import { SqliteLog } from "../log/sqlite-log.ts";
import { readBackupPage } from "../state/backup-page.ts";
import { Replica } from "../state/replica.ts";
import {
  appendChanges,
  contentOf,
  functionCreated,
  functionUpdated,
  sampleAccount,
  stateAfter,
} from "../../test/support/sample-changes.ts";
import { encodeSnapshot } from "../state/snapshot.ts";
import { backupLines } from "./backup-file.ts";
import { restoreBackup } from "./restore-backup.ts";

const root = mkdtempSync(join(tmpdir(), "footlight-backup-"));
after(() => rmSync(root, { recursive: true }));

const large = Buffer.alloc(200_000, "x").toString("base64");
const options = { account: sampleAccount, logger: silentLogger, snapshotEvery: 0 };

/** A log of 40 changes, some of them large. */
async function filled(): Promise<ChangeLog> {
  const log = new MemoryLog();
  const updates = Array.from({ length: 39 }, (_, index) =>
    functionUpdated("a", index % 4 === 0 ? large : `${index}`),
  );
  await appendChanges(log, functionCreated("a"), ...updates);
  return log;
}

/** The same log, begun after revision 10, with two entries kept aside. */
async function compacted(): Promise<ChangeLog> {
  const log = await filled();
  const early = new MemoryLog();
  for (const { revision, bytes } of await log.read(0, 10)) await early.append(bytes, revision - 1);
  const replica = await Replica.open(early, options);
  await log.beginAfter({ revision: 10, bytes: encodeSnapshot(replica.state) }, new Set([1, 9]));
  await replica.close();
  return log;
}

async function linesOf(log: ChangeLog): Promise<string[]> {
  const readPage = async (marker: string | undefined) => ({
    id: sampleAccount,
    ...(await readBackupPage(log, marker))!,
  });
  const lines: string[] = [];
  for await (const line of backupLines(readPage)) lines.push(line);
  return lines;
}

/** @returns the folder that was restored to */
async function restored(lines: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(root, "node-"));
  const backup = `${folder}.backup`;
  writeFileSync(backup, lines.join(""));
  await restoreBackup(backup, { data: join(folder, "data"), log: "" }, silentLogger);
  return join(folder, "data");
}

for (const [what, make] of [
  ["a log", filled],
  ["a log that was compacted", compacted],
  ["an empty log", async () => new MemoryLog()],
] as const) {
  test(`a backup of ${what} restores all of it, to the byte`, async (t) => {
    const log = await make();
    const lines = await linesOf(log);
    const data = await restored(lines);
    assert.deepEqual(readdirSync(data), ["changes.db"]);
    const again = new SqliteLog(join(data, "changes.db"));
    t.after(() => again.close());
    assert.equal(await again.firstRevision(), await log.firstRevision());
    assert.deepEqual(texts(await again.read(0)), texts(await log.read(0)));
    assert.deepEqual(texts(await again.readKept(0)), texts(await log.readKept(0)));
    const [ours, theirs] = [await Replica.open(log, options), await Replica.open(again, options)];
    assert.deepEqual(contentOf(theirs.state), contentOf(ours.state));
    await Promise.all([ours.close(), theirs.close()]);
  });
}

test("a backup is of the moment it was begun, whatever is appended meanwhile", async () => {
  const log = await filled();
  const first = await readBackupPage(log, undefined);
  assert.equal(first?.last_revision, 40);
  await appendChanges(log, functionUpdated("a", "b25l"));
  const revisions = first.items.map(({ revision }) => revision);
  for (let marker = first.next_marker; marker !== undefined;) {
    const page = await readBackupPage(log, marker);
    revisions.push(...page!.items.map(({ revision }) => revision));
    marker = page!.next_marker;
  }
  assert.deepEqual(
    revisions,
    Array.from({ length: 40 }, (_, index) => index + 1),
  );
});

test("a backup that is compacted away is to be begun again", async () => {
  const log = await filled();
  const first = await readBackupPage(log, undefined);
  await log.beginAfter({ revision: 5, bytes: encodeSnapshot(stateAfter()) }, new Set());
  await assert.rejects(readBackupPage(log, first?.next_marker), /begin again/);
  assert.equal(await readBackupPage(log, "entry:1"), undefined);
});

test("a backup that was changed, cut or mixed is refused, and leaves nothing", async () => {
  const lines = await linesOf(await compacted());
  const swapped = [...lines.slice(0, 5), lines[6]!, lines[5]!, ...lines.slice(7)];
  const other = JSON.parse(lines[8]!) as object;
  const broken: (readonly [string, readonly string[], RegExp])[] = [
    ["empty", [], /^It is no backup of Footlight's$/],
    ["something else", ["hello\n"], /^It is no backup of Footlight's$/],
    ["newer", ['{"footlight_backup":2}\n'], /^It was written by a newer Footlight, in format 2/],
    ["cut", lines.slice(0, -1), /^It is not whole: it ends behind line 34$/],
    ["cut in a line", [...lines.slice(0, 9), lines[9]!.slice(0, 40)], /^Line 10 is damaged$/],
    ["without one", lines.toSpliced(7, 1), /^Line 8 is not entry 14$/],
    ["in another order", swapped, /^Line 6 is not entry 12$/],
    [
      "with a flipped bit",
      lines.with(8, `${JSON.stringify({ ...other, bytes: "AAAA" })}\n`),
      /^Line 9, revision 15, is damaged/,
    ],
    ["with something behind", [...lines, lines[5]!], /is behind its end$/],
  ];
  for (const [what, changed, message] of broken) {
    await assert.rejects(restored(changed), { name: "BackupError", message }, what);
  }
  assert.deepEqual(
    readdirSync(root, { recursive: true }).filter((name) => String(name).includes("restoring")),
    [],
  );
});

test("a backup whose entries do not follow on each other is refused", async () => {
  const log = new MemoryLog();
  await appendChanges(log, functionCreated("a"));
  const other = new MemoryLog();
  await appendChanges(other, functionCreated("b"), functionUpdated("b", "dHdv"));
  const [, second] = await other.read(0);
  await log.append(second!.bytes, 1);
  await assert.rejects(restored(await linesOf(log)), /It follows on an entry with SHA-256/);
});

test("restoring refuses a folder that has a log", async () => {
  const lines = await linesOf(await filled());
  const data = await restored(lines);
  const backup = join(root, "again.backup");
  writeFileSync(backup, lines.join(""));
  await assert.rejects(restoreBackup(backup, { data, log: "" }, silentLogger), {
    name: "OptionError",
    message: /^There is a change log already: .*changes\.db\. Restore to another folder/,
  });
  assert.ok(existsSync(join(data, "changes.db")));
});
