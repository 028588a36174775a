/**
 * What all workers of a node have counted of visits since it started, those that have ended among them.
 *
 * Names come from the state alone, never from viewers, and there is an end to them: what is beyond
 * counts together, under a name that nothing can have. What was deleted is told of for a while, so
 * that whoever asks now and then gets its last counts.
 */
import {
  addDistributionCounts,
  addFunctionCounts,
  noDistributionCounts,
  noFunctionCounts,
  type CountedDistribution,
  type DistributionCounts,
  type FunctionCounts,
} from "../../edge/record/visit-counts.ts";
import type { State } from "../../state/state.ts";

/** Of requests that led to no distribution. */
export const noName = "(none)";
/** Of all that are beyond the most. */
export const otherName = "(other)";

const deletedForMs = 300_000;

export interface TotalsLimits {
  readonly distributionsMax: number;
  /** Functions, each by itself for each distribution that ran it. */
  readonly functionsMax: number;
}

interface FunctionTotal {
  readonly counts: FunctionCounts;
  countedAt: number;
}

interface Total {
  readonly counts: DistributionCounts;
  readonly functions: Map<string, FunctionTotal>;
  countedAt: number;
}

export class VisitTotals {
  readonly #limits: TotalsLimits;
  readonly #state: () => State;
  readonly #totals = new Map<string, Total>();
  readonly #otherFunctions = noFunctionCounts();
  #functionCount = 0;
  /** At which revision room was made last: there is no more before something was deleted. */
  #roomMadeAt = -1;

  constructor(state: () => State, limits = { distributionsMax: 1000, functionsMax: 1000 }) {
    this.#state = state;
    this.#limits = limits;
  }

  /** To be called once with what each worker has taken of its counts. */
  add(counted: readonly CountedDistribution[]): void {
    const now = performance.now();
    for (const { id, counts, functions } of counted) {
      const name = this.#nameOf(id);
      const total = this.#totals.get(name) ?? this.#begin(name);
      total.countedAt = now;
      addDistributionCounts(total.counts, counts);
      for (const [fn, more] of functions) {
        addFunctionCounts(this.#functionOf(name, total, fn, now), more);
      }
    }
  }

  /** What is counted by name, with what belongs to it. */
  read(): {
    readonly distributions: Iterable<readonly [name: string, counts: DistributionCounts]>;
    readonly functions: readonly {
      readonly distribution: string;
      readonly name: string;
      readonly counts: FunctionCounts;
    }[];
  } {
    this.#forgetDeleted(performance.now() - deletedForMs);
    const functions = [...this.#totals].flatMap(([distribution, total]) =>
      Array.from(total.functions, ([name, { counts }]) => ({ distribution, name, counts })),
    );
    const others = { distribution: otherName, name: otherName, counts: this.#otherFunctions };
    return {
      distributions: Array.from(this.#totals, ([name, { counts }]) => [name, counts] as const),
      functions:
        others.counts.invocations + others.counts.throttles > 0
          ? [...functions, others]
          : functions,
    };
  }

  #begin(name: string): Total {
    const total = { counts: noDistributionCounts(), functions: new Map(), countedAt: 0 };
    this.#totals.set(name, total);
    return total;
  }

  #nameOf(id: string): string {
    if (id === "") return noName;
    if (this.#totals.has(id)) return id;
    if (!this.#state().distributions.has(id)) return otherName;
    const { distributionsMax } = this.#limits;
    if (this.#totals.size >= distributionsMax) this.#makeRoom();
    return this.#totals.size < distributionsMax ? id : otherName;
  }

  #functionOf(
    distribution: string,
    { functions }: Total,
    name: string,
    now: number,
  ): FunctionCounts {
    const known = functions.get(name);
    if (known !== undefined) {
      known.countedAt = now;
      return known.counts;
    }
    if (distribution === otherName) return this.#otherFunctions;
    const { functionsMax } = this.#limits;
    if (this.#functionCount >= functionsMax) this.#makeRoom();
    if (this.#functionCount >= functionsMax) return this.#otherFunctions;
    const counts = noFunctionCounts();
    functions.set(name, { counts, countedAt: now });
    this.#functionCount += 1;
    return counts;
  }

  #makeRoom(): void {
    const { revision } = this.#state();
    if (revision === this.#roomMadeAt) return;
    this.#roomMadeAt = revision;
    this.#forgetDeleted(Infinity);
  }

  /** @param before those deleted go that have counted nothing since then, by `performance.now()` */
  #forgetDeleted(before: number): void {
    const { distributions, functions } = this.#state();
    for (const [name, total] of this.#totals) {
      if (name === noName || name === otherName) continue;
      const isGone = total.countedAt < before && !distributions.has(name);
      for (const [fn, { countedAt }] of total.functions) {
        if (!isGone && (countedAt >= before || functions.has(fn))) continue;
        total.functions.delete(fn);
        this.#functionCount -= 1;
      }
      if (isGone) this.#totals.delete(name);
    }
  }
}
