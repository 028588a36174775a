/** What a change log asks of its SQLite file, prepared once. */
import type { DatabaseSync, StatementSync } from "node:sqlite";

export interface Statements {
  readonly append: StatementSync;
  readonly read: StatementSync;
  readonly readKept: StatementSync;
  readonly ends: StatementSync;
  readonly saveSnapshot: StatementSync;
  readonly dropSnapshots: StatementSync;
  readonly loadSnapshot: StatementSync;
  readonly keep: StatementSync;
  readonly dropKept: StatementSync;
  readonly begin: StatementSync;
  readonly dropEntries: StatementSync;
  readonly fillProbe: StatementSync;
  readonly emptyProbe: StatementSync;
  readonly dataVersion: StatementSync;
  readonly checkpoint: StatementSync;
}

const beginning = "(SELECT revision FROM beginning)";
const last = `max(${beginning}, coalesce((SELECT max(revision) FROM entries), 0))`;

export function prepareStatements(db: DatabaseSync): Statements {
  return {
    append: db.prepare(
      `INSERT INTO entries (revision, bytes, sha256) SELECT :after + 1, :bytes, :sha256
       WHERE :after = ${last}`,
    ),
    read: db.prepare(
      `SELECT revision, bytes, sha256, ${beginning} AS beginning FROM entries
       WHERE revision > :after AND revision > ${beginning} ORDER BY revision LIMIT :limit`,
    ),
    readKept: db.prepare(
      `SELECT revision, bytes, sha256 FROM kept_entries
       WHERE revision > :after AND revision <= ${beginning} ORDER BY revision LIMIT :limit`,
    ),
    ends: db.prepare(`SELECT ${beginning} AS beginning, ${last} AS last`),
    saveSnapshot: db.prepare(
      `INSERT INTO snapshots (revision, bytes, sha256) VALUES (:revision, :bytes, :sha256)
       ON CONFLICT (revision) DO UPDATE SET bytes = excluded.bytes, sha256 = excluded.sha256`,
    ),
    // The one that the log begins after stays: without it, what follows could not be read.
    dropSnapshots: db.prepare(
      `DELETE FROM snapshots WHERE revision < (SELECT max(revision) FROM snapshots)
       AND (revision <> ${beginning} OR ${beginning} = 0)`,
    ),
    loadSnapshot: db.prepare(
      `SELECT revision, bytes, sha256 FROM snapshots WHERE revision < :before
       ORDER BY revision DESC LIMIT 1`,
    ),
    keep: db.prepare(
      "INSERT OR IGNORE INTO kept_entries SELECT * FROM entries WHERE revision = :revision",
    ),
    dropKept: db.prepare("DELETE FROM kept_entries WHERE revision = :revision"),
    begin: db.prepare("UPDATE beginning SET revision = :revision WHERE revision <= :revision"),
    dropEntries: db.prepare(
      `DELETE FROM entries WHERE revision IN
       (SELECT revision FROM entries WHERE revision <= ${beginning} LIMIT :limit)`,
    ),
    fillProbe: db.prepare("INSERT INTO probe VALUES (zeroblob(:length))"),
    emptyProbe: db.prepare("DELETE FROM probe"),
    dataVersion: db.prepare("PRAGMA data_version"),
    checkpoint: db.prepare("PRAGMA wal_checkpoint(PASSIVE)"),
  };
}
