/**
 * Brings back what a change log has lost, from a copy that a node kept of it: its end, or all of it, or
 * what it begins with. Both are checked first: nothing is put together that is not of one history.
 */
import type { ChangeLog, Entry, Revision, Snapshot } from "../log/change-log.ts";
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
import { encodeSnapshot } from "./snapshot.ts";

/** A log that can be given back what it has lost. */
export interface RepairableLog extends ChangeLog, AskedLog {
  /** Whether nothing was ever appended to it, whatever it says of where it begins. */
  isEmpty(): Promise<boolean>;
  /** Puts back what long entries are kept in, where it was lost. @returns how many */
  putBackAside(from: Pick<ChangeLog, "read">): Promise<number>;
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
  await closeHole(log, from, known, options);
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
  const kept = new Map<Revision, Entry>();
  // What only the log itself had kept aside is not given up.
  for (const one of [log, from]) {
    for (const entry of await readAllKept(one)) kept.set(entry.revision, entry);
  }
  const wanted = [...kept.values()].filter(({ revision }) => revision < first);
  const inOrder = wanted.toSorted((one, other) => one.revision - other.revision);
  await log.startAnew(await requireBase(from, first), inOrder);
}

/** Where entries are missing at the beginning, the log begins after them, with what they came to. */
async function closeHole(
  log: RepairableLog,
  from: ChangeLog,
  { first, revision }: Verified,
  options: RepairOptions,
): Promise<void> {
  const hole = await log.findFirstAfterHole();
  if (hole === undefined) return;
  const at = hole - 1;
  if (at > revision || at < first - 1) {
    throw new Error(
      `The log lacks the entries up to revision ${at}, and the copy, of revisions ${first} to ${revision}, does not tell what they came to`,
    );
  }
  const state = await replayTo(from, at, options, first);
  const next = await log.findHash(hole);
  const [ours] = await from.read(at, 1);
  if (next !== undefined && ours !== undefined && headOf(ours.bytes) !== next) {
    throw new Error(
      `It cannot be repaired from there: both have a revision ${hole}, and not the same`,
    );
  }
  const keep = new Set((await readAllKept(log)).map((entry) => entry.revision));
  await log.beginAfter({ revision: at, bytes: encodeSnapshot(state) }, keep);
}

async function appendRest(
  log: RepairableLog,
  from: ChangeLog,
  { revision, head }: Verified,
  options: RepairOptions,
  start: Revision,
): Promise<Copied> {
  const { account, onProgress = () => {} } = options;
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
