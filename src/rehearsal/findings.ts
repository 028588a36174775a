/** What a rehearsal has found so far, as processes that share the runs tell it each other; and the report of all of it. */
import { DistinctKeys, type CountedKeys, type KeysTold } from "./distinct-keys.ts";
import type { Effect } from "./effect.ts";
import { Utilizations, type UtilizationsTold } from "./utilizations.ts";

/** Groups, of each kind; what differs otherwise is counted in one. */
export const groupsMax = 500;
const otherDifferences = "other differences";

/** What a run needs beside its event, to be run again. */
export interface SampleInputs {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What its chance follows from. */
  readonly seed: number;
  /** What its key value store answered, by key; absent where it asked for none. */
  readonly keys?: Readonly<Record<string, string>>;
}

export interface Sample {
  /** Of the run, among all: the one that came first is told. */
  readonly number: number;
  /** As TestFunction takes it; see hidden-values.ts for what stands for secrets. */
  readonly event: object;
  readonly given: SampleInputs;
  readonly live: Effect & { readonly computeUtilization: number };
  readonly development: Effect & { readonly computeUtilization: number };
}

export interface DifferenceGroup {
  readonly shape: string;
  /** Runs that differ so. */
  readonly count: number;
  /** One of them. */
  readonly sample: Sample;
}

export interface RehearsalFindings {
  readonly compared: number;
  readonly differing: number;
  readonly withoutBehavior: number;
  readonly unassociated: number;
  /** Runs by what hidden values they read. */
  readonly notComparable: ReadonlyMap<string, number>;
  readonly groups: readonly DifferenceGroup[];
  readonly utilization: { readonly live: Uint32Array; readonly development: Uint32Array };
  /** By distribution and path pattern. */
  readonly caches: ReadonlyMap<string, CountedKeys>;
}

export interface RehearsalReport {
  /** Runs that could be compared. */
  readonly compared: number;
  /** Those of them that differ. */
  readonly differing: number;
  /** Runs that read what is hidden, by what. */
  readonly notComparable: readonly { readonly reads: string; readonly count: number }[];
  /** Most runs first. */
  readonly groups: readonly DifferenceGroup[];
  readonly utilization: { readonly live: UtilizationsTold; readonly development: UtilizationsTold };
  /** By distribution and path pattern. */
  readonly caches: readonly (KeysTold & { readonly behavior: string })[];
  /** Runs whose distribution is not known, or is gone: nothing is told of their cache keys. */
  readonly withoutBehavior: number;
  /** Runs that were left out, since no distribution uses the function for events of their type. */
  readonly unassociated: number;
}

/** Differences by their shapes, so many. */
export class DifferenceGroups {
  readonly #groups = new Map<string, DifferenceGroup>();

  get all(): DifferenceGroup[] {
    return [...this.#groups.values()];
  }

  /** @param sample called where it is wanted */
  add(shape: string, sample: () => Sample, count = 1): void {
    const isKnown = this.#groups.has(shape) || this.#groups.size < groupsMax;
    const name = isKnown ? shape : otherDifferences;
    const group = this.#groups.get(name) ?? { shape: name, count: 0, sample: sample() };
    this.#groups.set(name, { ...group, count: group.count + count });
  }

  merge(groups: readonly DifferenceGroup[]): void {
    for (const { shape, count, sample } of groups) {
      const known = this.#groups.get(shape);
      if (known === undefined || known.sample.number <= sample.number) {
        this.add(shape, () => sample, count);
      } else this.#groups.set(shape, { shape, count: known.count + count, sample });
    }
  }
}

/** @param parts what each process has found */
export function reportOf(parts: readonly RehearsalFindings[]): RehearsalReport {
  const groups = new DifferenceGroups();
  const utilization = { live: new Utilizations(), development: new Utilizations() };
  const caches = new Map<string, DistinctKeys>();
  const notComparable = new Map<string, number>();
  for (const part of parts) {
    groups.merge(part.groups);
    utilization.live.merge(part.utilization.live);
    utilization.development.merge(part.utilization.development);
    for (const [reads, count] of part.notComparable) {
      notComparable.set(reads, (notComparable.get(reads) ?? 0) + count);
    }
    for (const [behavior, counted] of part.caches) {
      const keys = caches.get(behavior) ?? new DistinctKeys();
      keys.merge(counted);
      caches.set(behavior, keys);
    }
  }
  const sum = (of: (part: RehearsalFindings) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  return {
    compared: sum(({ compared }) => compared),
    differing: sum(({ differing }) => differing),
    notComparable: byCount([...notComparable].map(([reads, count]) => ({ reads, count }))),
    groups: byCount(groups.all),
    utilization: { live: utilization.live.told, development: utilization.development.told },
    caches: [...caches].map(([behavior, keys]) => ({ behavior, ...keys.told })),
    withoutBehavior: sum(({ withoutBehavior }) => withoutBehavior),
    unassociated: sum(({ unassociated }) => unassociated),
  };
}

function byCount<Counted extends { readonly count: number }>(counted: Counted[]): Counted[] {
  return counted.sort((one, other) => other.count - one.count);
}
