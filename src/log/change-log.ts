/**
 * The change log: an ordered list of entries that grows at its end, and that survives the process.
 *
 * It knows bytes and revisions, nothing of what they mean. An entry's revision is its position:
 * the first entry has revision 1, the next 2, without gaps; revision 0 is the empty log.
 * Compare-and-append is the only way to write, so of two writers that decided on the same
 * revision exactly one succeeds.
 *
 * What it gives back is what it was given: it throws DamagedLog, which names the revision, where that
 * is no longer so.
 */

import type { LogFailure } from "./log-failure.ts";
import type { SideChannel } from "./side-channel.ts";

/** Position of an entry in the log: 1, 2, 3 …; 0 stands for "before the first". */
export type Revision = number;

export interface Entry {
  readonly revision: Revision;
  /** Owned by the reader: the log keeps no reference to them. */
  readonly bytes: Uint8Array;
}

export interface Snapshot {
  /** The entry after which the snapshot was taken. */
  readonly revision: Revision;
  readonly bytes: Uint8Array;
}

export interface ChangeLog {
  /** Where nodes talk to each other; absent where they share a file, or nothing. */
  readonly sideChannel?: SideChannel;

  /**
   * Appends one entry, if `after` is still the last revision. When the promise resolves with a
   * revision the entry is durable: it survives `kill -9` and a power cut.
   *
   * @returns the new entry's revision, or undefined when another entry came first
   * @throws LogFailure, when it cannot be kept: the disk is full, or the files are gone
   */
  append(bytes: Uint8Array, after: Revision): Promise<Revision | undefined>;

  /**
   * @returns the entries after `after`, oldest first, at most `limit` of them (default 1000). They
   *   begin at `firstRevision()`, so a reader that wants an earlier one sees a gap
   */
  read(after: Revision, limit?: number): Promise<Entry[]>;

  /** @returns the revision of the last entry, also when it has been dropped; 0 before the first */
  lastRevision(): Promise<Revision>;

  /**
   * @returns the revision of the last entry that any append was answered for by now, by whomever
   * @throws LogFailure, where that cannot be known
   */
  requireLast(): Promise<Revision>;

  /** @returns the first revision that `read()` can give: 1, until the log was made to begin later */
  firstRevision(): Promise<Revision>;

  /**
   * Calls `listener` with every entry after `after`, in order and each once, until the returned
   * function is called. Entries that another process appends arrive too. The first call comes after
   * follow() has returned, and following keeps the process alive until it is stopped.
   *
   * @param listener if it throws, `onError` is told and this following ends: going on would either
   *   lose the entry or deliver it twice
   * @param onError told once when reading breaks; the log goes on trying
   */
  follow(
    after: Revision,
    listener: (entry: Entry) => void,
    onError?: (error: Error) => void,
  ): () => void;

  /**
   * Keeps a snapshot; an older one may be dropped, and one that is older than the newest may be
   * ignored. Entries are never dropped by this.
   *
   * @throws when the log has no such revision yet
   */
  saveSnapshot(snapshot: Snapshot): Promise<void>;

  /** @returns the newest snapshot that was kept, of those before a revision when one is named */
  loadSnapshot(before?: Revision): Promise<Snapshot | undefined>;

  /**
   * Drops the entries up to a snapshot's revision. The snapshot tells what they came to, and stays
   * until the log begins later still. Done in steps that let others write in between; one that was
   * cut off leaves the log whole, and the next goes on with it.
   *
   * @param keep the revisions of those that `readKept()` gives from now on
   * @throws when the log has no such revision, or begins behind it already
   */
  beginAfter(snapshot: Snapshot, keep: ReadonlySet<Revision>): Promise<void>;

  /**
   * Makes a log that has nothing yet begin after a snapshot of another one, with what that kept aside:
   * the next entry has the revision after the snapshot's.
   *
   * @throws when the log has something already
   */
  startAfter(snapshot: Snapshot, kept: readonly Entry[]): Promise<void>;

  /** @returns what was dropped but kept aside, oldest first, at most `limit` (default 1000) */
  readKept(after: Revision, limit?: number): Promise<Entry[]>;

  /** @returns why nothing can be appended now, as far as that is known; it may try to write */
  findFailure(): Promise<LogFailure | undefined>;

  /** Ends all following. Whatever is called later, except close(), rejects. */
  close(): Promise<void>;
}
