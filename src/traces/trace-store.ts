/**
 * Keeps traces in a file of SQLite: the newest, bounded in number, bytes and age.
 *
 * They are of use for a while and of no value after that, so nothing waits for the disk, and a file that
 * can't be read is begun anew. Several processes write and read it at once.
 */
import { chmodSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { FoundTraces, KeptTrace, ListedTrace, TraceFilter, TraceMark } from "./kept-trace.ts";

export interface TraceBounds {
  readonly rows: number;
  /** Of the file, without what is on its way into it. */
  readonly bytes: number;
  readonly ageMs: number;
}

export const defaultBounds: TraceBounds = {
  rows: 20_000,
  bytes: 67_108_864,
  ageMs: 24 * 60 * 60 * 1000,
};

/** Says of a file that it is one of ours: "FLtr". */
const applicationId = 0x46_4c_74_72;
const schemaVersion = 2;
const busyTimeoutMs = 5000;
const lockRetryMs = 5;
/** Rows that are written between two looks at the bounds. */
const rowsBetweenPrunes = 500;

const schema = `
  CREATE TABLE IF NOT EXISTS traces (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    method TEXT NOT NULL,
    host TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    result TEXT NOT NULL,
    took REAL NOT NULL,
    owners TEXT NOT NULL,
    functions TEXT NOT NULL,
    behavior TEXT NOT NULL,
    country TEXT NOT NULL,
    text TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS traces_by_id ON traces (id);
  CREATE INDEX IF NOT EXISTS traces_by_at ON traces (at);
  CREATE TABLE IF NOT EXISTS losses (at INTEGER NOT NULL, count INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS numbering (id TEXT NOT NULL);
  INSERT INTO numbering SELECT hex(randomblob(8)) WHERE NOT EXISTS (SELECT 1 FROM numbering);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

export class TraceStore {
  readonly #db: DatabaseSync;
  readonly #bounds: TraceBounds;
  readonly #now: () => number;
  readonly #insert: StatementSync;
  #sincePrune = 0;

  /** @throws Error, when it can neither be read nor be made anew */
  constructor(file: string, bounds: TraceBounds = defaultBounds, now: () => number = Date.now) {
    this.#bounds = bounds;
    this.#now = now;
    this.#db = openFile(file, bounds);
    this.#insert = this.#db.prepare(
      `INSERT INTO traces (id, at, method, host, path, status, result, took, owners, functions, behavior, country, text)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.prune();
  }

  /**
   * @param lost how many there were beside these that nobody could keep
   * @throws Error, when the disk is full or the file is gone: none of them is kept then
   */
  write(traces: readonly KeptTrace[], lost = 0): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      for (const trace of traces) this.#insert.run(...rowOf(trace));
      if (lost > 0) this.#noteLoss(lost);
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
    this.#sincePrune += traces.length;
    if (this.#sincePrune >= rowsBetweenPrunes) this.prune();
  }

  /**
   * The newest is the one that came last: each process writes its own in its own time.
   *
   * @param withText whether the first one's text is wanted
   */
  find(filter: TraceFilter, withText = false): FoundTraces {
    // Others write meanwhile: all that is read here is of one moment.
    this.#db.exec("BEGIN");
    try {
      return this.#read(filter, withText);
    } finally {
      if (this.#db.isTransaction) this.#db.exec("COMMIT");
    }
  }

  #read(filter: TraceFilter, withText: boolean): FoundTraces {
    const mark = this.#mark();
    const after = filter.after && numberAfter(filter.after, mark);
    const { condition, values } = conditionOf(filter, this.#now() - this.#bounds.ageMs, after);
    const order = after === undefined ? "at DESC, number DESC" : "number DESC";
    const rows = this.#db
      .prepare(
        `SELECT number, id, at, method, host, path, status, result, took, owners, functions, behavior, country
         FROM traces WHERE ${condition} ORDER BY ${order} LIMIT ?`,
      )
      .all(...values, filter.limit);
    const first = withText ? rows[0] : undefined;
    const text =
      first && this.#db.prepare("SELECT text FROM traces WHERE number = ?").get(first["number"]!);
    const isFull = after !== undefined && rows.length === filter.limit;
    const matching = isFull
      ? this.#count(`SELECT count(*) AS n FROM traces WHERE ${condition}`, values)
      : rows.length;
    return {
      items: rows.map(listedOf),
      ...(text && { text: String(text["text"]) }),
      kept: this.#count("SELECT count(*) AS n FROM traces"),
      lost: this.#count("SELECT coalesce(sum(count), 0) AS n FROM losses"),
      mark,
      missed: matching - rows.length + this.#goneAfter(after, mark),
    };
  }

  #mark(): TraceMark {
    const numbering = String(this.#db.prepare("SELECT id FROM numbering").get()?.["id"]);
    return { numbering, number: this.#highest() };
  }

  #highest(): number {
    return this.#count("SELECT coalesce(max(number), 0) AS n FROM traces");
  }

  /** @returns how many have been let go of that were written after a number */
  #goneAfter(after: number | undefined, { number }: TraceMark): number {
    if (after === undefined) return 0;
    const oldest = this.#count(`SELECT coalesce(min(number), ${number + 1}) AS n FROM traces`);
    return Math.max(0, oldest - 1 - after);
  }

  /** Lets go of what is too old, or too much. */
  prune(): void {
    this.#sincePrune = 0;
    const { rows, bytes, ageMs } = this.#bounds;
    const oldest = this.#now() - ageMs;
    this.#db.prepare("DELETE FROM losses WHERE at < ?").run(oldest);
    this.#deleteOlder(oldest);
    this.#db
      .prepare(
        "DELETE FROM traces WHERE number < (SELECT number FROM traces ORDER BY number DESC LIMIT 1 OFFSET ?)",
      )
      .run(rows - 1);
    while (this.#bytesUsed() > bytes && this.#deleteOldest() > 0);
  }

  close(): void {
    this.#db.close();
  }

  /**
   * Where the highest number goes it is given again, and the numbers begin anew: nothing is left, or the clock was set
   * back for a while and what was written meanwhile is too old.
   */
  #deleteOlder(oldest: number): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const highest = this.#highest();
      this.#db.prepare("DELETE FROM traces WHERE at < ?").run(oldest);
      if (this.#highest() < highest) {
        this.#db.exec("UPDATE numbering SET id = hex(randomblob(8))");
      }
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  #noteLoss(count: number): void {
    this.#db.prepare("INSERT INTO losses (at, count) VALUES (?, ?)").run(this.#now(), count);
  }

  #bytesUsed(): number {
    const pages = this.#count("SELECT page_count AS n FROM pragma_page_count()");
    const free = this.#count("SELECT freelist_count AS n FROM pragma_freelist_count()");
    return (pages - free) * this.#count("SELECT page_size AS n FROM pragma_page_size()");
  }

  /** @returns how many it were: a tenth of all */
  #deleteOldest(): number {
    const tenth = Math.ceil(this.#count("SELECT count(*) AS n FROM traces") / 10);
    const { changes } = this.#db
      .prepare(
        "DELETE FROM traces WHERE number IN (SELECT number FROM traces ORDER BY number LIMIT ?)",
      )
      .run(tenth);
    return Number(changes);
  }

  #count(query: string, values: readonly (string | number)[] = []): number {
    return Number(this.#db.prepare(query).get(...values)?.["n"] ?? 0);
  }
}

