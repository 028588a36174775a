/**
 * A change log in one SQLite file: what a node uses unless it is told otherwise.
 *
 * Durable before the answer: write-ahead log with `synchronous = FULL`, so a commit returns after
 * its fsync. Compare and append are one statement under SQLite's write lock, hence atomic across
 * processes too. Our own appends wake our followers at once; those of other processes are noticed
 * by polling `PRAGMA data_version`, which reads one word of shared memory (about 1 µs).
 *
 * Nothing is acknowledged that went into a file which is no longer there. When the log is idle, and
 * when it is closed, the write-ahead log is moved into the file, which then is the whole account.
 *
 * SQLite is called on the caller's thread on purpose: an append takes some 0.15 ms, most of it the
 * fsync, and a thread in between costs about as much again. Viewers are served elsewhere.
 */
import type { DatabaseSync } from "node:sqlite";
import type { ChangeLog, Entry, Revision, Snapshot } from "./change-log.ts";
import { checksumOf } from "./checksum.ts";
import { FileIdentity } from "./file-identity.ts";
import { Followers } from "./followers.ts";
import { DamagedLog, LogFailure } from "./log-failure.ts";
import { beginSqliteLogAfter } from "./sqlite-beginning.ts";
import { writeError } from "./sqlite-error.ts";
import { keepRoomToOpen, openSqliteFile } from "./sqlite-file.ts";
import { number, readEntries, readRow } from "./sqlite-rows.ts";
import { prepareStatements, type Statements } from "./sqlite-statements.ts";
import { inTransaction } from "./sqlite-schema.ts";

const pollMs = 10;
const checkpointAfterIdleMs = 1000;
const probeEveryMs = 1000;

export class SqliteLog implements ChangeLog {
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #statements: Statements;
  readonly #identity: FileIdentity;
  readonly #followers = new Followers((after, limit) => this.#readEntries(after, limit));
  readonly #idle: NodeJS.Timeout;
  #poller: NodeJS.Timeout | undefined;
  /** Taken before anyone reads, so a change that comes after that reading shows. */
  #seenDataVersion: unknown;
  /** Why the last append failed, how much it wanted to write, and when that was tried last. */
  #failure: { readonly error: LogFailure; readonly length: number; triedAt: number } | undefined;

  /** @throws when the file cannot be opened, is not a change log, or is one of a newer Footlight */
  constructor(file: string) {
    this.#file = file;
    this.#db = openSqliteFile(file);
    this.#statements = prepareStatements(this.#db);
    this.#seenDataVersion = this.#dataVersion();
    // Reading made sure that they are there.
    this.#ends();
    this.#identity = new FileIdentity([file, `${file}-wal`, `${file}-shm`]);
    this.#idle = setTimeout(() => this.#checkpoint(), checkpointAfterIdleMs).unref();
  }

