/**
 * Opens the SQLite file of a change log: makes a new one, refuses any that is not ours.
 *
 * Whose file it is stands in SQLite's header: `application_id` says that it is a change log,
 * `user_version` in which schema. The header is read as plain bytes first, because SQLite itself
 * may write to a file (recover a journal, make a -wal beside it) before we could say no.
 */
import { closeSync, mkdirSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** "FtLg" in ASCII. */
const applicationId = 0x46744c67;
const schemaVersion = 1;
const busyTimeoutMs = 5000;
const lockRetryMs = 5;
const headerBytes = 100;

const schema = `
  CREATE TABLE entries (revision INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE snapshots (revision INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

/** @returns the database, its schema in place, in WAL mode, durable at every commit */
export function openSqliteFile(file: string): DatabaseSync {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    refuseForeignFile(file);
  } catch (error) {
    throw cannotOpen(file, error);
  }
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: busyTimeoutMs });
    if (readPragma(db, "user_version") === 0) createSchema(db);
    refuseUnknownSchema(readPragma(db, "application_id"), readPragma(db, "user_version"));
    switchToWal(db);
    // A large snapshot grows the -wal file; after the next checkpoint it is cut back to this.
    db.exec("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216");
    return db;
  } catch (error) {
    db?.close();
    throw cannotOpen(file, error);
  }
}

function refuseForeignFile(file: string): void {
  const header = readHeader(file);
  if (header.length === 0) return;
  if (header.length < headerBytes || !header.toString("latin1").startsWith("SQLite format 3\0")) {
    throw new Error("it is not a change log, and not an SQLite database at all");
  }
  refuseUnknownSchema(header.readUInt32BE(68), header.readUInt32BE(60));
}

function refuseUnknownSchema(foundApplicationId: unknown, foundVersion: unknown): void {
  if (foundApplicationId !== applicationId) {
    throw new Error("it is an SQLite database of another program, not a change log");
  }
  if (foundVersion !== schemaVersion) {
    throw new Error(
      `its schema is version ${String(foundVersion)} and this Footlight knows version ${schemaVersion}; ` +
        "it was written by a newer Footlight, use that one",
    );
  }
}

/** @returns the first bytes of the file, none when it does not exist */
function readHeader(file: string): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return Buffer.alloc(0);
    throw error;
  }
  try {
    const header = Buffer.alloc(headerBytes);
    return header.subarray(0, readSync(descriptor, header, 0, headerBytes, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** Two processes may meet on a new file: the second waits for the lock and finds the work done. */
function createSchema(db: DatabaseSync): void {
  db.exec("BEGIN IMMEDIATE");
  if (readPragma(db, "user_version") === 0) db.exec(schema);
  db.exec("COMMIT");
}

/** The mode stays with the file, so this writes only once in a log's life. */
function switchToWal(db: DatabaseSync): void {
  const deadline = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      if (db.prepare("PRAGMA journal_mode = WAL").get()?.["journal_mode"] === "wal") return;
      throw new Error("SQLite cannot keep a write-ahead log there; use a local file system");
    } catch (error) {
      // SQLite does not wait for this lock itself, because here waiting could deadlock.
      const isLocked = error instanceof Error && error.message === "database is locked";
      if (!isLocked || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lockRetryMs);
    }
  }
}

function readPragma(db: DatabaseSync, name: string): unknown {
  return db.prepare(`PRAGMA ${name}`).get()?.[name];
}

function cannotOpen(file: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`Cannot open the change log ${file}: ${reason}`, { cause: error });
}
