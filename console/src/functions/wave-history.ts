/** How both versions of a publish in waves did, second by second, of counts that only grow while a wave is on. */
import type { Counted } from "../api/waves.ts";

export interface Side {
  /** Requests a second. */
  readonly rate: number;
  /** In percent; null where there were no requests, as charts have gaps. */
  readonly errors: number | null;
  readonly utilization: number | null;
}

export interface WavePoint {
  /** Seconds since the first. */
  readonly at: number;
  readonly fresh: Side;
  readonly old: Side;
}

const pointsMax = 600;

export class WaveHistory {
  #wave: string | undefined;
  #first = 0;
  #last: { readonly at: number; readonly fresh: Counted; readonly old: Counted } | undefined;
  #points: readonly WavePoint[] = [];

  get points(): readonly WavePoint[] {
    return this.#points;
  }

  /**
   * @param wave another one's counts begin anew
   * @param at milliseconds
   */
  add(
    wave: string,
    { new: fresh, old }: { readonly new: Counted; readonly old: Counted },
    at: number,
  ): void {
    const last = this.#wave === wave ? this.#last : undefined;
    if (this.#points.length === 0 && last === undefined) this.#first = at;
    this.#wave = wave;
    this.#last = { at, fresh, old };
    if (last === undefined) return;
    const seconds = (at - last.at) / 1000;
    const point = {
      at: (at - this.#first) / 1000,
      fresh: sideOf(last.fresh, fresh, seconds),
      old: sideOf(last.old, old, seconds),
    };
    this.#points = [...this.#points, point].slice(-pointsMax);
  }
}

function sideOf(before: Counted, after: Counted, seconds: number): Side {
  const requests = Math.max(0, after.requests - before.requests);
  return {
    rate: requests / Math.max(seconds, 0.001),
    errors: requests === 0 ? null : (100 * (after.errors - before.errors)) / requests,
    utilization: after.requests === 0 ? null : after.utilization_p99,
  };
}
