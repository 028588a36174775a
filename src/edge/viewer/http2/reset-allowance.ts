/**
 * How many streams of a connection its viewer may still give up before they are answered. To begin and reset streams costs a
 * viewer nothing, and an edge and its origins a request each (CVE-2023-44487); browsers do it when somebody leaves a page.
 */
import { performance } from "node:perf_hooks";

/** At once: a page that is left gives up no more than a connection may have open, which is 128. */
const burst = 144;
const perSecond = 33;

export class ResetAllowance {
  #left = burst;
  #at = performance.now();

  /** Whether so many at once are within it. */
  allows(count: number): boolean {
    return count <= this.#left;
  }

  /** To be called for each stream that is given up. @returns whether it was within the allowance */
  take(now = performance.now()): boolean {
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1000) * perSecond) - 1;
    this.#at = now;
    return this.#left >= 0;
  }
}
