/** A change log that lives and dies with the process: for tests, and for nodes that need no memory. */
import type { ChangeLog, Entry, Revision, Snapshot } from "./change-log.ts";
import { Followers } from "./followers.ts";

export class MemoryLog implements ChangeLog {
  readonly #entries: Uint8Array[] = [];
  readonly #followers = new Followers((after, limit) => this.#slice(after, limit));
  #snapshot: Snapshot | undefined;
  #isClosed = false;

  async append(bytes: Uint8Array, after: Revision): Promise<Revision | undefined> {
    this.#requireOpen();
    if (after !== this.#entries.length) return undefined;
    this.#entries.push(bytes.slice());
    this.#followers.wake();
    return this.#entries.length;
  }

  async read(after: Revision, limit: number = 1000): Promise<Entry[]> {
    this.#requireOpen();
    return this.#slice(after, limit);
  }

  async lastRevision(): Promise<Revision> {
    this.#requireOpen();
    return this.#entries.length;
  }

  follow(
    after: Revision,
    listener: (entry: Entry) => void,
    onError?: (error: Error) => void,
  ): () => void {
    this.#requireOpen();
    return this.#followers.add(after, listener, onError);
  }

  async saveSnapshot({ revision, bytes }: Snapshot): Promise<void> {
    this.#requireOpen();
    const last = this.#entries.length;
    if (revision > last) {
      throw new Error(
        `A snapshot at revision ${revision} is ahead of the log, which ends at ${last}`,
      );
    }
    if (revision < (this.#snapshot?.revision ?? 0)) return;
    this.#snapshot = { revision, bytes: bytes.slice() };
  }

  async loadSnapshot(): Promise<Snapshot | undefined> {
    this.#requireOpen();
    return this.#snapshot && { ...this.#snapshot, bytes: this.#snapshot.bytes.slice() };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#followers.stop();
  }

  #slice(after: Revision, limit: number): Entry[] {
    return this.#entries
      .slice(after, after + limit)
      .map((bytes, index) => ({ revision: after + index + 1, bytes: bytes.slice() }));
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new Error("The change log in memory is closed");
  }
}
