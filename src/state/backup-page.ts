/**
 * A log, page by page, so that it can be copied while it is written: what it begins with, what it has
 * kept aside, and its entries up to the one that was last when the first page was read.
 *
 * Everything is read through the log, which gives nothing that is damaged; so a backup that came to
 * its end is whole.
 */
import { hash } from "node:crypto";
import type { ChangeLog, Entry, Revision } from "../log/change-log.ts";

/** `bytes` is base64, `sha256` of the bytes, in hex. */
export interface BackupItem {
  /** `snapshot` is a piece of the one that the log begins with; the pieces come in order. */
  readonly kind: "snapshot" | "kept-entry" | "entry";
  readonly revision: Revision;
  readonly bytes: string;
  readonly sha256: string;
}

export interface BackupPage {
  readonly first_revision: Revision;
  readonly last_revision: Revision;
  readonly items: readonly BackupItem[];
  /** What the next page is asked for with; absent at the end. */
  readonly next_marker?: string;
}

/** The log begins later than when the backup was begun: it has to be begun again. */
export class BackupOutdated extends Error {
  override readonly name = "BackupOutdated";
}

/** Where a page begins, and what the backup is of. */
interface Position {
  readonly section: BackupItem["kind"];
  /** The bytes of the snapshot, or the revision, that the page before ended with. */
  readonly after: number;
  readonly first: Revision;
  readonly last: Revision;
}

const pageBytes = 1024 * 1024;
const pieceBytes = 4 * pageBytes;
/** Entries can be of some megabytes each. */
const entriesARead = 16;

/**
 * @param marker the `next_marker` of the page before
 * @returns undefined, when the marker is none of ours
 * @throws DamagedLog, when what it would give is damaged
 * @throws BackupOutdated
 */
export async function readBackupPage(
  log: ChangeLog,
  marker: string | undefined,
): Promise<BackupPage | undefined> {
  const position = marker === undefined ? await startOf(log) : parseMarker(marker);
  if (position === undefined) return undefined;
  const { first, last } = position;
  if (first !== (await log.firstRevision())) {
    throw new BackupOutdated("The change log was compacted while it was backed up: begin again");
  }
  const { items, next } = await readSection(log, position);
  return {
    first_revision: first,
    last_revision: last,
    items,
    ...(next && { next_marker: `${next.section}:${next.after}:${next.first}:${next.last}` }),
  };
}

async function startOf(log: ChangeLog): Promise<Position> {
  const first = await log.firstRevision();
  const last = await log.lastRevision();
  return { section: first === 1 ? "entry" : "snapshot", after: 0, first, last };
}

function parseMarker(marker: string): Position | undefined {
  const [, section, ...numbers] =
    /^(snapshot|kept-entry|entry):(\d{1,15}):(\d{1,15}):(\d{1,15})$/.exec(marker) ?? [];
  const [after, first, last] = numbers.map(Number);
  if (section === undefined || after === undefined || !first || last === undefined)
    return undefined;
  return { section: section as BackupItem["kind"], after, first, last };
}

interface Section {
  readonly items: readonly BackupItem[];
  readonly next: Position | undefined;
}

async function readSection(log: ChangeLog, position: Position): Promise<Section> {
  switch (position.section) {
    case "snapshot":
      return readSnapshot(log, position);
    case "kept-entry": {
      const items = await readItems("kept-entry", position, (after, limit) =>
        log.readKept(after, limit),
      );
      const end = items.at(-1)?.revision;
      const next =
        end === undefined
          ? ({ ...position, section: "entry", after: position.first - 1 } as const)
          : { ...position, after: end };
      return { items, next };
    }
    case "entry": {
      const items = await readItems("entry", position, (after, limit) => log.read(after, limit));
      const end = items.at(-1)?.revision ?? position.last;
      return { items, next: end < position.last ? { ...position, after: end } : undefined };
    }
  }
}

async function readSnapshot(log: ChangeLog, position: Position): Promise<Section> {
  const snapshot = await log.loadSnapshot(position.first);
  if (snapshot?.revision !== position.first - 1) {
    throw new Error(
      `The change log lacks the snapshot at ${position.first - 1}, which it begins with`,
    );
  }
  const { revision, bytes } = snapshot;
  const end = position.after + pieceBytes;
  const items = [itemOf("snapshot", { revision, bytes: bytes.subarray(position.after, end) })];
  const next =
    end < bytes.length
      ? { ...position, after: end }
      : ({ ...position, section: "kept-entry", after: 0 } as const);
  return { items, next };
}

/** At least one, if there is one, and about as many as fill a page. */
async function readItems(
  kind: BackupItem["kind"],
  { after, last }: Position,
  read: (after: Revision, limit: number) => Promise<readonly Entry[]>,
): Promise<BackupItem[]> {
  const items: BackupItem[] = [];
  let position = after;
  for (let size = 0; size < pageBytes;) {
    const entries = (await read(position, entriesARead)).filter(({ revision }) => revision <= last);
    if (entries.length === 0) break;
    for (const entry of entries) {
      items.push(itemOf(kind, entry));
      size += entry.bytes.length;
      position = entry.revision;
      if (size >= pageBytes) break;
    }
  }
  return items;
}

function itemOf(kind: BackupItem["kind"], { revision, bytes }: Entry): BackupItem {
  return {
    kind,
    revision,
    bytes: Buffer.from(bytes).toString("base64"),
    sha256: hash("sha256", bytes, "hex"),
  };
}
