/** What SqliteLog does where disks, folders and earlier versions are not as it would have them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { DamagedLog, LogFailure } from "./log-failure.ts";
import { appendAll, bytes, texts } from "../../test/support/log-probe.ts";
import { isRefusal, writeError } from "./sqlite-error.ts";
import { SqliteLog } from "./sqlite-log.ts";

const root = mkdtempSync(join(tmpdir(), "footlight-sqlite-durability-"));
after(() => rmSync(root, { recursive: true }));

interface Place {
  readonly folder: string;
  readonly file: string;
}

function newPlace(): Place {
  const folder = mkdtempSync(join(root, "log-"));
  return { folder, file: join(folder, "changes.db") };
}

function opened(t: TestContext, file: string): SqliteLog {
  const log = new SqliteLog(file);
  t.after(() => log.close());
  return log;
}

/** A closed log of five entries and a snapshot at 4, changed from outside. */
async function tampered(t: TestContext, sql: string): Promise<SqliteLog> {
  const { file } = newPlace();
  const log = new SqliteLog(file);
  await appendAll(log, "e", 5);
  await log.saveSnapshot({ revision: 4, bytes: bytes("at 4") });
  await log.close();
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
  return opened(t, file);
}

for (const [what, sql] of [
  ["bytes", "UPDATE entries SET bytes = x'6532' WHERE revision = 3"],
  ["checksum", "UPDATE entries SET sha256 = zeroblob(32) WHERE revision = 3"],
  ["row", "DELETE FROM entries WHERE revision = 3"],
] as const) {
  test(`an entry whose ${what} the disk has lost is named and not served`, async (t) => {
    const log = await tampered(t, sql);
    const isThird = (error: unknown): boolean => {
      assert.ok(error instanceof DamagedLog);
      assert.equal(error.revision, 3);
      assert.match(error.message, /^Entry 3 of the change log .*changes\.db is damaged: it /);
      return true;
    };
    await assert.rejects(log.read(0), isThird);
    await assert.rejects(log.read(2, 1), isThird);
    assert.deepEqual(texts(await log.read(0, 2)), ["1 e1", "2 e2"]);
    assert.deepEqual(texts(await log.read(3)), ["4 e4", "5 e5"]);
    const { promise, reject } = Promise.withResolvers<never>();
    log.follow(0, () => {}, reject);
    await assert.rejects(promise, isThird);
  });
}

test("a snapshot that the disk has changed is named and not served", async (t) => {
  const log = await tampered(t, "UPDATE snapshots SET bytes = x'00'");
  await assert.rejects(log.loadSnapshot(), (error: unknown) => {
    assert.ok(error instanceof DamagedLog);
    assert.match(
      error.message,
      /^The snapshot at revision 4 of the change log .* is damaged: it does/,
    );
    return error.revision === 4;
  });
  assert.equal(await log.loadSnapshot(4), undefined);
});

test("a log's files are for their owner alone, whoever made the folder", async (t) => {
  const { folder, file } = newPlace();
  chmodSync(folder, 0o755);
  const log = opened(t, file);
  await appendAll(log, "e", 1);
  for (const name of [file, `${file}-wal`, `${file}-shm`]) {
    assert.equal(statSync(name).mode & 0o777, 0o600, name);
  }
});

const schema1 = `
  CREATE TABLE entries (revision INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE snapshots (revision INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  INSERT INTO entries VALUES (1, CAST('e1' AS BLOB)), (2, CAST('e2' AS BLOB));
  INSERT INTO snapshots VALUES (2, CAST('at 2' AS BLOB));
  PRAGMA application_id = 1182026855;
  PRAGMA user_version = 1;
  PRAGMA journal_mode = WAL;
`;

test("a log of the first schema is read, and gets checksums and its owner's mode", async (t) => {
  const { file } = newPlace();
  const early = new DatabaseSync(file);
  early.exec(schema1);
  early.exec("UPDATE snapshots SET revision = 2");
  // What a killed one leaves, beside the file too.
  t.after(() => early.close());
  const names = [file, `${file}-wal`, `${file}-shm`];
  for (const name of names) chmodSync(name, 0o644);
  const log = opened(t, file);
  assert.deepEqual(texts(await log.read(0)), ["1 e1", "2 e2"]);
  assert.equal((await log.loadSnapshot())?.revision, 2);
  assert.equal(await log.append(bytes("e3"), 2), 3);
  assert.equal(await log.firstRevision(), 1);
  for (const name of names) assert.equal(statSync(name).mode & 0o777, 0o600, name);
  const db = new DatabaseSync(file, { readOnly: true });
  t.after(() => db.close());
  const rows = db.prepare("SELECT sha256 FROM entries WHERE revision = 1").all();
  assert.deepEqual(rows[0]?.["sha256"], new Uint8Array(hash("sha256", "e1", "buffer")));
  assert.equal(db.prepare("PRAGMA auto_vacuum").get()?.["auto_vacuum"], 2);
});

test("a log whose folder is deleted acknowledges nothing more, until it is back", async (t) => {
  const { folder, file } = newPlace();
  const log = opened(t, file);
  await appendAll(log, "e", 1);
  renameSync(folder, `${folder}-away`);
  const isGone = (error: unknown): boolean => {
    assert.ok(error instanceof LogFailure);
    assert.equal(error.reason, "gone");
    assert.match(
      error.message,
      /^Cannot write to the change log .*changes\.db: .* was deleted or replaced/,
    );
    return true;
  };
  await assert.rejects(log.append(bytes("e2"), 1), isGone);
  assert.ok(isGone(await log.findFailure()));
  // Another that stands in its place is not it either.
  mkdirSync(folder);
  const other = new SqliteLog(file);
  await assert.rejects(log.append(bytes("e2"), 1), isGone);
  await other.close();
  rmSync(folder, { recursive: true });
  renameSync(`${folder}-away`, folder);
  assert.equal(await log.findFailure(), undefined);
  assert.equal(await log.append(bytes("e2"), 1), 2);
});

