/**
 * The time as the authority has it, which is what its certificates begin and end by. This machine's clock may have been set
 * wrongly, or the machine have slept: by a clock that is weeks ahead what was renewed just now would have to be renewed again.
 *
 * The authority is asked once a day, and when this machine's clock has moved otherwise than time goes; where it can't be asked
 * this machine's clock is all there is.
 */

export interface AuthorityClockInput {
  /** This machine's clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that only go on. */
  readonly elapsed: () => number;
  /** Asks the authority for its time; undefined where it doesn't say. */
  readonly ask: () => Promise<number | undefined>;
}

const askAgainMs = 86_400_000;
/** One that can't be reached is asked again after this, and no oftener. */
const retryMs = 600_000;
/** Clocks that are kept right by the network are set by less. */
const movedMs = 60_000;

export class AuthorityClock {
  readonly #input: AuthorityClockInput;
  /** By how much this machine's clock is ahead; undefined where that is not known. */
  #aheadMs: number | undefined;
  #base: number;
  #askAt = 0;

  constructor(input: AuthorityClockInput) {
    this.#input = input;
    this.#base = this.#baseNow();
    this.#askAt = input.elapsed();
  }

  /** To be called now and then, before {@link time}: asks the authority where that is due. */
  async look(): Promise<void> {
    const { now, elapsed, ask } = this.#input;
    const hasMoved = Math.abs(this.#baseNow() - this.#base) > movedMs;
    if (hasMoved) {
      this.#base = this.#baseNow();
      this.#aheadMs = undefined;
    }
    if (!hasMoved && elapsed() < this.#askAt) return;
    this.#askAt = elapsed() + retryMs;
    const theirs = await ask().catch(() => undefined);
    if (theirs === undefined) return;
    this.#aheadMs = now() - theirs;
    this.#askAt = elapsed() + askAgainMs;
  }

  /** Milliseconds since 1970. */
  time(): number {
    return this.#input.now() - (this.#aheadMs ?? 0);
  }

  /** By how much this machine's clock is ahead of the authority's, in milliseconds; 0 where that is not known. */
  aheadMs(): number {
    return this.#aheadMs ?? 0;
  }

  /** When this machine's clock said 0, by what only goes on: the same as long as nobody sets it. */
  #baseNow(): number {
    return this.#input.now() - this.#input.elapsed();
  }
}
