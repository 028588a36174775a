/**
 * What a node's first process asks its workers about the cache: only they have it open, since a damaged
 * file may end who reads it.
 */
import { firstValue } from "../base/header-lines.ts";
import { currentAge } from "../cache/age.ts";
import type { CacheOutcome } from "../cache/outcome.ts";
import type { FoundEntry, InspectableStore } from "../cache/store.ts";
import type { Deployment } from "../edge/deployment/deployment.ts";
import { lookUp, type LookedUp, type LookUpRequest } from "../edge/look-up.ts";
import type { HttpCaching } from "../edge/caching/keeping.ts";
import type { CacheRecord } from "../edge/record/cache-record.ts";

export type CacheQuestion =
  /** What the store has, and `count` of its biggest and hottest. */
  | { readonly about: "store"; readonly count: number }
  | { readonly about: "request"; readonly request: LookUpRequest; readonly othersMax: number };

/** An object in a list. Times are milliseconds since the epoch. */
export interface ListedObject {
  readonly key: string;
  readonly status: number;
  readonly bytes: number;
  readonly isPart: boolean;
  readonly contentType: string;
  readonly ageSeconds: number;
  readonly freshUntil: number;
  /** How often it was answered from a copy in memory; undefined where nobody counts. */
  readonly hits?: number;
}

/** What one worker says of the cache. */
export interface StoreAnswer {
  /** Since when it counts. */
  readonly since: number;
  readonly counts: Readonly<Record<CacheOutcome, number>>;
  /** Absent where nothing is kept. */
  readonly store?: {
    readonly entries: number;
    readonly memoryBytes: number;
    readonly diskBytes: number;
    readonly evictions: { readonly memory: number; readonly disk: number };
    readonly biggest: readonly ListedObject[];
    readonly hottest: readonly ListedObject[];
  };
}

/** What answers are made of, in a worker. */
export interface CacheWindow {
  readonly deployment: () => Deployment;
  readonly store: InspectableStore | undefined;
  readonly record: CacheRecord;
  readonly reading: HttpCaching;
}

/** @returns undefined to a request where no distribution answers to its name */
export async function answerAboutCache(
  question: CacheQuestion,
  window: CacheWindow,
): Promise<StoreAnswer | LookedUp | undefined> {
  const now = Date.now();
  if (question.about === "store") return aboutStore(question.count, window, now);
  const { request, othersMax } = question;
  return lookUp(request, { ...window, deployment: window.deployment(), now, othersMax });
}

async function aboutStore(
  count: number,
  { store, record }: CacheWindow,
  now: number,
): Promise<StoreAnswer> {
  const common = { since: Math.round(performance.timeOrigin), counts: record.counts };
  if (store === undefined) return common;
  const { entries, memoryBytes, diskBytes, evictions, biggest, hottest } =
    await store.inspect(count);
  const list = (found: readonly FoundEntry[]) => found.map((entry) => listed(entry, now));
  return {
    ...common,
    store: {
      ...{ entries, memoryBytes, diskBytes, evictions },
      biggest: list(biggest),
      hottest: list(hottest),
    },
  };
}

function listed({ stored, hits }: FoundEntry, now: number): ListedObject {
  const { key, meta, length } = stored;
  return {
    key,
    status: meta.status,
    bytes: length,
    isPart: meta.part !== undefined,
    contentType: firstValue(meta.headers, "content-type") ?? "",
    ageSeconds: currentAge(meta, now),
    freshUntil: meta.freshUntil,
    ...(hits !== undefined && { hits }),
  };
}
