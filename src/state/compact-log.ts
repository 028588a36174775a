/**
 * Drops what is too old from a change log: all entries before a time, except those that tell the last
 * published copies of each function.
 *
 * What is dropped is replayed once more, entry by entry: so it is checked, the state that it came to
 * is known, and the log begins with that. The state carries the hash of the last entry that is
 * dropped, so the chain goes on.
 */
import type { Logger } from "../base/logger.ts";
import type { ChangeLog, Revision } from "../log/change-log.ts";
import { applyEntry } from "./apply-entry.ts";
import { decodeChange } from "./encode-change.ts";
import { loadState } from "./load-state.ts";
import { noteAll, PublishedCopies } from "./published-copies.ts";
import { encodeSnapshot } from "./snapshot.ts";
import type { State } from "./state.ts";

export interface Retention {
  /** How long a change is kept at least. */
  readonly historyDays: number;
  /** How many published copies of each function are kept, however old. */
  readonly keptCopies: number;
}

export interface CompactOptions {
  /** The AWS account, 12 digits. */
  readonly account: string;
  readonly logger: Logger;
  readonly retention: Retention;
  readonly now: Date;
}

const dayMs = 24 * 60 * 60 * 1000;
const entriesAStep = 20;

/** Whether the log's oldest change is so old that compacting pays: a day more than need be. */
export async function isCompactionDue(
  log: ChangeLog,
  { historyDays }: Retention,
  now: Date,
): Promise<boolean> {
  const [oldest] = await log.read(0, 1);
  if (oldest === undefined) return false;
  const age = now.getTime() - Date.parse(decodeChange(oldest.bytes).at);
  return age > (historyDays + 1) * dayMs;
}

/**
 * @returns the revision that the log begins after now; undefined when nothing was old enough
 * @throws when what is to be dropped is damaged: nothing is dropped then
 */
export async function compactLog(
  log: ChangeLog,
  { account, logger, retention, now }: CompactOptions,
): Promise<Revision | undefined> {
  const copies = new PublishedCopies(retention.keptCopies);
  await noteAll(copies, (after, limit) => log.readKept(after, limit));
  const first = await log.firstRevision();
  const start = await loadState(log, { account, logger }, first);
  const cutoff = new Date(now.getTime() - retention.historyDays * dayMs).toISOString();
  const state = await replayUntil(log, start.state, cutoff, copies);
  if (state.revision < first) return undefined;
  const { revision } = state;
  const keep = new Set([...copies.revisions()].filter((one) => one <= revision));
  await log.beginAfter({ revision, bytes: encodeSnapshot(state) }, keep);
  return revision;
}

/** @param cutoff in ISO 8601: the first entry that is not older ends it, whatever comes later */
async function replayUntil(
  log: ChangeLog,
  start: State,
  cutoff: string,
  copies: PublishedCopies,
): Promise<State> {
  let state = start;
  for (;;) {
    const entries = await log.read(state.revision, entriesAStep);
    if (entries.length === 0) return state;
    for (const entry of entries) {
      const change = decodeChange(entry.bytes);
      if (change.at >= cutoff) return state;
      state = applyEntry(state, entry);
      copies.note(entry.revision, change);
    }
    await new Promise(setImmediate);
  }
}
