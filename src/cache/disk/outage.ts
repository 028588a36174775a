/** A time in which something cannot be stored: said once when it begins and once when it is over. */
import type { Logger } from "../../base/logger.ts";

/** How long it isn't tried again after it failed. */
const restMs = 5_000;

export class Outage {
  readonly #logger: Logger;
  readonly #folder: string;
  readonly #what: string;
  #restUntil = 0;
  #isOn = false;

  /** @param what cannot be stored in it, in the plural */
  constructor(logger: Logger, folder: string, what: string) {
    this.#logger = logger;
    this.#folder = folder;
    this.#what = what;
  }

  /** Whether it failed so lately that it is not worth while to try. @param now monotonic milliseconds */
  isResting(now: number): boolean {
    return now < this.#restUntil;
  }

  /** It failed, for the first time or again. */
  begin(reason: string, now: number): void {
    this.#restUntil = now + restMs;
    if (this.#isOn) return;
    this.#isOn = true;
    this.#logger.warn(
      { folder: this.#folder, reason },
      `${this.#what} cannot be stored on disk: storing is off until it works again`,
    );
  }

  /** It worked. */
  end(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#logger.info({ folder: this.#folder }, `${this.#what} are stored on disk again`);
  }
}
