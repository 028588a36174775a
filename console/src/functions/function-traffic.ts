/** How often functions run, fail, and how much they take, over the last minutes: of counts that only grow. */
import type { Metric, Sample } from "../api/metrics.ts";

export interface Totals {
  readonly runs: number;
  readonly errors: number;
  /** The sum of percentages, of `utilized` runs. */
  readonly utilization: number;
  readonly utilized: number;
}

export interface TrafficPoint {
  /** Runs a second. */
  readonly rate: number;
  /** Of the runs, 0 to 1; undefined where there were none. */
  readonly errorShare: number | undefined;
  /** 0 to 100, the mean; undefined where there were none. */
  readonly utilization: number | undefined;
}

/** Where nothing came, the same for all: most of thousands of functions rest at any time. */
const quiet: TrafficPoint = { rate: 0, errorShare: undefined, utilization: undefined };

/** By function. */
export type Reading = ReadonlyMap<string, Totals>;

const none: Totals = { runs: 0, errors: 0, utilization: 0, utilized: 0 };

const invocations = "footlight_function_invocations_total";
const executionErrors = "footlight_function_execution_errors_total";
const validationErrors = "footlight_function_validation_errors_total";
const utilization = "footlight_function_compute_utilization_percent";

/** What a reading is made of. */
export const functionMetrics = [invocations, executionErrors, validationErrors, utilization];

export function readingOf(metrics: ReadonlyMap<string, Metric>): Reading {
  const totals = new Map<string, Totals>();
  const add = (name: string, take: (sample: Sample) => Partial<Totals>): void => {
    for (const sample of metrics.get(name)?.samples ?? []) {
      const fn = sample.labels["function"] ?? "";
      const before = totals.get(fn) ?? none;
      const more = take(sample);
      totals.set(fn, {
        runs: before.runs + (more.runs ?? 0),
        errors: before.errors + (more.errors ?? 0),
        utilization: before.utilization + (more.utilization ?? 0),
        utilized: before.utilized + (more.utilized ?? 0),
      });
    }
  };
  const errors = ({ value = 0 }: Sample): Partial<Totals> => ({ errors: value });
  add(invocations, ({ value = 0 }) => ({ runs: value }));
  add(executionErrors, errors);
  add(validationErrors, errors);
  add(utilization, ({ sum = 0, count = 0 }) => ({
    utilization: sum,
    utilized: count,
  }));
  return totals;
}

/**
 * @param seconds between the two
 * @returns what came in between; a node that has started anew has counted from nothing
 */
export function pointBetween(
  before: Totals = none,
  after: Totals = none,
  seconds: number,
): TrafficPoint {
  const from = after.runs < before.runs ? none : before;
  const runs = after.runs - from.runs;
  if (runs === 0) return quiet;
  const utilized = after.utilized - from.utilized;
  return {
    rate: runs / Math.max(seconds, 0.001),
    errorShare: Math.min(1, (after.errors - from.errors) / runs),
    utilization: utilized === 0 ? undefined : (after.utilization - from.utilization) / utilized,
  };
}

/** The latest points of each function, oldest first. */
export class TrafficHistory {
  readonly #max: number;
  readonly #points = new Map<string, TrafficPoint[]>();
  #last: { readonly at: number; readonly reading: Reading } | undefined;

  constructor(max = 60) {
    this.#max = max;
  }

  /** @param at milliseconds */
  add(reading: Reading, at: number): void {
    const last = this.#last;
    this.#last = { at, reading };
    if (last === undefined) return;
    for (const [name, totals] of reading) {
      const points = this.#points.get(name) ?? [];
      points.push(pointBetween(last.reading.get(name), totals, (at - last.at) / 1000));
      this.#points.set(name, points.slice(-this.#max));
    }
  }

  /** Whether it was read at all; what a function has done is not known before. */
  get isRead(): boolean {
    return this.#last !== undefined;
  }

  pointsOf(name: string): readonly TrafficPoint[] {
    return this.#points.get(name) ?? [];
  }

  /** Since the node began to count. */
  totalsOf(name: string): Totals {
    return this.#last?.reading.get(name) ?? none;
  }
}
