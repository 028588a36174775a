/**
 * Brings back what a change log has lost, from a copy that a node kept of it: its end, or all of it, or
 * what it begins with. Both are checked first: nothing is put together that is not of one history.
 */
import type { ChangeLog, Entry, Revision, Snapshot } from "../log/change-log.ts";
import { DamagedLog } from "../log/log-failure.ts";
import { findTrouble, type AskedLog } from "../log/log-trouble.ts";
import { headOf } from "./apply-entry.ts";
import {
  appendCopy,
  copySnapshot,
  readAllKept,
  replayTo,
  requireBase,
  requireCopied,
  verifyLog,
  type Copied,
  type CopyOptions,
  type Verified,
} from "./copy-log.ts";
import { decodeChange, linkOf } from "./encode-change.ts";
import { PublishedCopies } from "./published-copies.ts";
import { encodeSnapshot } from "./snapshot.ts";

/** A log that can be given back what it has lost. */
export interface RepairableLog extends ChangeLog, AskedLog {
  /** Whether nothing was ever appended to it, whatever it says of where it begins. */
  isEmpty(): Promise<boolean>;
  /** Puts back what long entries are kept in, where it was lost. @returns how many */
  putBackAside(from: Pick<ChangeLog, "read">): Promise<number>;
  /** Finds out again which revisions its entries have, where nothing but they themselves says so. */
  placeByEntries(revisionOf: (bytes: Uint8Array) => Revision | undefined): Promise<void>;
  /** Says again where it begins, with what, and what it keeps aside of what came before. */
  putBackBeginning(snapshot: Snapshot, kept: readonly Entry[]): Promise<void>;
  /** Has an empty log begin after a snapshot, or with revision 1. */
  startAnew(snapshot: Snapshot | undefined, kept: readonly Entry[]): Promise<void>;
}

export interface RepairOptions extends CopyOptions {
  /** Of the log that the copy is one of, where that is known. */
  readonly fromId: string | undefined;
}

const entriesAStep = 100;

/**
 * @param from nobody may append to it meanwhile
 * @returns what was brought back: no entries where nothing was lost
 * @throws when the copy is damaged, or is of another history: with the revision where they part
 */
export async function repairLog(
  log: RepairableLog,
  from: ChangeLog,
  options: RepairOptions,
): Promise<Copied> {
  const known = await verifyLog(from, options);
  const before = await log.lastRevision();
  const isBegun = known.revision === before && (await log.firstRevision()) === before + 1;
  if ((await log.isEmpty()) && !isBegun) {
    await startAnew(log, from, known);
    return appendRest(log, from, known, options, known.first - 1);
  }
  await log.placeByEntries((bytes) => linkOf(bytes)?.revision);
  await restoreBeginning(log, from, known, options);
  const trouble = await findTroubleWith(log, from, known, options);
  if (trouble === undefined) {
    const entries = await log.putBackAside(from);
    if (entries > 0) await copySnapshot(from, log, options.account, known.revision);
    return { entries, revision: known.revision, head: known.head };
  }
  const { kind, says, last = 0 } = trouble;
  if (kind !== "behind") throw new Error(`It cannot be repaired from there: ${says}`);
  if (known.first - 1 > last) {
    throw new Error(
      `The log ends at revision ${last}, and the copy begins after ${known.first - 1}: what lies in between is in neither. ` +
        "Take the copy of a node that has followed for longer, or delete both streams and repair from this one",
    );
  }
  await log.putBackAside(from);
  return appendRest(log, from, known, options, last);
}

function findTroubleWith(
  log: RepairableLog,
  from: ChangeLog,
  { revision, head }: Verified,
  { fromId }: RepairOptions,
): ReturnType<typeof findTrouble> {
  return findTrouble(log, {
    id: fromId ?? log.id,
    position: { revision, hash: head },
    findHash: async (one) => {
      const [entry] = await from.read(one - 1, 1);
      return entry?.revision === one ? headOf(entry.bytes) : undefined;
    },
  });
}

async function startAnew(log: RepairableLog, from: ChangeLog, { first }: Verified): Promise<void> {
  if (first === 1) return log.startAnew(undefined, []);
  await log.startAnew(await requireBase(from, first), await keptOfBoth(log, from, first - 1));
}

