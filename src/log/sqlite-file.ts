/**
 * Opens the SQLite file of a change log: makes a new one, brings an older one up to date, refuses any
 * that is not ours.
 *
 * Whose file it is stands in SQLite's header: `application_id` says that it is a change log,
 * `user_version` in which schema. The header is read as plain bytes first, because SQLite itself
 * may write to a file (recover a journal, make a -wal beside it) before we could say no.
 */
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  linkSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeFolderNow } from "../base/make-folder.ts";
import { openingReason } from "./sqlite-error.ts";
import { applicationId, createSchema, migrateSchema, schemaVersion } from "./sqlite-schema.ts";

const busyTimeoutMs = 5000;
const lockRetryMs = 5;
const headerBytes = 100;
/** What SQLite takes for the index of a write-ahead log as soon as a file is opened. */
const indexBytes = 32 * 1024;

const whatHelps = "A backup has it whole: footlight restore";
const beginningCheck = `
  SELECT revision AS at, revision = 0
    OR revision IN (SELECT revision FROM snapshots)
    OR revision < (SELECT min(revision) FROM entries) AS is_so
  FROM beginning`;

/** @returns the database, its schema in place, in WAL mode, durable at every commit */
export function openSqliteFile(file: string): DatabaseSync {
  try {
    makeFolderNow(dirname(file), 0o700);
    const isNew = refuseForeignFile(file) === "none";
    // For its owner alone, whoever made the folder; what SQLite puts beside it has the same mode.
    if (isNew) closeSync(openSync(file, "a", 0o600));
  } catch (error) {
    throw cannotOpen(file, error);
  }
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: busyTimeoutMs });
    if (readPragma(db, "user_version") === 0) createSchema(db);
    if (isOlder(readPragma(db, "user_version"))) {
      for (const one of [file, `${file}-wal`, `${file}-shm`]) {
        if (existsSync(one)) chmodSync(one, 0o600);
      }
      migrateSchema(db);
    }
    refuseUnknownSchema(readPragma(db, "application_id"), readPragma(db, "user_version"));
    switchToWal(db);
    refuseDamagedPages(db);
    refuseOtherBeginning(db);
    // A large snapshot grows the -wal file; after the next checkpoint it is cut back to this.
    db.exec("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216");
    return db;
  } catch (error) {
    db?.close();
    throw cannotOpen(file, error);
  }
}

/**
 * Leaves room for the next who opens a file that was closed: on a disk that is full by then, a node could not even be started. SQLite
 * deletes its index when the last one closes a file, and whoever comes first empties it and begins it anew; so that is what is left.
 */
export function keepRoomToOpen(file: string): void {
  const index = `${file}-shm`;
  const draft = `${index}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    if (existsSync(index) || !existsSync(file)) return;
    const { uid, gid, mode } = statSync(file);
    writeFileSync(draft, new Uint8Array(indexBytes), { mode: mode & 0o777, flag: "wx" });
    // As SQLite has it: the next may be whoever owns the file, where root has looked at it.
    if (uid !== process.getuid?.()) chownSync(draft, uid, gid);
    // Whole, and not in the place of one that somebody has begun meanwhile.
    linkSync(draft, index);
  } catch {
    // There is no room to be kept, or another has the file open.
  } finally {
    rmSync(draft, { force: true });
  }
}

function refuseForeignFile(file: string): "none" | "ours" {
  const header = readHeader(file);
  if (header.length === 0) return "none";
  if (header.length < headerBytes || !header.toString("latin1").startsWith("SQLite format 3\0")) {
    throw new Error("it is not a change log, and not an SQLite database at all");
  }
  refuseUnknownSchema(header.readUInt32BE(68), header.readUInt32BE(60));
  return "ours";
}

function refuseUnknownSchema(foundApplicationId: unknown, foundVersion: unknown): void {
  if (foundApplicationId !== applicationId) {
    throw new Error("it is an SQLite database of another program, not a change log");
  }
  if (foundVersion !== schemaVersion && !isOlder(foundVersion)) {
    throw new Error(
      `its schema is version ${String(foundVersion)} and this Footlight knows version ${schemaVersion}; ` +
        "it was written by a newer Footlight, use that one",
    );
  }
}

function isOlder(version: unknown): boolean {
  return typeof version === "number" && version > 0 && version < schemaVersion;
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

/**
 * Checksums find rows that changed, and not rows that a damaged page no longer shows: the newest ones
 * would be missing in silence, and written over. It takes about a millisecond a megabyte.
 */
function refuseDamagedPages(db: DatabaseSync): void {
  const found = readPragma(db, "quick_check(1)", "quick_check");
  if (found === "ok") return;
  // The first line says that it is about the database.
  const what = String(found).split("\n").at(-1);
  throw new Error(`its pages are damaged (${what}). ${whatHelps}`);
}

/**
 * Where a log begins has no checksum. Where it says to begin later than it does, entries before that would be missing in silence, and
 * dropped the next time. None is there before it, or it has a snapshot of it, and some are yet to be dropped. (Where it says to begin
 * earlier, who reads it is told what is missing.)
 */
function refuseOtherBeginning(db: DatabaseSync): void {
  const { at, is_so: isSo } = db.prepare(beginningCheck).get() ?? {};
  if (isSo === 1) return;
  throw new Error(
    `it says that it begins after revision ${String(at)}, and has no snapshot of that: it is damaged. ${whatHelps}`,
  );
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

/** @param column what SQLite calls the answer */
function readPragma(db: DatabaseSync, name: string, column: string = name): unknown {
  return db.prepare(`PRAGMA ${name}`).get()?.[column];
}

function cannotOpen(file: string, error: unknown): Error {
  return new Error(`Cannot open the change log ${file}: ${openingReason(error)}`, { cause: error });
}
