/** What metrics stand at, at one moment. */
import type { Histogram } from "../../base/histogram.ts";
import type { MetricName } from "./metric-table.ts";

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  /** Of a histogram metric a histogram, of all others a number. */
  readonly value: number | Histogram;
}

/** Metrics without samples are left out. */
export type Reading = ReadonlyMap<MetricName, readonly Sample[]>;

export class ReadingBuilder {
  readonly #reading = new Map<MetricName, Sample[]>();

  /** @param value nothing is added where it is undefined */
  add(
    name: MetricName,
    value: number | Histogram | undefined,
    labels: Readonly<Record<string, string>> = {},
  ): void {
    if (value === undefined) return;
    const samples = this.#reading.get(name);
    if (samples === undefined) this.#reading.set(name, [{ labels, value }]);
    else samples.push({ labels, value });
  }

  get reading(): Reading {
    return this.#reading;
  }
}