function openFile(file: string, bounds: TraceBounds): DatabaseSync {
  const found = identityOf(file);
  try {
    return openAsIs(file, bounds);
  } catch (error) {
    // It is damaged, of another program, or of another version of this one.
    if (!isUnusable(error)) throw error;
    removeFile(file, found);
    return openAsIs(file, bounds);
  }
}

/**
 * Which file has the name now. One that was deleted can be written to all the same by whoever has it open, and
 * processes that opened it before and after would keep different ones.
 *
 * @returns undefined where there is none
 */
export function identityOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

/** @param identity of what is to go: another process may have begun it anew since */
function removeFile(file: string, identity: string | undefined): void {
  if (identityOf(file) !== identity) return;
  for (const one of [`${file}-wal`, `${file}-shm`, file]) rmSync(one, { force: true });
}

/**
 * Removes a file whose damage turned up when it was read or written: it is begun anew by whoever opens it next.
 *
 * @param identity of the one that was read or written
 */
export function removeDamaged(file: string, identity: string | undefined, error: unknown): void {
  if (isUnusable(error)) removeFile(file, identity);
}

/** Whether a file is as good as it was, and its disk full or not to be written to. */
export function takesNoWrites(error: unknown): boolean {
  const { errcode } = (error ?? {}) as { readonly errcode?: number };
  return errcode !== undefined && writeFailures.has(errcode);
}

/** SQLITE_READONLY, SQLITE_FULL and SQLITE_IOERR_WRITE. */
const writeFailures: ReadonlySet<number> = new Set([8, 13, 778]);

class ForeignFile extends Error {}

const locked = 5;
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damages: ReadonlySet<number> = new Set([11, 26]);

