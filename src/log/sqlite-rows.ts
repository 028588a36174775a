/** Reads rows of a change log's tables, and lets none pass that is not what was written. */
import type { Entry, Revision, Snapshot } from "./change-log.ts";
import { matchesChecksum } from "./checksum.ts";
import { DamagedLog } from "./log-failure.ts";

export type Row = Readonly<Record<string, unknown>>;

/**
 * @param after the revision that was asked for
 * @throws DamagedLog, when a row is not what was written, or one in between is missing
 */
export function readEntries(rows: readonly Row[], after: Revision, file: string): Entry[] {
  return rows.map((row, index) => {
    const expected = Math.max(after, number(row["beginning"])) + 1 + index;
    if (row["revision"] !== expected) {
      throw new DamagedLog(nameOf("entry", expected, file), "it is missing", expected);
    }
    return readRow("entry", row, file);
  });
}

/** @throws DamagedLog, when the row is not what was written */
export function readRow(what: "entry" | "snapshot", row: Row, file: string): Entry & Snapshot {
  const revision = number(row["revision"]);
  const bytes = blob(row["bytes"]);
  if (!matchesChecksum(bytes, blob(row["sha256"]))) {
    throw new DamagedLog(
      nameOf(what, revision, file),
      "it does not match the SHA-256 it was written with",
      revision,
    );
  }
  return { revision, bytes };
}

function nameOf(what: "entry" | "snapshot", revision: Revision, file: string): string {
  return what === "entry"
    ? `Entry ${revision} of the change log ${file}`
    : `The snapshot at revision ${revision} of the change log ${file}`;
}

export function number(value: unknown): number {
  if (typeof value === "number") return value;
  throw new Error(`Expected a number from SQLite, got a ${typeof value}`);
}

function blob(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Error(`Expected bytes from SQLite, got a ${typeof value}`);
}
