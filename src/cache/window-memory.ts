/** The memory that bodies on their way hold together in this process: a share for each. */

/** What one body holds at most as long as there are few of them, in bytes. */
const shareMax = 1024 * 1024;
/** No body can go on with less. */
const shareMin = 64 * 1024;

/** What is read back at once for one reader: as much of it may lie in memory until it is taken. */
const readBackMax = 64 * 1024;
const readBackMin = 16 * 1024;

interface InMemory {
  readonly inMemory: number;
  /** Lets go of what is beyond its share, where it can. */
  trim(): void;
}

export class WindowMemory {
  readonly #max: number;
  readonly #bodies = new Set<InMemory>();
  #used = 0;
  /** Beyond this all are trimmed: not at each byte, where they cannot give enough. */
  #trimAt: number;
  /** How many read any of the bodies. */
  readers = 0;

  /** @param max bytes of all bodies together */
  constructor(max: number) {
    this.#max = max;
    this.#trimAt = max;
  }

  /** How much is held, in bytes. */
  get used(): number {
    return this.#used;
  }

  /** What each body may hold, in bytes. */
  get share(): number {
    return Math.max(shareMin, Math.min(shareMax, this.#max / this.#bodies.size));
  }

  get readBackSize(): number {
    return Math.max(readBackMin, Math.min(readBackMax, Math.floor(this.#max / this.readers)));
  }

  add(body: InMemory): void {
    this.#bodies.add(body);
  }

  remove(body: InMemory): void {
    if (this.#bodies.delete(body)) this.#used -= body.inMemory;
  }

  grew(bytes: number): void {
    this.#used += bytes;
    if (this.#used <= this.#trimAt) return;
    for (const body of this.#bodies) body.trim();
    this.#trimAt = Math.max(this.#max, this.#used + this.#max / 8);
  }

  shrank(bytes: number): void {
    this.#used -= bytes;
  }
}
