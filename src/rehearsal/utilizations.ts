/** Compute utilizations of many runs, 0 to 100 each. */
export class Utilizations {
  readonly #counts = new Uint32Array(101);
  #total = 0;

  add(utilization: number): void {
    this.#counts[Math.min(100, Math.max(0, Math.round(utilization)))]! += 1;
    this.#total += 1;
  }

  /** How many runs took each. */
  get counts(): Uint32Array {
    return this.#counts;
  }

  /** Takes over what was counted of other runs. */
  merge(counts: Uint32Array): void {
    for (const [utilization, count] of counts.entries()) {
      this.#counts[utilization]! += count;
      this.#total += count;
    }
  }

  get told(): UtilizationsTold {
    return { p50: this.#at(0.5), p99: this.#at(0.99), max: this.#at(1) };
  }

  /** The least that so much of all runs have at most. */
  #at(part: number): number {
    let left = Math.ceil(part * this.#total);
    for (const [utilization, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return utilization;
    }
    return 100;
  }
}

export interface UtilizationsTold {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}
