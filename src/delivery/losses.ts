/** Counts lines that could not be delivered, and tells the log of them: at once, and then now and then. */
import type { Logger } from "../base/logger.ts";

/** The log has at most a line in so long, however much is lost. */
const tellEveryMs = 10_000;

export class Losses {
  readonly #logger: Logger;
  readonly #what: string;
  #total = 0;
  #told = 0;
  #taken = 0;
  #reason = "";
  #timer: NodeJS.Timeout | undefined;
  #delayedSince = -Infinity;

  /** @param what the lines are of, like "access logs" */
  constructor(logger: Logger, what: string) {
    this.#logger = logger;
    this.#what = what;
  }

  /** All that were lost. */
  get total(): number {
    return this.#total;
  }

  /** @returns how many were lost since this was last called */
  take(): number {
    const lost = this.#total - this.#taken;
    this.#taken = this.#total;
    return lost;
  }

  /** @param reason in words, for the log */
  add(lines: number, reason: string): void {
    this.#total += lines;
    this.#reason = reason;
    if (this.#timer !== undefined) return;
    this.tell();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.tell();
    }, tellEveryMs);
    this.#timer.unref();
  }

  /** Tells that lines wait because they can't be written. */
  delay(reason: string): void {
    if (performance.now() - this.#delayedSince < tellEveryMs) return;
    this.#delayedSince = performance.now();
    this.#logger.warn({ reason }, `lines of ${this.#what} wait, because they cannot be written`);
  }

  /** Tells what was not told yet. */
  tell(): void {
    const lost = this.#total - this.#told;
    if (lost === 0) return;
    this.#told = this.#total;
    const details = { lost, lostInAll: this.#total, reason: this.#reason };
    this.#logger.error(details, `lines of ${this.#what} were lost`);
  }
}
