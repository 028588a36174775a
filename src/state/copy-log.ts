/**
 * Copies a change log to another place, entry by entry, each checked as a node would that applies it: to
 * move an account, or to keep a copy of it while nodes go on changing it.
 *
 * What is there already is not copied again: it must end with the very entry that the source has at that
 * revision, which names the hash of all before it.
 */
import type { Logger } from "../base/logger.ts";
import type { ChangeLog, Entry, Revision, Snapshot } from "../log/change-log.ts";
import { applyEntry, headOf } from "./apply-entry.ts";
import { loadState } from "./load-state.ts";
import { decodeSnapshot } from "./snapshot.ts";
import { emptyState, type State } from "./state.ts";

const entriesAStep = 100;

export interface CopyOptions {
  /** The AWS account, 12 digits. */
  readonly account: string;
  readonly logger: Logger;
  /** Told after each step, and once before the first. */
  readonly onProgress?: (progress: CopyProgress) => void;
}

export interface CopyProgress {
  /** The last revision that the copy has. */
  readonly revision: Revision;
  /** The source's last one, as far as it is known. */
  readonly last: Revision;
}

export interface Copied {
  readonly entries: number;
  readonly revision: Revision;
  /** The SHA-256 of the last entry, in hex. */
  readonly head: string;
}

/** @throws when the source is damaged or another account's, or what is at the target is no part of it */
export async function copyLog(
  from: ChangeLog,
  to: ChangeLog,
  { account, logger, onProgress = () => {} }: CopyOptions,
): Promise<Copied> {
  const first = await from.firstRevision();
  if ((await to.lastRevision()) === 0 && first > 1) {
    await to.startAfter(await requireBase(from, first), await readAllKept(from));
  }
  const start = await to.lastRevision();
  let last = await from.lastRevision();
  await requireSameHistory(from, to, { start, first, last });
  let state = await replayTo(from, start, { account, logger }, first);
  onProgress({ revision: start, last });
  for (;;) {
    const entries = await from.read(state.revision, entriesAStep);
    if (entries.length === 0) break;
    for (const entry of entries) {
      state = applyEntry(state, entry);
      await appendCopy(to, entry);
    }
    last = Math.max(last, state.revision);
    onProgress({ revision: state.revision, last });
  }
  await copySnapshot(from, to, account, state.revision);
  await requireCopied(to, state);
  return { entries: state.revision - start, revision: state.revision, head: state.head };
}

export async function requireBase(from: ChangeLog, first: Revision): Promise<Snapshot> {
  const base = await from.loadSnapshot(first);
  if (base !== undefined && base.revision === first - 1) return base;
  throw new Error(
    `The log begins with revision ${first}, and it has no snapshot of what came before`,
  );
}

export async function readAllKept(from: ChangeLog): Promise<Entry[]> {
  const kept: Entry[] = [];
  for (;;) {
    const page = await from.readKept(kept.at(-1)?.revision ?? 0);
    if (page.length === 0) return kept;
    kept.push(...page);
  }
}

interface Ends {
  /** The target's last revision. */
  readonly start: Revision;
  /** The source's. */
  readonly first: Revision;
  readonly last: Revision;
}

async function requireSameHistory(
  from: ChangeLog,
  to: ChangeLog,
  { start, first, last }: Ends,
): Promise<void> {
  if (start > last) {
    throw new Error(
      `The log to copy to ends at revision ${start}, and the one to copy from at ${last}: it is not a copy of it`,
    );
  }
  if (start < first - 1) {
    throw new Error(
      `The log to copy to ends at revision ${start}, and what came after that was dropped from the one to copy from, ` +
        `which begins with ${first}. Copy to a new place`,
    );
  }
  if (start < first) return;
  const [ours, theirs] = [await from.read(start - 1, 1), await to.read(start - 1, 1)];
  const [source, target] = [ours[0], theirs[0]];
  // Where the copy begins right after it, its snapshot has the hash, and the next entry must fit it.
  if (source === undefined || target === undefined) return;
  if (headOf(source.bytes) === headOf(target.bytes)) return;
  throw new Error(
    `Both logs have a revision ${start}, and not the same: the one to copy to is not a copy of the other`,
  );
}

/** @returns the state at a revision, each entry up to it checked */
export async function replayTo(
  log: ChangeLog,
  revision: Revision,
  options: { readonly account: string; readonly logger: Logger },
  first: Revision,
): Promise<State> {
  const isWhole = first === 1;
  let state = isWhole ? emptyState(options.account) : (await loadState(log, options, first)).state;
  while (state.revision < revision) {
    const wanted = Math.min(entriesAStep, revision - state.revision);
    const entries = await log.read(state.revision, wanted);
    if (entries.length === 0) break;
    for (const entry of entries) state = applyEntry(state, entry);
  }
  return state;
}

export async function appendCopy(to: ChangeLog, { revision, bytes }: Entry): Promise<void> {
  if ((await to.append(bytes, revision - 1)) === revision) return;
  throw new Error(
    `Something else was appended to the log to copy to, at revision ${revision}: nobody may change it meanwhile`,
  );
}

/** So that a node starts on the copy as fast. Not one that is newer than what was copied. */
export async function copySnapshot(
  from: ChangeLog,
  to: ChangeLog,
  account: string,
  last: Revision,
): Promise<void> {
  const snapshot = await from.loadSnapshot(last + 1);
  if (snapshot === undefined || decodeSnapshot(snapshot.bytes, account) === undefined) return;
  await to.saveSnapshot(snapshot);
}

export async function requireCopied(
  to: ChangeLog,
  { revision, head }: Pick<State, "revision" | "head">,
): Promise<void> {
  const last = await to.lastRevision();
  const [entry] = revision === 0 ? [] : await to.read(revision - 1, 1);
  if (last === revision && (entry === undefined || headOf(entry.bytes) === head)) return;
  throw new Error(`The copy ends at revision ${last}, and not with what was copied`);
}

export interface Verified {
  readonly first: Revision;
  readonly revision: Revision;
  /** The SHA-256 of the last entry, in hex. */
  readonly head: string;
}

/**
 * Reads a whole log as a node would that applies it.
 *
 * @throws at the first entry that is damaged, missing, or does not follow on the one before
 */
export async function verifyLog(
  log: ChangeLog,
  options: Pick<CopyOptions, "account" | "logger">,
): Promise<Verified> {
  const first = await log.firstRevision();
  const state = await replayTo(log, await log.lastRevision(), options, first);
  await readAllKept(log);
  const last = await log.lastRevision();
  if (state.revision > last) {
    throw new Error(`The log ends at revision ${last}, and a snapshot is of ${state.revision}`);
  }
  return { first, revision: state.revision, head: state.head };
}
