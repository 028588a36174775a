/** @returns CPU time of this thread, in milliseconds; asking the system for it takes a microsecond */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** How old a reading may be, in milliseconds. */
const recentMs = 1;

/** CPU time of this thread where it is asked for again and again: a reading that is a millisecond old will do. */
export class RecentCpuTime {
  #readAt = -Infinity;
  #ms = 0;

  /**
   * @param now as `performance.now()`
   * @returns milliseconds: what it is, or less by no more than a millisecond
   */
  at(now: number): number {
    if (now - this.#readAt > recentMs) {
      this.#ms = cpuMs();
      this.#readAt = now;
    }
    return this.#ms;
  }
}
