/** What a node says of its cache: its workers' answers put together. */
import type { CacheOutcome } from "../cache/outcome.ts";
import type { CacheReport } from "../control/cache-calls.ts";
import type { LookedUp } from "../edge/look-up.ts";
import type { ListedObject, StoreAnswer } from "./cache-questions.ts";
import type { NodeOptions } from "./options.ts";
import type { WorkerAnswer } from "./worker-answers.ts";
import type { WorkerQuestion } from "./worker-messages.ts";

/** Asks all workers at once. Those that end or take too long say nothing. */
export type AskWorkers = (
  questionFor: (index: number) => WorkerQuestion,
  timeoutMs?: number,
) => Promise<readonly { readonly pid: number; readonly answer: WorkerAnswer }[]>;

/** Kept of a path under other keys: so many are told of. */
const othersMax = 20;

export function createCacheReport(
  askWorkers: AskWorkers,
  { cache, cacheSize, cacheMemory, httpCaching }: NodeOptions,
): CacheReport {
  const askStores = async (count: number) => {
    const answers = await askWorkers(() => ({ about: "store", count }));
    return answers.map(({ pid, answer }) => ({
      pid,
      answer: answer?.value as StoreAnswer | undefined,
    }));
  };
  return {
    summary: async () => ({
      cache,
      httpCaching,
      diskBytesMax: cacheSize * 1_048_576,
      memoryBytesMax: cacheMemory * 1_048_576,
      ...summaryOf(await askStores(0)),
    }),
    objects: async (count) => objectsOf(await askStores(count), count),
    lookUp: async (request) => {
      const answers = await askWorkers((index) => ({
        about: "request",
        request,
        othersMax: index === 0 ? othersMax : 0,
      }));
      return lookedUpBy(
        answers.flatMap(({ answer }) => (answer?.value as LookedUp | undefined) ?? []),
      );
    },
  };
}

interface WorkerStore {
  readonly pid: number;
  readonly answer: StoreAnswer | undefined;
}

const outcomes: readonly CacheOutcome[] = [
  "hit",
  "updating",
  "stale",
  "refreshed",
  "miss",
  "bypassed",
];

function summaryOf(workers: readonly WorkerStore[]): object {
  const answers = workers.flatMap(({ answer }) => answer ?? []);
  const counts = Object.fromEntries(
    outcomes.map((outcome) => [
      outcome,
      answers.reduce((sum, answer) => sum + answer.counts[outcome], 0),
    ]),
  ) as Record<CacheOutcome, number>;
  const stores = answers.flatMap(({ store }) => store ?? []);
  return {
    // All of them look into the same folder.
    entries: Math.max(0, ...stores.map(({ entries }) => entries)),
    diskBytes: Math.max(0, ...stores.map(({ diskBytes }) => diskBytes)),
    memoryBytes: stores.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    counts,
    ...hitRatioOf(counts),
    workers: workers.map(({ pid, answer }) => ({
      pid,
      answered: answer !== undefined,
      ...(answer && {
        since: new Date(answer.since).toISOString(),
        counts: answer.counts,
        ...hitRatioOf(answer.counts),
        memoryBytes: answer.store?.memoryBytes ?? 0,
        evictions: answer.store?.evictions ?? { memory: 0, disk: 0 },
      }),
    })),
  };
}

/** Of the requests that were looked up, those that were answered without asking the origin first. */
function hitRatioOf(counts: Readonly<Record<CacheOutcome, number>>): {
  readonly hitRatio?: number;
} {
  const { hit, updating, stale, refreshed, miss } = counts;
  const hits = hit + updating + stale;
  const all = hits + refreshed + miss;
  return all === 0 ? {} : { hitRatio: Math.round((hits / all) * 10_000) / 10_000 };
}

function objectsOf(workers: readonly WorkerStore[], count: number): object {
  const stores = workers.flatMap(({ answer }) => answer?.store ?? []);
  return {
    biggest: (stores[0]?.biggest ?? []).map((object) => withDates(object)),
    hottest: hottestOf(stores.flatMap(({ hottest }) => hottest))
      .slice(0, count)
      .map((object) => withDates(object)),
  };
}

/** Each worker counts for itself. */
function hottestOf(listed: readonly ListedObject[]): ListedObject[] {
  const summed = new Map<string, ListedObject>();
  for (const object of listed) {
    const identity = `${object.key}\n\n${object.isPart} ${object.bytes} ${object.freshUntil}`;
    const hits = (summed.get(identity)?.hits ?? 0) + (object.hits ?? 0);
    summed.set(identity, { ...object, hits });
  }
  return [...summed.values()].toSorted((one, other) => (other.hits ?? 0) - (one.hits ?? 0));
}

function withDates({ freshUntil, ...object }: ListedObject): object {
  return { ...object, freshUntil: dateOf(freshUntil) };
}

/** What is kept is shared, why something is not each worker knows for itself: the newest counts. */
function lookedUpBy(answers: readonly LookedUp[]): object | undefined {
  const [first] = answers;
  if (first === undefined) return undefined;
  const omissions = answers.flatMap(({ notStored }) => notStored ?? []);
  const [newest] = omissions.toSorted((one, other) => other.at - one.at);
  const { variants, notStored: _, ...rest } = first;
  return {
    ...rest,
    variants: variants.map(({ storedAt, freshUntil, updatingUntil, staleUntil, ...variant }) => ({
      ...variant,
      storedAt: dateOf(storedAt),
      freshUntil: dateOf(freshUntil),
      ...(updatingUntil !== undefined && { updatingUntil: dateOf(updatingUntil) }),
      ...(staleUntil !== undefined && { staleUntil: dateOf(staleUntil) }),
    })),
    ...(newest && { notStored: { ...newest, at: dateOf(newest.at) } }),
  };
}

/** The furthest that a date can be (ECMA-262 §21.4.1.1): a maximum TTL may lead beyond. */
const lastMoment = 8.64e15;

function dateOf(time: number): string {
  return new Date(Math.min(time, lastMoment)).toISOString();
}
