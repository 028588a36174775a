/** A change log that lives and dies with the process: for tests, and for nodes that need no memory. */
import type { ChangeLog, Entry, Revision, Snapshot } from "./change-log.ts";
import { Followers } from "./followers.ts";

export class MemoryLog implements ChangeLog {
  /** By revision; a Map keeps them in order, as they are never added but at the end. */
  readonly #entries = new Map<Revision, Uint8Array>();
  readonly #followers = new Followers((after, limit) => this.#slice(after, limit));
  #kept: Entry[] = [];
  /** Oldest first: the one that the log begins after, if it does not begin at 1, and the newest. */
  #snapshots: Snapshot[] = [];
  #beginning: Revision = 0;
  #last: Revision = 0;
  #isClosed = false;

  async append(bytes: Uint8Array, after: Revision): Promise<Revision | undefined> {
    this.#requireOpen();
    if (after !== this.#last) return undefined;
    this.#last += 1;
    this.#entries.set(this.#last, bytes.slice());
    this.#followers.wake();
    return this.#last;
  }

  async read(after: Revision, limit: number = 1000): Promise<Entry[]> {
    this.#requireOpen();
    return this.#slice(after, limit);
  }

  async lastRevision(): Promise<Revision> {
    this.#requireOpen();
    return this.#last;
  }

  requireLast(): Promise<Revision> {
    return this.lastRevision();
  }

  async firstRevision(): Promise<Revision> {
    this.#requireOpen();
    return this.#beginning + 1;
  }

  follow(
    after: Revision,
    listener: (entry: Entry) => void,
    onError?: (error: Error) => void,
  ): () => void {
    this.#requireOpen();
    return this.#followers.add(after, listener, onError);
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    this.#requireOpen();
    this.#requireReached(snapshot.revision);
    if (snapshot.revision < (this.#snapshots.at(-1)?.revision ?? 0)) return;
    const base = this.#snapshots.filter(({ revision }) => this.#isBase(revision));
    this.#snapshots = [
      ...base.filter(({ revision }) => revision !== snapshot.revision),
      copyOf(snapshot),
    ];
  }

  async loadSnapshot(before: Revision = Infinity): Promise<Snapshot | undefined> {
    this.#requireOpen();
    const newest = this.#snapshots.findLast(({ revision }) => revision < before);
    return newest && copyOf(newest);
  }

  async beginAfter(snapshot: Snapshot, keep: ReadonlySet<Revision>): Promise<void> {
    this.#requireOpen();
    this.#requireReached(snapshot.revision);
    if (snapshot.revision < this.#beginning) {
      throw new Error(
        `The log begins after revision ${this.#beginning} already, so not after ${snapshot.revision}`,
      );
    }
    const dropped = this.#slice(this.#beginning, snapshot.revision - this.#beginning);
    this.#kept = [...this.#kept, ...dropped].filter(({ revision }) => keep.has(revision));
    for (const { revision } of dropped) this.#entries.delete(revision);
    this.#beginning = snapshot.revision;
    const newer = this.#snapshots.filter(({ revision }) => revision > snapshot.revision);
    this.#snapshots = [copyOf(snapshot), ...newer];
  }

  async startAfter(snapshot: Snapshot, kept: readonly Entry[]): Promise<void> {
    this.#requireOpen();
    if (this.#last > 0) throw new Error(`The log has ${this.#last} entries already`);
    this.#kept = kept.map(copyOf);
    this.#snapshots = [copyOf(snapshot)];
    this.#beginning = snapshot.revision;
    this.#last = snapshot.revision;
  }

  async readKept(after: Revision, limit: number = 1000): Promise<Entry[]> {
    this.#requireOpen();
    return this.#kept
      .filter(({ revision }) => revision > after)
      .slice(0, limit)
      .map(copyOf);
  }

  async findFailure(): Promise<undefined> {
    this.#requireOpen();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#followers.stop();
  }

  #slice(after: Revision, limit: number): Entry[] {
    const first = Math.max(after, this.#beginning) + 1;
    const count = Math.max(0, Math.min(limit, this.#last - first + 1));
    return Array.from({ length: count }, (_, index) => {
      const revision = first + index;
      return { revision, bytes: this.#entries.get(revision)!.slice() };
    });
  }

  #isBase(revision: Revision): boolean {
    return this.#beginning > 0 && revision === this.#beginning;
  }

  #requireReached(revision: Revision): void {
    if (revision <= this.#last) return;
    throw new Error(
      `A snapshot at revision ${revision} is ahead of the log, which ends at ${this.#last}`,
    );
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new Error("The change log in memory is closed");
  }
}

function copyOf({ revision, bytes }: Entry): Entry {
  return { revision, bytes: bytes.slice() };
}
