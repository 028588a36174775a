/** What the node does to all viewers, over the last minutes: of counts that only grow, and of the requests that are kept. */
import type { Metric } from "../api/metrics.ts";
import type { CacheCounts, ListedTrace } from "../api/traces.ts";

/** What was counted since the node started. */
export interface TrafficCounts {
  readonly requests: number;
  /** Of the status 4xx or 5xx. */
  readonly errors: number;
  readonly hits: number;
  /** Hits, and what was fetched instead. */
  readonly lookups: number;
  /** The sum of percentages, of `utilized` runs of functions. */
  readonly utilization: number;
  readonly utilized: number;
}

/** Null where there was nothing to make it of. */
export interface TrafficPoint {
  /** Seconds since the first reading. */
  readonly at: number;
  readonly requests: number;
  /** In percent, as those that follow. */
  readonly hits: number | null;
  readonly errors: number | null;
  readonly utilization: number | null;
  /** Milliseconds within which 95 of 100 of the requests were answered that are kept. */
  readonly latency: number | null;
}

const requestsTotal = "footlight_requests_total";
const responsesTotal = "footlight_responses_total";
const utilization = "footlight_function_compute_utilization_percent";

/** What counts are made of. */
export const trafficMetrics = [requestsTotal, responsesTotal, utilization];

export function countsOf(
  metrics: ReadonlyMap<string, Metric>,
  cache: CacheCounts | undefined,
): TrafficCounts {
  const samples = (name: string): Metric["samples"] => metrics.get(name)?.samples ?? [];
  const { hit = 0, updating = 0, stale = 0, refreshed = 0, miss = 0, bypassed = 0 } = cache ?? {};
  const hits = hit + updating + stale + refreshed;
  const runs = samples(utilization);
  return {
    requests: sum(samples(requestsTotal).map(({ value = 0 }) => value)),
    errors: sum(
      samples(responsesTotal)
        .filter(({ labels }) => ["4xx", "5xx"].includes(labels["status_class"] ?? ""))
        .map(({ value = 0 }) => value),
    ),
    ...{ hits, lookups: hits + miss + bypassed },
    utilization: sum(runs.map((sample) => sample.sum ?? 0)),
    utilized: sum(runs.map(({ count = 0 }) => count)),
  };
}

/** Readings that are kept. */
const pointsMax = 150;

export class TrafficHistory {
  #first: number | undefined;
  #last: { readonly counts: TrafficCounts; readonly atMs: number } | undefined;
  #points: readonly TrafficPoint[] = [];
  #newestTrace = "";

  get points(): readonly TrafficPoint[] {
    return this.#points;
  }

  /** @param atMs of a clock that goes on only; @param traces newest first */
  add(counts: TrafficCounts, traces: readonly ListedTrace[], atMs: number): void {
    this.#first ??= atMs;
    const before = this.#last;
    const fresh = traces.filter(({ at }) => at > this.#newestTrace);
    for (const { at } of fresh) if (at > this.#newestTrace) this.#newestTrace = at;
    this.#last = { counts, atMs };
    if (before === undefined || atMs <= before.atMs) return;
    // A node that has started anew has counted from nothing.
    const since = (name: keyof TrafficCounts): number =>
      counts[name] < before.counts[name] ? counts[name] : counts[name] - before.counts[name];
    const requests = since("requests");
    const point: TrafficPoint = {
      at: Math.round((atMs - this.#first) / 100) / 10,
      requests: requests / ((atMs - before.atMs) / 1000),
      hits: share(since("hits"), since("lookups")),
      errors: share(since("errors"), requests),
      utilization: mean(since("utilization"), since("utilized")),
      latency: percentile95(fresh.map(({ took_ms: took }) => took)),
    };
    this.#points = [...this.#points, point].slice(-pointsMax);
  }
}

function share(part: number, all: number): number | null {
  return all === 0 ? null : Math.min(100, (part / all) * 100);
}

function mean(total: number, count: number): number | null {
  return count === 0 ? null : total / count;
}

function percentile95(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1]!;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
