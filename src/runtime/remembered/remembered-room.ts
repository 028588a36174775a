/** The room that the remembered answers of all copies share, whichever of them are asked for. */

/** What can be asked to let go of what it was not asked for lately. */
export interface Generations {
  turn(): void;
}

/** Bytes of all younger generations together; with the older ones it is at most twice as much. */
const youngerBytesMax = 8 * 1024 * 1024;

export class RememberedRoom {
  readonly #holders = new Set<Generations>();
  #bytes = 0;

  /** Whoever takes bytes may be told to turn, as all others are, before this returns. */
  take(holder: Generations, bytes: number): void {
    this.#bytes += bytes;
    this.#holders.add(holder);
    if (this.#bytes <= youngerBytesMax) return;
    for (const each of this.#holders) each.turn();
  }

  give(bytes: number): void {
    this.#bytes -= bytes;
  }

  leave(holder: Generations): void {
    this.#holders.delete(holder);
  }
}
