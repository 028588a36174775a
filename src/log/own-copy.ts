/**
 * A node's own copy of a log that others keep: a snapshot and what came after it, in its data folder, so
 * that the node starts without them, and bears witness to what they had.
 *
 * Entries are written some times a second, many with one fsync: who is killed may lack the newest of a
 * quarter second here, and never has one that was not applied. Where the copy lacks entries in between,
 * what comes waits for the next snapshot, with which it then goes on.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../base/logger.ts";
import { makeFolderNow } from "../base/make-folder.ts";
import type { ChangeLog, Entry, Revision, Snapshot } from "./change-log.ts";
import { checksumOf } from "./checksum.ts";
import { DamagedLog } from "./log-failure.ts";
import { SqliteLog } from "./sqlite-log.ts";

const writeEveryMs = 250;
/** What waits longer than for a disk that is full; the next snapshot goes on without it. */
const waitingMaxBytes = 64 * 1024 * 1024;

/** @returns the file of the copy that the node of a data folder has, if it follows a log that others keep */
export function ownCopyFile(data: string): string {
  return join(data, "copy", "changes.db");
}

/** @returns of which log the copy in a data folder is one; undefined when that is not known */
export function noteOfLogId(data: string): string | undefined {
  try {
    return String(JSON.parse(readFileSync(idFile(data), "utf8")));
  } catch {
    return undefined;
  }
}

function idFile(data: string): string {
  return join(data, "copy", "log.json");
}

export class OwnCopy {
  /** What is in the file; flush() before reading it. */
  readonly log: ChangeLog;
  readonly #sqlite: SqliteLog;
  readonly #data: string;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #last: Revision;
  #waiting: Entry[] = [];
  #waitingBytes = 0;
  #failure: string | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @throws when what is there cannot be read */
  static async open(data: string, logger: Logger): Promise<OwnCopy> {
    makeFolderNow(join(data, "copy"), 0o700);
    const log = new SqliteLog(ownCopyFile(data));
    return new OwnCopy(log, await log.lastRevision(), data, logger);
  }

  private constructor(log: SqliteLog, last: Revision, data: string, logger: Logger) {
    this.log = log;
    this.#sqlite = log;
    this.#last = last;
    this.#data = data;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.flush(), writeEveryMs).unref();
  }

  /** What the file ends with. */
  get last(): Revision {
    return this.#last;
  }

  /** Of the log that it is a copy of; undefined when that is not known. */
  get logId(): string | undefined {
    return noteOfLogId(this.#data);
  }

  noteLogId(id: string): void {
    if (id === this.logId) return;
    try {
      const file = idFile(this.#data);
      writeFileSync(`${file}.new`, JSON.stringify(id), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch (err) {
      this.#logger.warn({ err }, "could not note which log the node's own copy is of");
    }
  }

  /** Takes an entry that was applied; it is written soon. */
  keep(entry: Entry): void {
    const end = this.#waiting.at(-1)?.revision;
    if (entry.revision <= (end ?? this.#last)) return;
    if (end !== undefined && entry.revision !== end + 1) this.#drop(this.#waiting.length);
    this.#waiting.push(entry);
    this.#waitingBytes += entry.bytes.length;
    if (this.#waitingBytes > waitingMaxBytes) this.#drop(this.#waiting.length);
  }

  /** Writes what waits and follows on. Never rejects: it is said once, and tried again. */
  flush(): Promise<void> {
    return this.#inTurn(async () => {
      const entries = this.#waiting;
      if (entries[0]?.revision !== this.#last + 1) return;
      const end = entries.at(-1)?.revision ?? this.#last;
      await this.#sqlite.appendAll(entries);
      this.#last = end;
      this.#drop(this.#waiting.findLastIndex(({ revision }) => revision <= end) + 1);
    });
  }

  /** Goes on with it, where entries are missing in between. Never rejects, as flush(). */
  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    await this.flush();
    await this.#inTurn(async () => {
      const { revision } = snapshot;
      if (revision > this.#last) {
        await this.#sqlite.skipTo(snapshot);
        this.#last = revision;
        this.#drop(this.#waiting.findLastIndex((one) => one.revision <= revision) + 1);
      } else {
        await this.#sqlite.saveSnapshot(snapshot);
      }
    });
    await this.flush();
  }

  /** @returns the SHA-256 of an entry, in hex; undefined when it has it not, or not as it was */
  async findHash(revision: Revision): Promise<string | undefined> {
    const waiting = this.#waiting.find((entry) => entry.revision === revision);
    const entry = waiting ?? (await this.#readOne(revision));
    return entry && Buffer.from(checksumOf(entry.bytes)).toString("hex");
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
    await this.#sqlite.close();
  }

  async #readOne(revision: Revision): Promise<Entry | undefined> {
    try {
      const [entry] = await this.#sqlite.read(revision - 1, 1);
      return entry?.revision === revision ? entry : undefined;
    } catch (error) {
      if (error instanceof DamagedLog) return undefined;
      throw error;
    }
  }

  #inTurn(write: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing.then(write).then(
      () => {
        this.#failure = undefined;
      },
      (err: unknown) => {
        const failure = String(err);
        if (failure === this.#failure) return;
        this.#failure = failure;
        this.#logger.error({ err }, "could not write the node's own copy of the log");
      },
    );
    return this.#writing;
  }

  #drop(count: number): void {
    const dropped = this.#waiting.splice(0, count);
    this.#waitingBytes -= dropped.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
}
