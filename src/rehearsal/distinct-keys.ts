/**
 * How many cache keys two versions lead to, and how many of the second's are none of the first's.
 *
 * Keys are told by a hash of 53 bits. Memory is bounded: when there are too many, one hash in two, four, eight … is
 * kept, and the counts are estimates.
 */

const keysMax = 65_536;

export class DistinctKeys {
  /** By hash: 1 for LIVE's, 2 for DEVELOPMENT's, 3 for both. */
  readonly #seen = new Map<number, number>();
  /** One hash in so many is kept. */
  #oneIn = 1;
  #requests = { live: 0, development: 0 };

  add(key: string, side: "live" | "development"): void {
    this.#requests[side] += 1;
    const hash = hashOf(key);
    if (hash % this.#oneIn !== 0) return;
    this.#seen.set(hash, (this.#seen.get(hash) ?? 0) | (side === "live" ? 1 : 2));
    if (this.#seen.size > keysMax) this.#thin();
  }

  get counted(): CountedKeys {
    return { seen: this.#seen, oneIn: this.#oneIn, ...this.#requests };
  }

  /** Takes over what was counted of other runs. */
  merge({ seen, oneIn, live, development }: CountedKeys): void {
    while (this.#oneIn < oneIn) this.#thin();
    for (const [hash, sides] of seen) {
      if (hash % this.#oneIn === 0) this.#seen.set(hash, (this.#seen.get(hash) ?? 0) | sides);
    }
    while (this.#seen.size > keysMax) this.#thin();
    this.#requests.live += live;
    this.#requests.development += development;
  }

  get told(): KeysTold {
    let [live, development, cold] = [0, 0, 0];
    for (const sides of this.#seen.values()) {
      if (sides & 1) live += 1;
      if (sides & 2) development += 1;
      if (sides === 2) cold += 1;
    }
    const ratio = (keys: number, requests: number): number =>
      requests === 0 ? 0 : Math.max(0, 1 - (keys * this.#oneIn) / requests);
    return {
      liveObjects: live * this.#oneIn,
      developmentObjects: development * this.#oneIn,
      coldObjects: cold * this.#oneIn,
      liveHitRatio: ratio(live, this.#requests.live),
      developmentHitRatio: ratio(development, this.#requests.development),
      isEstimate: this.#oneIn > 1,
    };
  }

  #thin(): void {
    this.#oneIn *= 2;
    for (const hash of this.#seen.keys()) if (hash % this.#oneIn !== 0) this.#seen.delete(hash);
  }
}

/** What was counted, as it can be sent to another process. */
export interface CountedKeys {
  /** By hash: 1 for LIVE's, 2 for DEVELOPMENT's, 3 for both. */
  readonly seen: ReadonlyMap<number, number>;
  readonly oneIn: number;
  /** Requests. */
  readonly live: number;
  readonly development: number;
}

export interface KeysTold {
  readonly liveObjects: number;
  readonly developmentObjects: number;
  /** Of DEVELOPMENT's that none of LIVE's runs led to. */
  readonly coldObjects: number;
  /** 0 to 1, if everything that is asked for twice is a hit the second time. */
  readonly liveHitRatio: number;
  readonly developmentHitRatio: number;
  readonly isEstimate: boolean;
}

/** Two rounds of FNV's kind side by side, mixed as MurmurHash3 ends. */
function hashOf(text: string): number {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (b & 0x1fffff) + (a >>> 0);
}
