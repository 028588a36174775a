/**
 * The newest state that a log's snapshots give. A snapshot is a shortcut: one that is damaged, or in a
 * format that this version does not read, is told and passed over, and an earlier one or the log from
 * its beginning tells the same.
 */
import type { Logger } from "../base/logger.ts";
import type { ChangeLog, Revision } from "../log/change-log.ts";
import { DamagedLog } from "../log/log-failure.ts";
import { headOf } from "./apply-entry.ts";
import { noteEncoded } from "./encode-in-turns.ts";
import { NewerChange } from "./newer-change.ts";
import { decodeSnapshot, newerFormatOf } from "./snapshot.ts";
import { emptyState, type State } from "./state.ts";

export interface LoadOptions {
  /** The AWS account, 12 digits. A log that belongs to another is refused. */
  readonly account: string;
  readonly logger: Logger;
}

export interface LoadedState {
  readonly state: State;
  /** Whether a snapshot gave it; otherwise it is the empty account. */
  readonly isFromSnapshot: boolean;
}

/**
 * @param before only snapshots before this revision; all when it is not given
 * @throws when the log is another account's, or lacks what came before its first entry; NewerChange,
 *   when that is there and only a newer Footlight reads it
 */
export async function loadState(
  log: ChangeLog,
  options: LoadOptions,
  before?: Revision,
): Promise<LoadedState> {
  const found = await loadFromSnapshot(log, options, before);
  if (found.state !== undefined) return { state: found.state, isFromSnapshot: true };
  const first = await log.firstRevision();
  if (first === 1) return { state: emptyState(options.account), isFromSnapshot: false };
  if (found.newer !== undefined) {
    const { format, revision } = found.newer;
    throw new NewerChange(
      `snapshot of format ${format}`,
      `it begins with revision ${first}, after a snapshot at revision ${revision} in format ${format}, which this one does not read`,
    );
  }
  throw new Error(
    `The change log begins with revision ${first}, and no snapshot that can be read says what came before. ` +
      "A backup does: footlight restore",
  );
}

interface Found {
  readonly state?: State;
  /** The newest that a newer Footlight has written. */
  readonly newer?: { readonly format: number; readonly revision: Revision };
}

async function loadFromSnapshot(
  log: ChangeLog,
  options: LoadOptions,
  before: Revision | undefined,
): Promise<Found> {
  let limit = before;
  let found: Found = {};
  for (;;) {
    try {
      const snapshot = await log.loadSnapshot(limit);
      if (snapshot === undefined) return found;
      limit = snapshot.revision;
      const state = decodeSnapshot(snapshot.bytes, options.account);
      if (state !== undefined && (await isOfThisHistory(log, state))) {
        noteEncoded(state, snapshot.bytes);
        return { state };
      }
      const format = newerFormatOf(snapshot.bytes);
      if (format !== undefined && found.newer === undefined) {
        found = { newer: { format, revision: limit } };
      }
      options.logger.warn({ revision: limit }, "a snapshot cannot be used; going on without it");
    } catch (err) {
      if (!(err instanceof DamagedLog)) throw err;
      limit = err.revision;
      options.logger.error({ err, revision: limit }, "a snapshot is damaged; going on without it");
    }
  }
}

/** Whether the entry at its revision, where the log still has it, is the one that it came from. */
async function isOfThisHistory(log: ChangeLog, { revision, head }: State): Promise<boolean> {
  if (revision < (await log.firstRevision())) return true;
  try {
    const [entry] = await log.read(revision - 1, 1);
    return entry === undefined || headOf(entry.bytes) === head;
  } catch (error) {
    // The entry is damaged, and all that it said is in the snapshot.
    if (error instanceof DamagedLog) return true;
    throw error;
  }
}