function isUnusable(error: unknown): boolean {
  return error instanceof ForeignFile || damages.has(codeOf(error));
}

/** @returns SQLite's, without what its upper bytes say more of it; 0 for any other error */
function codeOf(error: unknown): number {
  const { errcode = 0 } = (error ?? {}) as { readonly errcode?: number };
  return errcode & 0xff;
}

function openAsIs(file: string, { bytes }: TraceBounds): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs });
  try {
    // What viewers sent is for the file's owner alone.
    chmodSync(file, 0o600);
    // At once: who comes meanwhile would take what is half made for another program's.
    db.exec("BEGIN IMMEDIATE");
    const version = Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);
    const isNew = version === 0 && db.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
    if (!isNew && version !== schemaVersion) throw new ForeignFile();
    db.exec(schema);
    db.exec("COMMIT");
    switchToWal(db);
    db.exec(`PRAGMA synchronous = OFF; PRAGMA journal_size_limit = ${bytes / 4}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The mode stays with the file, so this writes only once in its life. */
function switchToWal(db: DatabaseSync): void {
  const deadline = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      db.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      // SQLite does not wait for this lock itself, because here waiting could deadlock.
      if (codeOf(error) !== locked || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lockRetryMs);
    }
  }
}

type Row = [
  ...[id: string, at: number, method: string, host: string, path: string, status: number],
  ...[result: string, took: number, owners: string, functions: string, behavior: string],
  ...[country: string, text: string],
];

function rowOf(trace: KeptTrace): Row {
  const { id, at, method, host, path, status, result, tookMs, owners, functions } = trace;
  const { behavior = "", country = "", text } = trace;
  return [
    ...([id, Math.round(at), method, host, path, status, result, tookMs] as const),
    ...([inLines(owners), inLines(functions), behavior, country, text] as const),
  ];
}

/** A line feed before and behind each, so that one can be looked for. */
function inLines(names: readonly string[]): string {
  return names.length === 0 ? "" : `\n${names.join("\n")}\n`;
}

function listedOf(row: Readonly<Record<string, unknown>>): ListedTrace {
  const names = (column: string) => String(row[column]).split("\n").filter(Boolean);
  const [behavior, country] = [String(row["behavior"]), String(row["country"])];
  return {
    id: String(row["id"]),
    at: Number(row["at"]),
    method: String(row["method"]),
    host: String(row["host"]),
    path: String(row["path"]),
    status: Number(row["status"]),
    result: String(row["result"]),
    tookMs: Number(row["took"]),
    owners: names("owners"),
    functions: names("functions"),
    ...(behavior !== "" && { behavior }),
    ...(country !== "" && { country }),
  };
}

/** @returns the number behind which it goes on: from the first on where numbers have begun anew since */
function numberAfter(given: TraceMark, { numbering, number }: TraceMark): number {
  return given.numbering === numbering && given.number <= number ? given.number : 0;
}

/** @param after what is wanted has a higher number; undefined where all may be */
function conditionOf(
  filter: TraceFilter,
  oldest: number,
  after: number | undefined,
): { readonly condition: string; readonly values: readonly (string | number)[] } {
  const parts: [condition: string, value: string | number][] = [];
  // The sign keeps SQLite from going through all by their time: few are new.
  if (after === undefined) parts.push(["at >= ?", oldest]);
  else parts.push(["+at >= ?", oldest], ["number > ?", after]);
  const { id, host, path, status, result, owner, function: name, behavior, country } = filter;
  if (id !== undefined) parts.push(["id = ?", id]);
  if (host !== undefined) parts.push(["host = ?", host]);
  if (status !== undefined) parts.push(["status = ?", status]);
  if (result === "Hit") parts.push(["instr(result, ?) > 0", result]);
  else if (result === "Error") parts.push(["(status >= 400 OR instr(result, ?) > 0)", result]);
  else if (result !== undefined) parts.push(["result = ?", result]);
  if (behavior !== undefined) parts.push(["behavior = ?", behavior]);
  if (country !== undefined) parts.push(["country = ?", country]);
  if (owner !== undefined) parts.push(["instr(owners, ?) > 0", `\n${owner}\n`]);
  if (name !== undefined) parts.push(["instr(functions, ?) > 0", `\n${name}\n`]);
  if (path?.endsWith("*") === true) parts.push(["instr(path, ?) = 1", path.slice(0, -1)]);
  else if (path !== undefined) parts.push(["path = ?", path]);
  return {
    condition: parts.map(([condition]) => condition).join(" AND "),
    values: parts.map(([, value]) => value),
  };
}
