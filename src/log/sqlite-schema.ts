/**
 * The tables of a change log in SQLite, and how the ones of an earlier Footlight become these.
 *
 * Each row carries the SHA-256 of its bytes, because SQLite has no checksums: what the disk gives
 * back changed is told, and not served.
 */
import type { DatabaseSync } from "node:sqlite";
import { checksumOf } from "./checksum.ts";

/** "FtLg" in ASCII. */
export const applicationId = 0x46744c67;
export const schemaVersion = 2;

const columns = "(revision INTEGER PRIMARY KEY, bytes BLOB NOT NULL, sha256 BLOB NOT NULL) STRICT";

/**
 * `beginning.revision`: entries up to it have been dropped, and `kept_entries` has those of them that
 * are still needed. `probe` is where a log that was full tries whether it can write again.
 */
const laterTables = `
  CREATE TABLE kept_entries ${columns};
  CREATE TABLE beginning (revision INTEGER NOT NULL) STRICT;
  INSERT INTO beginning VALUES (0);
  CREATE TABLE probe (bytes BLOB NOT NULL) STRICT;
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

/** Two processes may meet on a new file: the second waits for the lock and finds the work done. */
export function createSchema(db: DatabaseSync): void {
  // What compaction frees goes back to the system. It can only be chosen as the first thing, and it
  // writes: outside of the transaction, others would meet a file that says nothing of whose it is.
  const start = "BEGIN; PRAGMA auto_vacuum = INCREMENTAL";
  inTransaction(db, start, () => {
    if (versionOf(db) !== 0) return;
    db.exec(`CREATE TABLE entries ${columns}; CREATE TABLE snapshots ${columns}; ${laterTables}`);
  });
}

/** Entries stay as they are, to the byte; what is new is what stands beside them. */
export function migrateSchema(db: DatabaseSync): void {
  db.function("sha256", { deterministic: true }, (bytes) => checksumOf(bytes as Uint8Array));
  inTransaction(db, "BEGIN IMMEDIATE", () => {
    if (versionOf(db) !== 1) return;
    for (const table of ["entries", "snapshots"]) {
      db.exec(`
        CREATE TABLE new_${table} ${columns};
        INSERT INTO new_${table} SELECT revision, bytes, sha256(bytes) FROM ${table};
        DROP TABLE ${table};
        ALTER TABLE new_${table} RENAME TO ${table};
      `);
    }
    db.exec(laterTables);
  });
  try {
    db.exec("PRAGMA auto_vacuum = INCREMENTAL; VACUUM");
  } catch {
    // It needs the file's size once more on the disk. Without it the file keeps its size, no more.
  }
}

function versionOf(db: DatabaseSync): unknown {
  return db.prepare("PRAGMA user_version").get()?.["user_version"];
}

/**
 * Holds the write lock while `act` runs; nothing of it stays when it throws.
 *
 * @param start what takes the lock
 */
export function inTransaction(db: DatabaseSync, start: string, act: () => void): void {
  try {
    db.exec(start);
    act();
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}
