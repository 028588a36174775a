import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test, type TestContext } from "node:test";
import { silentLogger, type Logger } from "../base/logger.ts";
import type { ChangeLog } from "../log/change-log.ts";
import { MemoryLog } from "../log/memory-log.ts";
import { SqliteLog } from "../log/sqlite-log.ts";
import { loadState } from "./load-state.ts";
import { Replica } from "./replica.ts";
import {
  appendChanges,
  entriesOf,
  functionCreated,
  functionUpdated,
  sampleAccount,
} from "../../test/support/sample-changes.ts";
import { encodeSnapshot } from "./snapshot.ts";

const folder = mkdtempSync(join(tmpdir(), "footlight-load-state-"));
after(() => rmSync(folder, { recursive: true }));

const changes = [
  functionCreated("a"),
  functionUpdated("a", "dHdv"),
  functionUpdated("a", "dHJpbw=="),
];

/** Keeps what it is told, as the texts of its messages. */
function keepingLogger(texts: string[]): Logger {
  const keep = (_: object, text: string): void => void texts.push(text);
  return { ...silentLogger, warn: keep, error: keep };
}

async function keepSnapshot(log: ChangeLog): Promise<void> {
  const replica = await Replica.open(log, { account: sampleAccount, logger: silentLogger });
  await replica.close();
}

/** A closed log whose snapshots are at 2, where it begins, and 3; changed from outside. */
async function tampered(t: TestContext, name: string, sql: string): Promise<ChangeLog> {
  const file = join(folder, `${name}.db`);
  const log = new SqliteLog(file);
  await appendChanges(log, ...changes.slice(0, 2));
  const replica = await Replica.open(log, { account: sampleAccount, logger: silentLogger });
  await replica.close();
  await appendChanges(log, ...changes.slice(2));
  await log.beginAfter({ revision: 2, bytes: encodeSnapshot(replica.state) }, new Set());
  await keepSnapshot(log);
  await log.close();
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
  const again = new SqliteLog(file);
  t.after(() => again.close());
  return again;
}

test("loadState() passes over a damaged snapshot, and says so", async (t) => {
  const sql = "UPDATE snapshots SET bytes = substr(bytes, 2) WHERE revision = 3";
  const log = await tampered(t, "damaged", sql);
  const texts: string[] = [];
  const options = { account: sampleAccount, logger: keepingLogger(texts) };
  const { state } = await loadState(log, options);
  assert.equal(state.revision, 2);
  assert.deepEqual(texts, ["a snapshot is damaged; going on without it"]);
  const replica = await Replica.open(log, options);
  assert.equal(replica.state.functions.get("a")?.development.version, 3);
  await replica.close();
});

test("loadState() refuses a log that lacks its beginning, and names what helps", async (t) => {
  const log = await tampered(t, "lost", "UPDATE snapshots SET bytes = substr(bytes, 2)");
  await assert.rejects(loadState(log, { account: sampleAccount, logger: silentLogger }), {
    message:
      "The change log begins with revision 3, and no snapshot that can be read says what came before. " +
      "A backup does: footlight restore",
  });
});

test("loadState() passes over a snapshot of another history than the log's", async () => {
  const other = new MemoryLog();
  await appendChanges(other, functionCreated("other"), functionCreated("more"));
  await keepSnapshot(other);
  const snapshot = await other.loadSnapshot();
  const log = new MemoryLog();
  for (const { revision, bytes } of entriesOf(...changes)) await log.append(bytes, revision - 1);
  await log.saveSnapshot(snapshot!);
  const texts: string[] = [];
  const options = { account: sampleAccount, logger: keepingLogger(texts) };
  const replica = await Replica.open(log, options);
  assert.deepEqual([...replica.state.functions.keys()], ["a"]);
  assert.deepEqual(texts, ["a snapshot cannot be used; going on without it"]);
  await replica.close();
});

test("A log that begins with a newer Footlight's snapshot says which one to start", async () => {
  const log = new MemoryLog();
  await appendChanges(log, ...changes);
  const bytes = Buffer.from('{"format":99,"account":"000000000000"}');
  await log.beginAfter({ revision: 3, bytes }, new Set());
  await assert.rejects(loadState(log, { account: sampleAccount, logger: silentLogger }), {
    name: "NewerChange",
    message:
      /newer Footlight: it begins with revision 4, after a snapshot at revision 3 in format 99, .* Start that version/,
  });
});
