/**
 * What addresses owe: connections that did harm are charged to whoever they came from, good ones pay some of it back, and the
 * rest is forgiven with time. A flood is 1.
 *
 * Nobody has credit: who never owed anything is not known here, so that all the viewers there are push out nobody who owes.
 * As many as are kept cost some megabytes, and the one that was charged longest ago makes room.
 */
import { performance } from "node:perf_hooks";

/** What is forgiven in a second: a flood in five. */
const perSecond = 0.2;
/** It is all forgiven within 50 seconds. */
const debtMax = 10;
/** Who owes less waits for nothing: one flood and some more, such as nobody who means no harm comes to in ten seconds. */
const free = 2;
const firstWaitMs = 100;
/** Below what clients and balancers give a handshake. */
const waitMaxMs = 3000;

interface Debt {
  /** What was owed at `at`. */
  readonly amount: number;
  /** By the clock. */
  readonly at: number;
}

/** How long who owes so much waits for a handshake: twice as long with each flood more. */
export function waitMsFor(debt: number): number {
  if (debt < free) return 0;
  return Math.min(waitMaxMs, firstWaitMs * 2 ** (debt - free));
}

export class AddressDebts {
  /** Who was charged longest ago first. */
  readonly #debts = new Map<string, Debt>();
  readonly #max: number;
  readonly #now: () => number;

  /**
   * @param max how many are kept
   * @param now milliseconds of a clock that nobody sets
   */
  constructor(max = 10_000, now: () => number = () => performance.now()) {
    this.#max = max;
    this.#now = now;
  }

  /** How many are kept, some among them that owe nothing any more. */
  get size(): number {
    return this.#debts.size;
  }

  of(group: string): number {
    const debt = this.#debts.get(group);
    if (debt === undefined) return 0;
    const left = this.#leftOf(debt);
    if (left === 0) this.#debts.delete(group);
    return left;
  }

  charge(group: string, amount: number): void {
    const owed = Math.min(debtMax, this.of(group) + amount);
    this.#debts.delete(group);
    this.#debts.set(group, { amount: owed, at: this.#now() });
    for (const [oldest, debt] of this.#debts) {
      if (this.#debts.size <= this.#max && this.#leftOf(debt) > 0) break;
      this.#debts.delete(oldest);
    }
  }

  /** What is paid beyond what is owed counts for nothing. */
  pay(group: string, amount: number): void {
    const owed = this.of(group);
    if (owed === 0) return;
    if (owed <= amount) this.#debts.delete(group);
    else this.#debts.set(group, { amount: owed - amount, at: this.#now() });
  }

  #leftOf({ amount, at }: Debt): number {
    const seconds = Math.max(0, this.#now() - at) / 1000;
    return Math.max(0, amount - seconds * perSecond);
  }
}
