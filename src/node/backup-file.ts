/**
 * The format of a backup file: lines of JSON, the first says what it is, the last that it is whole.
 *
 *     {"footlight_backup":1,"account":"000000000000","first_revision":1,"last_revision":2}
 *     {"kind":"entry","revision":1,"bytes":"…","sha256":"…"}
 *     {"kind":"entry","revision":2,"bytes":"…","sha256":"…"}
 *     {"end":true,"items":2}
 *
 * It says nothing of where the log was kept, so it can be restored to any kind of log there will be.
 */
import { hash } from "node:crypto";
import type { LogPart } from "../log/sqlite-restore.ts";
import type { BackupItem, BackupPage } from "../state/backup-page.ts";

const format = 1;

/** What is asked for pages of a backup: a node over its API, or a log in a folder. */
export type ReadBackupPage = (marker: string | undefined) => Promise<BackupPage & { id: string }>;

export interface BackupHeader {
  readonly account: string;
  readonly firstRevision: number;
  readonly lastRevision: number;
}

/** Not a backup, not whole, or changed since it was written. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

/** @returns the lines of a backup, each with its line break */
export async function* backupLines(readPage: ReadBackupPage): AsyncGenerator<string> {
  let items = 0;
  let marker: string | undefined;
  for (let isFirst = true; isFirst || marker !== undefined; isFirst = false) {
    const page = await readPage(marker);
    if (isFirst) {
      const { first_revision, last_revision } = page;
      yield line({ footlight_backup: format, account: page.id, first_revision, last_revision });
    }
    for (const item of page.items) yield line(item);
    items += page.items.length;
    marker = page.next_marker;
  }
  yield line({ end: true, items });
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** @throws BackupError, when the line is not the first one of a backup that this version reads */
export function readBackupHeader(text: string): BackupHeader {
  const header = parse(text, 1);
  const version = header["footlight_backup"];
  if (typeof version !== "number") throw new BackupError("It is no backup of Footlight's");
  if (version > format) {
    throw new BackupError(
      `It was written by a newer Footlight, in format ${version}: use that version, or a later one`,
    );
  }
  return {
    account: String(header["account"]),
    firstRevision: Number(header["first_revision"]),
    lastRevision: Number(header["last_revision"]),
  };
}

/**
 * @param lines those after the first
 * @returns the parts of the log, after checking each, and in the end that none is missing
 * @throws BackupError, naming the line
 */
export async function* readBackupParts(
  lines: AsyncIterable<string>,
  { firstRevision, lastRevision }: BackupHeader,
): AsyncGenerator<LogPart> {
  const pieces: Uint8Array[] = [];
  let items = 0;
  let next = firstRevision;
  let isWhole = false;
  for await (const text of lines) {
    if (text === "") continue;
    const number = items + 2;
    if (isWhole) throw new BackupError(`Line ${number + 1} is behind its end`);
    const parsed = parse(text, number);
    if (parsed["end"] === true) {
      isWhole = parsed["items"] === items && next === lastRevision + 1;
      if (!isWhole) break;
      continue;
    }
    items += 1;
    const part = readPart(parsed, number);
    if (part.kind === "snapshot") {
      pieces.push(part.bytes);
      continue;
    }
    yield* takeSnapshot(pieces, firstRevision);
    if (part.kind === "entry") {
      if (part.revision !== next) throw new BackupError(`Line ${number} is not entry ${next}`);
      next += 1;
    }
    yield part;
  }
  yield* takeSnapshot(pieces, firstRevision);
  if (!isWhole) throw new BackupError(`It is not whole: it ends behind line ${items + 1}`);
}

function* takeSnapshot(pieces: Uint8Array[], firstRevision: number): Generator<LogPart> {
  if (pieces.length === 0) return;
  yield { kind: "snapshot", revision: firstRevision - 1, bytes: Buffer.concat(pieces.splice(0)) };
}

function readPart(value: Readonly<Record<string, unknown>>, number: number): LogPart {
  const { kind, revision, bytes, sha256 } = value as unknown as BackupItem;
  const isKnown = kind === "snapshot" || kind === "kept-entry" || kind === "entry";
  if (!isKnown || !Number.isSafeInteger(revision) || typeof bytes !== "string") {
    throw new BackupError(`Line ${number} is nothing that this version knows`);
  }
  const decoded = Buffer.from(bytes, "base64");
  if (hash("sha256", decoded, "hex") !== sha256) {
    throw new BackupError(
      `Line ${number}, revision ${revision}, is damaged: it does not match its SHA-256`,
    );
  }
  return { kind, revision, bytes: decoded };
}

function parse(text: string, number: number): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // What it is instead does not matter.
  }
  throw new BackupError(
    number === 1 ? "It is no backup of Footlight's" : `Line ${number} is damaged`,
  );
}
