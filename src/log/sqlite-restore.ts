/** Writes a change log in SQLite anew, from what a backup has of it. */
import { inTransaction } from "./sqlite-schema.ts";
import type { Revision } from "./change-log.ts";
import { checksumOf } from "./checksum.ts";
import { openingReason, writeError } from "./sqlite-error.ts";
import { openSqliteFile } from "./sqlite-file.ts";

export interface LogPart {
  /** A `snapshot` is what the log begins with; there is one at most. */
  readonly kind: "snapshot" | "kept-entry" | "entry";
  readonly revision: Revision;
  readonly bytes: Uint8Array;
}

const partsATransaction = 200;

const tables = { snapshot: "snapshots", "kept-entry": "kept_entries", entry: "entries" } as const;

/**
 * @param file that does not exist yet
 * @throws when it cannot be written, or a part comes twice
 */
export async function restoreSqliteLog(file: string, parts: AsyncIterable<LogPart>): Promise<void> {
  const db = openSqliteFile(file);
  try {
    const insertInto = (table: string) => db.prepare(`INSERT INTO ${table} VALUES (?, ?, ?)`);
    const insert = {
      snapshot: insertInto(tables.snapshot),
      "kept-entry": insertInto(tables["kept-entry"]),
      entry: insertInto(tables.entry),
    };
    const begin = db.prepare("UPDATE beginning SET revision = ?");
    let waiting: LogPart[] = [];
    const write = (): void => {
      try {
        inTransaction(db, "BEGIN IMMEDIATE", () => {
          for (const { kind, revision, bytes } of waiting) {
            insert[kind].run(revision, bytes, checksumOf(bytes));
            if (kind === "snapshot") begin.run(revision);
          }
        });
      } catch (error) {
        throw writeError(error, `Cannot write the change log ${file}: ${openingReason(error)}`);
      }
      waiting = [];
    };
    for await (const part of parts) {
      waiting.push(part);
      if (waiting.length >= partsATransaction) write();
    }
    write();
  } finally {
    db.close();
  }
}
