/** Memory that lines may wait in, shared by all that wait for one kind of delivery. */
export class Budget {
  readonly #max: number;
  #taken = 0;

  /** @param max in bytes */
  constructor(max: number) {
    this.#max = max;
  }

  /** @returns false when there is not so much left; nothing is taken then */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.#max) return false;
    this.#taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#taken -= bytes;
  }
}
