import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { hash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { changeLogContract } from "../../test/support/change-log-contract.ts";
import { SqliteLog } from "./sqlite-log.ts";

const folder = mkdtempSync(join(tmpdir(), "footlight-sqlite-log-"));
after(() => rmSync(folder, { recursive: true }));

changeLogContract("SqliteLog", {
  open: async (place) => new SqliteLog(join(folder, place)),
  isShared: true,
});

const utf8 = new TextDecoder();

/** Appends `count` entries "NAME INDEX" and prints each revision that was acknowledged. */
const appender = `
  import { SqliteLog } from ${JSON.stringify(import.meta.resolve("./sqlite-log.ts"))};
  const [file, name, count] = process.argv.slice(-3);
  const log = new SqliteLog(file);
  for (let index = 1; index <= Number(count); ) {
    const bytes = new TextEncoder().encode(name + " " + index + " " + "x".repeat(3000));
    const revision = await log.append(bytes, await log.lastRevision());
    if (revision === undefined) continue;
    process.stdout.write(revision + " " + index + "\\n");
    index += 1;
  }
  await log.close();
`;

function startAppender(file: string, name: string, count: number): ChildProcess {
  const args = ["--input-type=module", "--eval", appender, "--", file, name, String(count)];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
}

/** @returns "NAME INDEX" of every entry, after checking that revisions have no gap */
async function entriesOf(file: string): Promise<string[]> {
  const log = new SqliteLog(file);
  const entries = await log.read(0, Number.MAX_SAFE_INTEGER);
  await log.close();
  assert.deepEqual(
    entries.map((entry) => entry.revision),
    entries.map((_, index) => index + 1),
  );
  return entries.map(({ bytes }) => utf8.decode(bytes).split(" ", 2).join(" "));
}

test("SqliteLog keeps every acknowledged entry, in order, when its process is killed", async (t) => {
  const file = join(folder, "killed.db");
  const acknowledged: string[] = [];
  for (let round = 1; round <= 6; round += 1) {
    const name = `round${round}`;
    const killAfter = 1 + Math.floor(Math.random() * 150);
    const child = startAppender(file, name, 1_000_000);
    assert.ok(child.stdout);
    const exited = once(child, "exit");
    let own = 0;
    for await (const line of createInterface(child.stdout)) {
      const [revision, index] = line.split(" ");
      if (index === undefined || !line) continue;
      acknowledged[Number(revision) - 1] = `${name} ${index}`;
      own += 1;
      if (own === killAfter) child.kill("SIGKILL");
    }
    const [, signal] = await exited;
    assert.equal(signal, "SIGKILL");
    assert.ok(own >= killAfter);

    const kept = await entriesOf(file);
    const lost = acknowledged.filter(
      (entry, index) => entry !== undefined && kept[index] !== entry,
    );
    assert.deepEqual(lost, []);
    // What was appended after the last line that was read: the process wrote on until it was dead,
    // and one append may be there whose line it never wrote. None of it may be anything else.
    const unread = kept.slice(acknowledged.length);
    const indexes = unread.map((entry) => Number(entry.split(" ")[1]));
    assert.deepEqual(
      unread,
      indexes.map((_, index) => `${name} ${own + index + 1}`),
    );
    kept.forEach((entry, index) => (acknowledged[index] ??= entry));
  }
  t.diagnostic(`${acknowledged.length} acknowledged appends, 6 kills`);
});

test("SqliteLog keeps one order of entries when several processes start on a new file at once", async () => {
  const file = join(folder, "several.db");
  const names = ["a", "b", "c", "d"];
  const children = names.map((name) => startAppender(file, name, 100));
  const exits = await Promise.all(
    children.map(async (child) => {
      child.stdout?.resume();
      const [code]: unknown[] = await once(child, "exit");
      return code;
    }),
  );
  assert.deepEqual(exits, [0, 0, 0, 0]);
  const entries = await entriesOf(file);
  for (const name of names) {
    const own = entries.filter((entry) => entry.startsWith(`${name} `));
    assert.deepEqual(
      own,
      Array.from({ length: 100 }, (_, index) => `${name} ${index + 1}`),
    );
  }
  assert.equal(entries.length, 400);
});

test("SqliteLog.follow() delivers what another process appends", async () => {
  const file = join(folder, "followed.db");
  const log = new SqliteLog(file);
  const followed: string[] = [];
  const all = new Promise<void>((resolve) => {
    log.follow(0, ({ revision, bytes }) => {
      followed.push(utf8.decode(bytes).split(" ", 2).join(" "));
      if (revision === 50) resolve();
    });
  });
  const child = startAppender(file, "other", 50);
  child.stdout?.resume();
  await all;
  await log.close();
  assert.deepEqual(followed, await entriesOf(file));
});

test("SqliteLog refuses a file that is no database, and leaves it as it was", () => {
  for (const content of ["short", "this is somebody's text\n".repeat(100)]) {
    const place = mkdtempSync(join(folder, "foreign-"));
    const file = join(place, "notes.txt");
    writeFileSync(file, content);
    assert.throws(() => new SqliteLog(file), {
      message: `Cannot open the change log ${file}: it is not a change log, and not an SQLite database at all`,
    });
    assert.equal(readFileSync(file, "utf8"), content);
    assert.deepEqual(readdirSync(place), ["notes.txt"]);
  }
});

test("SqliteLog refuses another program's database, and leaves it as it was", () => {
  const place = mkdtempSync(join(folder, "foreign-"));
  const file = join(place, "shop.db");
  const shop = new DatabaseSync(file);
  shop.exec("CREATE TABLE orders (id INTEGER)");
  shop.close();
  const content = readFileSync(file);
  assert.throws(
    () => new SqliteLog(file),
    /an SQLite database of another program, not a change log$/,
  );
  assert.deepEqual(readFileSync(file), content);
  assert.deepEqual(readdirSync(place), ["shop.db"]);
});

test("SqliteLog refuses a log of a newer schema, and leaves it as it was", async () => {
  const file = join(folder, "newer.db");
  const log = new SqliteLog(file);
  await log.append(new Uint8Array([1]), 0);
  await log.close();
  const newer = new DatabaseSync(file);
  newer.exec("PRAGMA user_version = 3");
  newer.close();
  const content = readFileSync(file);
  assert.throws(
    () => new SqliteLog(file),
    /its schema is version 3 and this Footlight knows version 2/,
  );
  assert.deepEqual(readFileSync(file), content);
});

test("SqliteLog says which file it cannot open", () => {
  assert.throws(() => new SqliteLog(folder), {
    message: `Cannot open the change log ${folder}: EISDIR: illegal operation on a directory, read`,
  });
});

test("SqliteLog keeps a write-ahead log", () => {
  const file = join(folder, "mode.db");
  const log = new SqliteLog(file);
  const other = new DatabaseSync(file);
  assert.equal(other.prepare("PRAGMA journal_mode").get()?.["journal_mode"], "wal");
  other.close();
  return log.close();
});

test("SqliteLog.append() names the file and SQLite's reason when it fails", async () => {
  const file = join(folder, "no-table.db");
  const log = new SqliteLog(file);
  const other = new DatabaseSync(file);
  other.exec("DROP TABLE entries");
  other.close();
  await assert.rejects(log.append(new Uint8Array([1]), 0), {
    message: `Cannot append to the change log ${file}: no such table: entries`,
  });
  await log.close();
});

test("SqliteLog.follow() tells an outage once, and goes on when it is over", async (t) => {
  const file = join(folder, "outage.db");
  const log = new SqliteLog(file);
  const other = new DatabaseSync(file);
  const errors: string[] = [];
  const broken = Promise.withResolvers<void>();
  const healed = Promise.withResolvers<number>();
  const onError = (error: Error): void => {
    errors.push(error.message);
    broken.resolve();
  };
  t.after(() => log.close());
  log.follow(0, ({ revision }) => healed.resolve(revision), onError);
  other.exec("ALTER TABLE entries RENAME TO hidden");
  await broken.promise;
  other.exec("ALTER TABLE hidden RENAME TO entries");
  const sha256 = hash("sha256", new Uint8Array([1]), "buffer");
  other.prepare("INSERT INTO entries VALUES (1, x'01', ?)").run(sha256);
  other.close();
  assert.equal(await healed.promise, 1);
  assert.deepEqual(errors, [`Cannot read the change log ${file}: no such table: entries`]);
  await log.close();
});
