/**
 * A change log in one SQLite file: what a node uses unless it is told otherwise.
 *
 * Durable before the answer: write-ahead log with `synchronous = FULL`, so a commit returns after
 * its fsync. Compare and append are one statement under SQLite's write lock, hence atomic across
 * processes too. Our own appends wake our followers at once; those of other processes are noticed
 * by polling `PRAGMA data_version`, which reads one word of shared memory (about 1 µs).
 *
 * SQLite is called on the caller's thread on purpose: an append takes some 0.15 ms, most of it the
 * fsync, and a thread in between costs about as much again. Viewers are served elsewhere.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { ChangeLog, Entry, Revision, Snapshot } from "./change-log.ts";
import { Followers } from "./followers.ts";
import { openSqliteFile } from "./sqlite-file.ts";

const pollMs = 10;

export class SqliteLog implements ChangeLog {
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #statements: Statements;
  readonly #followers = new Followers((after, limit) => this.#readEntries(after, limit));
  #poller: NodeJS.Timeout | undefined;
  /** Taken before anyone reads, so a change that comes after that reading shows. */
  #seenDataVersion: unknown;

  /** @throws when the file cannot be opened, is not a change log, or is one of a newer Footlight */
  constructor(file: string) {
    this.#file = file;
    this.#db = openSqliteFile(file);
    this.#statements = prepare(this.#db);
    this.#seenDataVersion = this.#dataVersion();
  }

  async append(bytes: Uint8Array, after: Revision): Promise<Revision | undefined> {
    const { changes } = this.#attempt("append to", () =>
      this.#statements.append.run({ bytes, after }),
    );
    if (changes === 0) {
      // Another process was first: no need to wait for the poller to find its entry.
      this.#followers.wake();
      return undefined;
    }
    this.#followers.wake();
    return after + 1;
  }

  async read(after: Revision, limit: number = 1000): Promise<Entry[]> {
    return this.#readEntries(after, limit);
  }

  async lastRevision(): Promise<Revision> {
    return this.#attempt("read", () => number(this.#statements.last.get()?.["revision"]));
  }

  follow(
    after: Revision,
    listener: (entry: Entry) => void,
    onError?: (error: Error) => void,
  ): () => void {
    this.#requireOpen();
    const stop = this.#followers.add(after, listener, onError);
    this.#poller ??= setInterval(() => this.#poll(), pollMs);
    return stop;
  }

  async saveSnapshot({ revision, bytes }: Snapshot): Promise<void> {
    const last = await this.lastRevision();
    if (revision > last) {
      throw new Error(
        `A snapshot at revision ${revision} is ahead of the change log ${this.#file}, which ends at ${last}`,
      );
    }
    this.#attempt("keep a snapshot in", () => {
      this.#statements.saveSnapshot.run({ revision, bytes });
      this.#statements.dropSnapshots.run();
    });
  }

  async loadSnapshot(): Promise<Snapshot | undefined> {
    const row = this.#attempt("read", () => this.#statements.loadSnapshot.get());
    return row && { revision: number(row["revision"]), bytes: blob(row["bytes"]) };
  }

  async close(): Promise<void> {
    if (!this.#db.isOpen) return;
    this.#followers.stop();
    clearInterval(this.#poller);
    this.#db.close();
  }

  #readEntries(after: Revision, limit: number): Entry[] {
    const rows = this.#attempt("read", () => this.#statements.read.all({ after, limit }));
    return rows.map((row) => ({ revision: number(row["revision"]), bytes: blob(row["bytes"]) }));
  }

  #poll(): void {
    if (this.#followers.size === 0) {
      clearInterval(this.#poller);
      this.#poller = undefined;
      return;
    }
    const version = this.#dataVersion();
    if (version !== this.#seenDataVersion || this.#followers.isBroken) this.#followers.wake();
    this.#seenDataVersion = version;
  }

  /** @returns undefined when even this cannot be read: the followers' own reading then says why */
  #dataVersion(): unknown {
    try {
      return this.#statements.dataVersion.get()?.["data_version"];
    } catch {
      return undefined;
    }
  }

  #attempt<T>(what: string, act: () => T): T {
    this.#requireOpen();
    try {
      return act();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Cannot ${what} the change log ${this.#file}: ${reason}`, { cause: error });
    }
  }

  #requireOpen(): void {
    if (!this.#db.isOpen) throw new Error(`The change log ${this.#file} is closed`);
  }
}

interface Statements {
  readonly append: StatementSync;
  readonly read: StatementSync;
  readonly last: StatementSync;
  readonly saveSnapshot: StatementSync;
  readonly dropSnapshots: StatementSync;
  readonly loadSnapshot: StatementSync;
  readonly dataVersion: StatementSync;
}

function prepare(db: DatabaseSync): Statements {
  return {
    append: db.prepare(
      `INSERT INTO entries (revision, bytes) SELECT :after + 1, :bytes
       WHERE :after = (SELECT coalesce(max(revision), 0) FROM entries)`,
    ),
    read: db.prepare(
      "SELECT revision, bytes FROM entries WHERE revision > :after ORDER BY revision LIMIT :limit",
    ),
    last: db.prepare("SELECT coalesce(max(revision), 0) AS revision FROM entries"),
    saveSnapshot: db.prepare(
      `INSERT INTO snapshots (revision, bytes) VALUES (:revision, :bytes)
       ON CONFLICT (revision) DO UPDATE SET bytes = excluded.bytes`,
    ),
    dropSnapshots: db.prepare(
      "DELETE FROM snapshots WHERE revision < (SELECT max(revision) FROM snapshots)",
    ),
    loadSnapshot: db.prepare(
      "SELECT revision, bytes FROM snapshots ORDER BY revision DESC LIMIT 1",
    ),
    dataVersion: db.prepare("PRAGMA data_version"),
  };
}

function number(value: unknown): number {
  if (typeof value === "number") return value;
  throw new Error(`Expected a number from SQLite, got a ${typeof value}`);
}

function blob(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Error(`Expected bytes from SQLite, got a ${typeof value}`);
}
