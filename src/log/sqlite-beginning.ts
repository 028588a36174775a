/**
 * Makes a change log in SQLite begin later: entries up to a snapshot are dropped, and the space goes
 * back to the system.
 *
 * In steps of some milliseconds each, because the lock that writing needs makes others wait. Readers
 * see the old beginning until one short step moves it, and none of the rows behind it from then on,
 * so deleting them may stop anywhere and be gone on with another time.
 */
import { setTimeout } from "node:timers/promises";
import type { DatabaseSync } from "node:sqlite";
import type { Revision, Snapshot } from "./change-log.ts";
import { checksumOf } from "./checksum.ts";
import { number } from "./sqlite-rows.ts";
import type { Statements } from "./sqlite-statements.ts";

const rowsAStep = 20;
const pagesAStep = 256;
/** Who waits for the lock looks again after some milliseconds, and must find it free. */
const pauseMs = 5;

export interface NewBeginning {
  readonly db: DatabaseSync;
  readonly statements: Statements;
  readonly snapshot: Snapshot;
  readonly keep: ReadonlySet<Revision>;
  /** Runs one step as a transaction. */
  readonly write: (act: () => void) => void;
}

export async function beginSqliteLogAfter(beginning: NewBeginning): Promise<void> {
  await keepAside(beginning);
  const { statements, snapshot, write } = beginning;
  const { revision, bytes } = snapshot;
  const sha256 = checksumOf(bytes);
  write(() => {
    statements.saveSnapshot.run({ revision, bytes, sha256 });
    statements.begin.run({ revision });
    statements.dropSnapshots.run();
  });
  await dropRest(beginning);
}

async function keepAside({ statements, keep, write }: NewBeginning): Promise<void> {
  for (const revisions of inSteps([...keep])) {
    write(() => {
      for (const revision of revisions) statements.keep.run({ revision });
    });
    await setTimeout(pauseMs);
  }
}

async function dropRest({ db, statements, keep, write }: NewBeginning): Promise<void> {
  const kept = db.prepare("SELECT revision FROM kept_entries").all();
  const outdated = kept.map((row) => number(row["revision"])).filter((one) => !keep.has(one));
  for (const revisions of inSteps(outdated)) {
    write(() => {
      for (const revision of revisions) statements.dropKept.run({ revision });
    });
    await setTimeout(pauseMs);
  }
  for (let dropped = rowsAStep; dropped === rowsAStep; await setTimeout(pauseMs)) {
    write(() => {
      dropped = number(statements.dropEntries.run({ limit: rowsAStep }).changes);
    });
  }
  const freePages = db.prepare("PRAGMA freelist_count");
  const release = db.prepare(`PRAGMA incremental_vacuum(${pagesAStep})`);
  // Where pages cannot be released, because the file is an early one, they are written again later.
  for (let before = Infinity; ; await setTimeout(pauseMs)) {
    const free = number(freePages.get()?.["freelist_count"]);
    if (free === 0 || free >= before) return;
    before = free;
    write(() => void release.all());
  }
}

function inSteps(revisions: readonly Revision[]): Revision[][] {
  const count = Math.ceil(revisions.length / rowsAStep);
  return Array.from({ length: count }, (_, index) =>
    revisions.slice(index * rowsAStep, (index + 1) * rowsAStep),
  );
}