test("a log whose write-ahead log is deleted acknowledges nothing more", async (t) => {
  const { file } = newPlace();
  const log = opened(t, file);
  await appendAll(log, "e", 1);
  rmSync(`${file}-wal`);
  await assert.rejects(log.append(bytes("e2"), 1), /changes\.db-wal was deleted or replaced/);
});

/** @returns what a log holds that somebody copies as one file */
async function copiedAlone({ folder, file }: Place): Promise<string[]> {
  const copy = join(folder, "copy.db");
  copyFileSync(file, copy);
  const log = new SqliteLog(copy);
  const entries = texts(await log.read(0));
  await log.close();
  return entries;
}

test("the file alone is the whole log a moment after the last append", async (t) => {
  const place = newPlace();
  const log = opened(t, place.file);
  await appendAll(log, "e", 3);
  assert.deepEqual(await copiedAlone(place), []);
  while ((await copiedAlone(place)).length === 0) await setTimeout(100);
  assert.deepEqual(await copiedAlone(place), ["1 e1", "2 e2", "3 e3"]);
});

test("the file alone is the whole log once it is closed, even while others have it open", async (t) => {
  const place = newPlace();
  const log = new SqliteLog(place.file);
  opened(t, place.file);
  await appendAll(log, "e", 3);
  await log.close();
  assert.deepEqual(await copiedAlone(place), ["1 e1", "2 e2", "3 e3"]);
});

test("writeError() tells a full disk from what trying again does not help", () => {
  const db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE t (b BLOB); PRAGMA max_page_count = 5");
  const errorOf = (sql: string): Error => {
    try {
      db.exec(sql);
    } catch (error) {
      return writeError(error, "Cannot append");
    }
    throw new Error("It was taken");
  };
  const full = errorOf("INSERT INTO t VALUES (zeroblob(100000))");
  assert.ok(full instanceof LogFailure);
  assert.equal(full.reason, "full");
  assert.ok(!(errorOf("INSERT INTO nowhere VALUES (1)") instanceof LogFailure));
  // Who cannot open a log for want of room has nothing that is damaged.
  assert.ok(isRefusal(new Error("Cannot open", { cause: full })));
  assert.ok(isRefusal(Object.assign(new Error("too many open files"), { code: "EMFILE" })));
  assert.ok(!isRefusal(errorOf("INSERT INTO nowhere VALUES (1)")));
  assert.ok(!isRefusal(new DamagedLog("Entry 3", "it is another", 3)));
});

/** Fills a log until it is refused, makes room by a signal from outside, and goes on. */
const filler = `
  import { SqliteLog } from ${JSON.stringify(import.meta.resolve("./sqlite-log.ts"))};
  const log = new SqliteLog(process.argv.at(-1));
  const large = new Uint8Array(100_000);
  try {
    for (;;) await log.append(large, await log.lastRevision());
  } catch (error) {
    const failure = await log.findFailure();
    console.log(JSON.stringify({
      name: error.name, reason: error.reason, same: failure === error,
      last: await log.lastRevision(), small: await log.append(new Uint8Array(1), await log.lastRevision()),
    }));
  }
  await log.close();
`;

test("a log that may write no more says so, and keeps what it acknowledged", async (t) => {
  const { file } = newPlace();
  const shell = `ulimit -f 2000; exec "$0" --input-type=module --eval "$1" -- "$2"`;
  const args = ["-c", shell, process.execPath, filler, file];
  const { stdout, stderr } = spawnSync("bash", args, { encoding: "utf8" });
  assert.ok(stdout, stderr);
  const told = JSON.parse(stdout) as Record<string, unknown>;
  assert.equal(told["name"], "LogFailure");
  assert.equal(told["same"], true);
  const log = opened(t, file);
  assert.ok((await log.lastRevision()) >= Number(told["last"]));
  assert.ok(Number(told["last"]) > 5);
  assert.equal((await log.read(0)).length, await log.lastRevision());
});

test("SqliteLog.beginAfter() gives the space back, and goes on where it was cut off", async (t) => {
  const { file } = newPlace();
  const log = opened(t, file);
  for (let revision = 0; revision < 500; revision += 1) {
    await log.append(new Uint8Array(10_000), revision);
  }
  await log.close();
  const before = statSync(file).size;
  // What a crash right behind the step that moves the beginning leaves.
  const db = new DatabaseSync(file);
  db.exec("INSERT INTO snapshots VALUES (200, x'', x''); UPDATE beginning SET revision = 200");
  db.close();
  const again = opened(t, file);
  assert.equal((await again.read(0, 1))[0]?.revision, 201);
  await again.beginAfter({ revision: 450, bytes: bytes("at 450") }, new Set([300]));
  assert.deepEqual(
    (await again.readKept(0)).map(({ revision }) => revision),
    [300],
  );
  await again.close();
  const left = new DatabaseSync(file, { readOnly: true });
  t.after(() => left.close());
  assert.equal(left.prepare("SELECT count(*) AS n FROM entries").get()?.["n"], 50);
  assert.ok(statSync(file).size < before / 5, `${before} → ${statSync(file).size}`);
});
