/**
 * The change log: an ordered list of entries that only grows, and that survives the process.
 *
 * It knows bytes and revisions, nothing of what they mean. An entry's revision is its position:
 * the first entry has revision 1, the next 2, without gaps; revision 0 is the empty log.
 * Compare-and-append is the only way to write, so of two writers that decided on the same
 * revision exactly one succeeds.
 */

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
  /**
   * Appends one entry, if `after` is still the last revision. When the promise resolves with a
   * revision the entry is durable: it survives `kill -9` and a power cut.
   *
   * @returns the new entry's revision, or undefined when another entry came first
   */
  append(bytes: Uint8Array, after: Revision): Promise<Revision | undefined>;

  /** @returns the entries after `after`, oldest first, at most `limit` of them (default 1000) */
  read(after: Revision, limit?: number): Promise<Entry[]>;

  /** @returns the revision of the last entry, 0 when there is none */
  lastRevision(): Promise<Revision>;

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

  /** @returns the newest snapshot that was kept */
  loadSnapshot(): Promise<Snapshot | undefined>;

  /** Ends all following. Whatever is called later, except close(), rejects. */
  close(): Promise<void>;
}
