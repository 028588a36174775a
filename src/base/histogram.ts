/** How many values fell between given bounds, and their sum: what a distribution of many values is told by. */

export interface Histogram {
  /** The greatest value of each bucket, ascending; one more bucket is without end. */
  readonly bounds: readonly number[];
  /** Of each bucket by itself, one more than there are bounds. */
  readonly counts: number[];
  sum: number;
}

export function newHistogram(bounds: readonly number[]): Histogram {
  return { bounds, counts: Array.from({ length: bounds.length + 1 }, () => 0), sum: 0 };
}

export function observe(histogram: Histogram, value: number): void {
  const { bounds, counts } = histogram;
  let bucket = 0;
  while (bucket < bounds.length && value > bounds[bucket]!) bucket += 1;
  counts[bucket]! += 1;
  histogram.sum += value;
}
