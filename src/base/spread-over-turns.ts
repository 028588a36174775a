/**
 * Work that may come many times at once, such as connections that all begin in one turn of the event loop: a few of it are
 * done in a turn, the others in later ones, in order, and whoever else the thread serves has the time between.
 */
export class SpreadOverTurns {
  readonly #inTurn: number;
  readonly #waiting: (() => void)[] = [];
  #done = 0;
  #isCounting = false;

  /** @param inTurn how many are done in one turn */
  constructor(inTurn: number) {
    this.#inTurn = inTurn;
  }

  /** Does it now, or in a later turn. What it throws then is thrown there. */
  run(work: () => void): void {
    if (!this.#isCounting) this.#count();
    if (this.#done >= this.#inTurn) {
      this.#waiting.push(work);
      return;
    }
    this.#done += 1;
    work();
  }

  #count(): void {
    this.#isCounting = true;
    setImmediate(() => {
      this.#isCounting = false;
      this.#done = 0;
      for (const work of this.#waiting.splice(0, this.#inTurn)) this.run(work);
      if (this.#waiting.length > 0 && !this.#isCounting) this.#count();
    });
  }
}
