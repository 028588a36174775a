/**
 * How long a server that is connected to may be of no use before another is asked: one that takes messages may
 * keep a copy of the stream that is stuck, or answer for it no more. Longer each time that it did not help, so
 * that who follows does not go round and round where no server is better.
 */
const firstMs = 10_000;
const longestMs = 120_000;

export class ServerPatience {
  #since: number | undefined;
  #lastsMs = firstMs;

  /** Whether the server was of no use when it was asked last. */
  get isTried(): boolean {
    return this.#since !== undefined;
  }

  /**
   * @param now in milliseconds that only go forward
   * @returns whether it is over: another server should be asked
   */
  noteUseless(now: number): boolean {
    this.#since ??= now;
    if (now - this.#since < this.#lastsMs) return false;
    this.#since = now;
    this.#lastsMs = Math.min(this.#lastsMs * 2, longestMs);
    return true;
  }

  noteUseful(): void {
    this.#since = undefined;
    this.#lastsMs = firstMs;
  }
}
