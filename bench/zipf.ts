/** What is asked for when some things are asked for far more often than others. */

/** @returns a source of numbers from 0 to 1 that is the same each time (mulberry32) */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @returns draws of so many objects by Zipf's law, 0 the most popular */
export function zipf(objects: number, exponent: number, random: () => number): () => number {
  const sums = new Float64Array(objects);
  let sum = 0;
  for (let rank = 0; rank < objects; rank += 1) sums[rank] = sum += (rank + 1) ** -exponent;
  return () => {
    const wanted = random() * sum;
    let low = 0;
    let high = objects - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
