/** Counts what the cache had to say to visits, and remembers of each key why its response was not kept. */
import { performance } from "node:perf_hooks";
import { RecentMap } from "../../base/recent-map.ts";
import type { CacheOutcome, NotStored } from "../../cache/outcome.ts";
import type { VisitListener } from "./visit.ts";

/** A response that was not kept. */
export interface Omission {
  readonly reason: NotStored;
  /** Of what its viewer got. */
  readonly status: number;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/** Keys whose last omission is remembered: these, and as many again that were older. */
const keysPerGeneration = 1000;

export class CacheRecord {
  readonly counts: Record<CacheOutcome, number> = {
    hit: 0,
    updating: 0,
    stale: 0,
    refreshed: 0,
    miss: 0,
    bypassed: 0,
  };
  readonly #omissions = new RecentMap<string, Omission | undefined>(keysPerGeneration);

  /** Notes what came of a fetch that no visit waited for. @param reason undefined where it was kept */
  readonly noteBehind = (key: string, reason: NotStored | undefined, status: number): void => {
    if (reason !== undefined) this.#omissions.set(key, { reason, status, at: Date.now() });
    else if (this.#omissions.get(key) !== undefined) this.#omissions.set(key, undefined);
  };

  readonly listener: VisitListener = ({ cache, cacheKey, notStored, origins, status, endedAt }) => {
    // What a function or the edge itself answered has nothing to do with a cache.
    if (cache === "bypassed" && origins.length === 0) return;
    this.counts[cache] += 1;
    if (cacheKey === undefined) return;
    if (notStored !== undefined) {
      const at = Math.round(performance.timeOrigin + endedAt);
      this.#omissions.set(cacheKey, { reason: notStored, status, at });
    } else if (cache === "miss" && this.#omissions.get(cacheKey) !== undefined) {
      this.#omissions.set(cacheKey, undefined);
    }
  };

  /** @returns undefined where the last response was kept, or nothing is known any more */
  lastOmission(key: string): Omission | undefined {
    return this.#omissions.get(key);
  }
}
