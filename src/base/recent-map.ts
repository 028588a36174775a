/**
 * A bounded map of what was asked for lately, in two generations.
 *
 * Keys that viewers choose fill a map that stops taking new ones for good, and empty one that is
 * cleared when it is full. Here a full generation becomes the older one, and what is asked for
 * again moves on to the younger: made-up keys push out each other, and what every request brings
 * stays.
 */
export class RecentMap<Key, Value> {
  readonly #generationSize: number;
  #younger = new Map<Key, Value>();
  #older: ReadonlyMap<Key, Value> = new Map<Key, Value>();

  /** @param generationSize how many keys make a generation full; at most twice as many are kept */
  constructor(generationSize: number) {
    this.#generationSize = generationSize;
  }

  /** How many keys are kept, those that stand in both generations twice. */
  get size(): number {
    return this.#younger.size + this.#older.size;
  }

  get(key: Key): Value | undefined {
    const young = this.#younger.get(key);
    if (young !== undefined) return young;
    const old = this.#older.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: Key, value: Value): void {
    if (this.#younger.size >= this.#generationSize) {
      this.#older = this.#younger;
      this.#younger = new Map<Key, Value>();
    }
    this.#younger.set(key, value);
  }
}