  async append(bytes: Uint8Array, after: Revision): Promise<Revision | undefined> {
    const sha256 = checksumOf(bytes);
    const { changes } = this.#write("append to", bytes.length, () =>
      this.#statements.append.run({ bytes, sha256, after }),
    );
    this.#idle.refresh();
    // When another process was first, there is no need to wait for the poller to find its entry.
    this.#followers.wake();
    return changes === 0 ? undefined : after + 1;
  }

  /**
   * Appends entries that follow on the log's end and on each other: all of them or none, with one fsync.
   *
   * @throws LogFailure as append() does, and Error when they do not follow
   */
  async appendAll(entries: readonly Entry[]): Promise<void> {
    const length = entries.reduce((sum, { bytes }) => sum + bytes.length, 0);
    this.#write("append to", length, () =>
      inTransaction(this.#db, "BEGIN IMMEDIATE", () => {
        for (const { revision, bytes } of entries) {
          const row = { bytes, sha256: checksumOf(bytes), after: revision - 1 };
          if (this.#statements.append.run(row).changes === 1) continue;
          throw new Error(`it does not end at revision ${revision - 1}`);
        }
      }),
    );
    this.#idle.refresh();
    this.#followers.wake();
  }

  async read(after: Revision, limit: number = 1000): Promise<Entry[]> {
    return this.#readEntries(after, limit);
  }

  async lastRevision(): Promise<Revision> {
    return this.#ends().last;
  }

  requireLast(): Promise<Revision> {
    return this.lastRevision();
  }

  async firstRevision(): Promise<Revision> {
    return this.#ends().beginning + 1;
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
    this.#requireReached(revision);
    const sha256 = checksumOf(bytes);
    this.#write("keep a snapshot in", bytes.length, () => {
      this.#statements.saveSnapshot.run({ revision, bytes, sha256 });
      this.#statements.dropSnapshots.run();
    });
    this.#idle.refresh();
  }

  async loadSnapshot(before: Revision = Number.MAX_SAFE_INTEGER): Promise<Snapshot | undefined> {
    return this.#read(() => {
      const row = this.#statements.loadSnapshot.get({ before });
      return row && readRow("snapshot", row, this.#file);
    });
  }

  /**
   * Goes on after a snapshot that is ahead of the log's end: what lies in between is not in it, and what
   * it had is dropped.
   *
   * @throws when the log has as much already
   */
  async skipTo(snapshot: Snapshot): Promise<void> {
    const { last } = this.#ends();
    if (snapshot.revision <= last) throw new Error(`The log has revision ${last} already`);
    await this.#begin(snapshot, new Set());
  }

  async beginAfter(snapshot: Snapshot, keep: ReadonlySet<Revision>): Promise<void> {
    this.#requireReached(snapshot.revision);
    const { beginning } = this.#ends();
    if (snapshot.revision < beginning) {
      throw new Error(
        `The change log ${this.#file} begins after revision ${beginning} already, so not after ${snapshot.revision}`,
      );
    }
    await this.#begin(snapshot, keep);
  }

  async #begin(snapshot: Snapshot, keep: ReadonlySet<Revision>): Promise<void> {
    await beginSqliteLogAfter({
      db: this.#db,
      statements: this.#statements,
      snapshot,
      keep,
      write: (act) =>
        this.#write("compact", snapshot.bytes.length, () =>
          inTransaction(this.#db, "BEGIN IMMEDIATE", act),
        ),
    });
    this.#idle.refresh();
  }

  async startAfter({ revision, bytes }: Snapshot, kept: readonly Entry[]): Promise<void> {
    this.#write("begin", bytes.length, () =>
      inTransaction(this.#db, "BEGIN IMMEDIATE", () => {
        const { last } = this.#ends();
        if (last > 0) throw new Error(`it has ${last} entries already`);
        const insertKept = this.#db.prepare("INSERT INTO kept_entries VALUES (?, ?, ?)");
        for (const one of kept) insertKept.run(one.revision, one.bytes, checksumOf(one.bytes));
        const sha256 = checksumOf(bytes);
        this.#statements.saveSnapshot.run({ revision, bytes, sha256 });
        this.#statements.begin.run({ revision });
      }),
    );
  }

  async readKept(after: Revision, limit: number = 1000): Promise<Entry[]> {
    return this.#read(() =>
      this.#statements.readKept
        .all({ after, limit })
        .map((row) => readRow("entry", row, this.#file)),
    );
  }

  async findFailure(): Promise<LogFailure | undefined> {
    this.#requireOpen();
    const gone = this.#findGone();
    if (gone !== undefined || this.#failure === undefined) return gone;
    if (performance.now() - this.#failure.triedAt >= probeEveryMs)
      this.#probe(this.#failure.length);
    return this.#failure?.error;
  }

  async close(): Promise<void> {
    if (!this.#db.isOpen) return;
    this.#followers.stop();
    clearInterval(this.#poller);
    clearTimeout(this.#idle);
    // Closing does it as well, but only where no other process has the file open.
    this.#checkpoint();
    const isPresent = this.#findGone() === undefined;
    this.#db.close();
    if (isPresent) keepRoomToOpen(this.#file);
  }

  #readEntries(after: Revision, limit: number): Entry[] {
    return this.#read(() =>
      readEntries(this.#statements.read.all({ after, limit }), after, this.#file),
    );
  }

  #ends(): { readonly beginning: Revision; readonly last: Revision } {
    return this.#read(() => {
      const row = this.#statements.ends.get();
      return { beginning: number(row?.["beginning"]), last: number(row?.["last"]) };
    });
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

  /** Waits for nobody; what readers hold back is moved the next time. */
  #checkpoint(): void {
    try {
      const row = this.#statements.checkpoint.get();
      if (row?.["log"] !== row?.["checkpointed"]) this.#idle.refresh();
    } catch {
      // The write-ahead log keeps it all; a disk that cannot take it is told by the next append.
    }
  }

  /** @param length about how many bytes are to be written */
  #write<T>(what: string, length: number, act: () => T): T {
    this.#requireOpen();
    try {
      this.#requirePresent();
      const result = act();
      // Once more: what went into a file that was deleted meanwhile was not kept.
      this.#requirePresent();
      this.#failure = undefined;
      return result;
    } catch (error) {
      const message = `Cannot ${what} the change log ${this.#file}: ${reasonOf(error)}`;
      const failure = error instanceof LogFailure ? error : writeError(error, message);
      if (failure instanceof LogFailure && failure.reason !== "gone") {
        this.#failure = { error: failure, length, triedAt: performance.now() };
      }
      throw failure;
    }
  }

  /** Writes as much as could not be written, so that what fits now is appended for certain. */
  #probe(length: number): void {
    try {
      this.#write("write to", length, () => {
        this.#statements.fillProbe.run({ length });
        this.#statements.emptyProbe.run();
      });
    } catch {
      // It is told by what remembers the failure.
    }
  }

  #read<T>(act: () => T): T {
    this.#requireOpen();
    try {
      return act();
    } catch (error) {
      if (error instanceof DamagedLog) throw error;
      throw new Error(`Cannot read the change log ${this.#file}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  #requirePresent(): void {
    const gone = this.#findGone();
    if (gone !== undefined) throw gone;
  }

  #findGone(): LogFailure | undefined {
    const missing = this.#identity.findMissing();
    if (missing === undefined) return undefined;
    return new LogFailure(
      "gone",
      `Cannot write to the change log ${this.#file}: ${missing} was deleted or replaced while it was in use. ` +
        "Put it back, or start the node again on what is there now",
    );
  }

  #requireReached(revision: Revision): void {
    const { last } = this.#ends();
    if (revision <= last) return;
    throw new Error(
      `A snapshot at revision ${revision} is ahead of the change log ${this.#file}, which ends at ${last}`,
    );
  }

  #requireOpen(): void {
    if (!this.#db.isOpen) throw new Error(`The change log ${this.#file} is closed`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