/** @returns what either keeps of the entries up to a revision, oldest first */
async function keptOfBoth(log: ChangeLog, from: ChangeLog, last: Revision): Promise<Entry[]> {
  const kept = new Map<Revision, Entry>();
  // What only the log itself had kept aside is not given up.
  for (const entry of await readAllKept(log).catch(noneOfDamaged)) {
    kept.set(entry.revision, entry);
  }
  for (const entry of await readAllKept(from)) kept.set(entry.revision, entry);
  const wanted = [...kept.values()].filter(({ revision }) => revision <= last);
  return wanted.toSorted((one, other) => one.revision - other.revision);
}

/**
 * Where a log lost what it begins after, and the copy begins later: so does the log from then on, with what
 * is kept aside of the entries in between. They stay where they are, and are read no more.
 */
async function beginWithCopy(
  log: RepairableLog,
  from: ChangeLog,
  next: Revision,
  keptCopies: number,
): Promise<void> {
  const at = (await from.firstRevision()) - 1;
  const copies = new PublishedCopies(keptCopies);
  const entries = new Map<Revision, Entry>();
  for (let revision = next; revision <= at; revision += 1) {
    // One that is too long for a message went with what the log begins after.
    const [entry] = await log.read(revision - 1, 1).catch(noneOfDamaged);
    if (entry === undefined) continue;
    copies.note(revision, decodeChange(entry.bytes));
    entries.set(revision, entry);
    for (const one of entries.keys()) if (!copies.revisions().has(one)) entries.delete(one);
  }
  await log.putBackBeginning(await requireBase(from, at + 1), [...entries.values()]);
}

function noneOfDamaged(error: unknown): Entry[] {
  if (error instanceof DamagedLog) return [];
  throw error;
}

export interface RestoreOptions extends Pick<CopyOptions, "account" | "logger"> {
  /** How many published copies of each function are kept, where the log may have to begin as late as the copy. */
  readonly keptCopies?: number;
}

/**
 * Where entries are missing at the beginning, or what came before it is, the log begins after them with what
 * they came to.
 *
 * @throws when the copy does not tell that
 */
export async function restoreBeginning(
  log: RepairableLog,
  from: ChangeLog,
  { first, revision }: Pick<Verified, "first" | "revision">,
  options: RestoreOptions,
): Promise<void> {
  const begins = await log.firstRevision();
  const hole = await log.findFirstAfterHole();
  if (hole === undefined && (begins === 1 || (await hasBase(log, begins)))) return;
  const next = hole ?? begins;
  const at = next - 1;
  if (at < first - 1 && options.keptCopies !== undefined) {
    return beginWithCopy(log, from, next, options.keptCopies);
  }
  if (at > revision || at < first - 1) {
    throw new Error(
      `The log lacks what came to be up to revision ${at}, and the copy, of revisions ${first} to ${revision}, does not tell it. ` +
        "Take the copy of a node that has followed for longer",
    );
  }
  const state = await replayTo(from, at, options, first);
  const theirs = await log.findHash(next);
  const [ours] = await from.read(at, 1);
  if (theirs !== undefined && ours !== undefined && headOf(ours.bytes) !== theirs) {
    throw new Error(
      `It cannot be repaired from there: both have a revision ${next}, and not the same`,
    );
  }
  const kept = await keptOfBoth(log, from, at);
  await log.putBackBeginning({ revision: at, bytes: encodeSnapshot(state) }, kept);
}

async function hasBase(log: RepairableLog, begins: Revision): Promise<boolean> {
  try {
    return (await log.loadSnapshot(begins))?.revision === begins - 1;
  } catch (error) {
    return noneOfDamaged(error).length > 0;
  }
}

async function appendRest(
  log: RepairableLog,
  from: ChangeLog,
  { revision, head }: Verified,
  options: RepairOptions,
  start: Revision,
): Promise<Copied> {
  const { account, onProgress = () => {} } = options;
  onProgress({ revision: start, last: revision });
  for (let position = start; position < revision;) {
    const entries = await from.read(position, entriesAStep);
    for (const entry of entries) await appendCopy(log, entry);
    position = entries.at(-1)?.revision ?? revision;
    onProgress({ revision: position, last: revision });
  }
  await copySnapshot(from, log, account, revision);
  await requireCopied(log, { revision, head });
  return { entries: revision - start, revision, head };
}
