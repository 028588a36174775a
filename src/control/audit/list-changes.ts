/**
 * The audit: pages through the change log, oldest or newest first, by resource, operation and
 * principal.
 *
 * A call looks at a bounded number of changes. So a page may hold fewer than were asked for, or
 * none, and still say where to go on; it is the end only when it says nothing.
 */
import { ApiError } from "../../model/errors.ts";
import type { Change } from "../../state/change.ts";
import type { State } from "../../state/state.ts";
import { describeChange, type DescribedChange } from "./describe-change.ts";
import { isAbout } from "./is-about.ts";

const defaultLimit = 100;
const maxLimit = 1000;
const windowSize = 100;
const maxWindows = 100;

export interface RecordedChange {
  readonly revision: number;
  readonly change: Change;
}

/** What the audit reads. */
export interface AuditedLog {
  /** @returns the changes after a revision, oldest first, at most `limit` */
  readonly readChanges: (after: number, limit: number) => Promise<readonly RecordedChange[]>;
  /** @returns the revision of the oldest change that is kept */
  readonly firstRevision: () => Promise<number>;
}

export interface ChangesPage {
  /** The oldest change that is kept; of what came before it, nothing can be told. */
  readonly first_revision: number;
  readonly items: readonly DescribedChange[];
  /** What to give as `after` for the next page; absent at the end. */
  readonly next_marker?: string;
}

interface Question {
  readonly newestFirst: boolean;
  readonly after: number;
  readonly limit: number;
  readonly wants: (change: Change) => boolean;
}

/** @throws InvalidArgument, when a parameter is unknown or not what it must be */
export async function listChanges(
  query: ReadonlyMap<string, string>,
  state: State,
  log: AuditedLog,
): Promise<ChangesPage> {
  const question = readQuestion(query, state);
  const first = await log.firstRevision();
  const ends = { first, last: state.revision };
  return { first_revision: first, ...(await findPage(question, ends, log, state.account)) };
}

type Found = Omit<ChangesPage, "first_revision">;
type Ends = Readonly<Record<"first" | "last", number>>;

async function findPage(
  question: Question,
  { first, last }: Ends,
  { readChanges }: AuditedLog,
  account: string,
): Promise<Found> {
  const { newestFirst, limit, wants } = question;
  const items: DescribedChange[] = [];
  let position = question.after;
  for (let windows = 0; windows < maxWindows; windows++) {
    const window = newestFirst
      ? await readBackwards(readChanges, position, first)
      : await readChanges(position, windowSize);
    for (const { revision, change } of window) {
      position = revision;
      if (!wants(change)) continue;
      items.push(describeChange(revision, change, account));
      if (items.length < limit) continue;
      const isEnd = newestFirst ? revision <= first : revision >= last;
      return isEnd ? { items } : { items, next_marker: String(revision) };
    }
    if (window.length === 0 || (newestFirst && position <= first)) return { items };
    if (!newestFirst && position >= last) return { items };
    // Others are served between two windows.
    await new Promise(setImmediate);
  }
  return { items, next_marker: String(position) };
}

/** @returns the window of changes right before a revision, newest first */
async function readBackwards(
  readChanges: AuditedLog["readChanges"],
  before: number,
  first: number,
): Promise<RecordedChange[]> {
  const start = Math.max(first - 1, before - 1 - windowSize);
  const window = await readChanges(start, Math.max(0, before - 1 - start));
  return window.toReversed();
}

const parameters = ["after", "limit", "operation", "order", "principal", "resource"];

function readQuestion(query: ReadonlyMap<string, string>, state: State): Question {
  for (const name of query.keys()) {
    if (parameters.includes(name)) continue;
    throw invalid(`There is no parameter "${name}": it takes ${parameters.join(", ")}`);
  }
  const order = query.get("order") ?? "oldest";
  if (order !== "oldest" && order !== "newest") {
    throw invalid(`order must be "oldest" or "newest", got "${order}"`);
  }
  const newestFirst = order === "newest";
  const resource = query.get("resource");
  const operation = query.get("operation");
  const principal = query.get("principal");
  return {
    newestFirst,
    after: readNumber(query, "after", newestFirst ? state.revision + 1 : 0, [0, Infinity]),
    limit: readNumber(query, "limit", defaultLimit, [1, maxLimit]),
    wants: (change) =>
      (operation === undefined || change.cause.operation === operation) &&
      (principal === undefined || change.cause.principal === principal) &&
      (resource === undefined || isAbout(change, resource, state)),
  };
}

function readNumber(
  query: ReadonlyMap<string, string>,
  name: string,
  fallback: number,
  [minimum, maximum]: readonly [number, number],
): number {
  const text = query.get(name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value >= minimum && value <= maximum) return value;
  const range = maximum === Infinity ? `from ${minimum} on` : `from ${minimum} to ${maximum}`;
  throw invalid(`${name} must be a whole number ${range}, got "${text}"`);
}

function invalid(message: string): ApiError {
  return new ApiError("InvalidArgument", message);
}
