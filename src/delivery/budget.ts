/**
 * Memory that lines may wait in, shared by all that wait for one kind of delivery; and what each has of its own
 * beside that, so that one that is stuck leaves the others something.
 */
export class Budget {
  readonly #max: number;
  readonly #shared: Budget | undefined;
  #taken = 0;

  /**
   * @param max in bytes
   * @param shared taken of first, as long as there is some
   */
  constructor(max: number, shared?: Budget) {
    this.#max = max;
    this.#shared = shared;
  }

  /** @returns false when there is not so much left; nothing is taken then */
  take(bytes: number): boolean {
    if (this.#shared?.take(bytes)) return true;
    if (this.#taken + bytes > this.#max) return false;
    this.#taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    const own = Math.min(bytes, this.#taken);
    this.#taken -= own;
    this.#shared?.giveBack(bytes - own);
  }
}
