/**
 * A node's own copy of a log that others keep: a snapshot and what came after it, in its data folder, so
 * that the node starts without them, and bears witness to what they had.
 *
 * Entries are written some times a second, many with one fsync: who is killed may lack the newest of a
 * quarter second here, and never has one that was not applied. Where the copy lacks entries in between,
 * what comes waits for the next snapshot, with which it then goes on.
 */
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../base/logger.ts";
import { makeFolderNow } from "../base/make-folder.ts";
import { writeWhole } from "../base/write-whole.ts";
import type { ChangeLog, Entry, Revision, Snapshot } from "./change-log.ts";
import { checksumOf } from "./checksum.ts";
import { holdFolder, wasHeld } from "./held-folder.ts";
import { DamagedLog } from "./log-failure.ts";
import { SqliteLog } from "./sqlite-log.ts";

const writeEveryMs = 250;
/** What waits longer than for a disk that is full; the next snapshot goes on without it. */
const waitingMaxBytes = 64 * 1024 * 1024;

/** Whose it is: a control plane and an edge may have one data folder, and an edge may be held back. */
export type CopyOwner = "control" | "edge";

/** @returns the folder of the copy that a node of a data folder has, if it follows a log that others keep */
export function ownCopyFolder(data: string, owner: CopyOwner): string {
  return join(data, owner === "control" ? "copy" : "copy-of-edge");
}

/** Of releases in which nodes of both kinds had the same, which nobody held: an edge goes on with it. */
export function takeOverCopy(data: string, owner: CopyOwner): void {
  const [before, own] = [ownCopyFolder(data, "control"), ownCopyFolder(data, owner)];
  const isOfBefore = existsSync(ownCopyFile(before)) && !wasHeld(before);
  if (before !== own && isOfBefore && !existsSync(own)) renameSync(before, own);
}

/** @returns the file of a copy in its folder, which may be opened as a log */
export function ownCopyFile(folder: string): string {
  return join(folder, "changes.db");
}

/** @returns the folders of all copies that are in a data folder */
export function ownCopiesIn(data: string): readonly string[] {
  const owners: readonly CopyOwner[] = ["control", "edge"];
  const folders = owners.map((owner) => ownCopyFolder(data, owner));
  return folders.filter((folder) => existsSync(ownCopyFile(folder)));
}

/** @returns of which log the copy in a folder is one; undefined when that is not known */
export function noteOfLogId(folder: string): string | undefined {
  try {
    return String(JSON.parse(readFileSync(idFile(folder), "utf8")));
  } catch {
    return undefined;
  }
}

function idFile(folder: string): string {
  return join(folder, "log.json");
}

interface CopyParts {
  readonly log: SqliteLog;
  readonly last: Revision;
  readonly folder: string;
  readonly logger: Logger;
  readonly letGo: () => void;
}

export class OwnCopy {
  /** What is in the file; flush() before reading it. */
  readonly log: ChangeLog;
  readonly #sqlite: SqliteLog;
  readonly #folder: string;
  readonly #letGo: () => void;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #last: Revision;
  #waiting: Entry[] = [];
  #waitingBytes = 0;
  #failure: string | undefined;
  #writing: Promise<void> = Promise.resolve();

  /**
   * Opens a node's own, for it alone.
   *
   * @throws FolderInUse, when another node that runs has it
   * @throws when what is there cannot be read
   */
  static async open(folder: string, logger: Logger): Promise<OwnCopy> {
    makeFolderNow(folder, 0o700);
    return OwnCopy.#openWith(folder, logger, holdFolder(folder));
  }

  /** Opens what a node may have open, to look at it. @throws when what is there cannot be read */
  static look(folder: string, logger: Logger): Promise<OwnCopy> {
    return OwnCopy.#openWith(folder, logger, () => {});
  }

  static async #openWith(folder: string, logger: Logger, letGo: () => void): Promise<OwnCopy> {
    let log: SqliteLog | undefined;
    try {
      log = new SqliteLog(ownCopyFile(folder));
      return new OwnCopy({ log, last: await log.lastRevision(), folder, logger, letGo });
    } catch (error) {
      await log?.close();
      letGo();
      throw error;
    }
  }

  private constructor({ log, last, folder, logger, letGo }: CopyParts) {
    this.log = log;
    this.#sqlite = log;
    this.#last = last;
    this.#folder = folder;
    this.#letGo = letGo;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.flush(), writeEveryMs).unref();
  }

  /** What the file ends with. */
  get last(): Revision {
    return this.#last;
  }

  /** Of the log that it is a copy of; undefined when that is not known. */
  get logId(): string | undefined {
    return noteOfLogId(this.#folder);
  }

  noteLogId(id: string): void {
    if (id === this.logId) return;
    try {
      writeWhole(idFile(this.#folder), JSON.stringify(id), 0o600);
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
    this.#letGo();
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
