/**
 * Whether a worker is alive, by what it says and by the time that it uses.
 *
 * A thread that hangs uses its core and says nothing; one that starves on a busy machine says
 * nothing either, but uses nothing. So a worker is stuck when its main thread has used so much CPU
 * time since it was asked, and has not said a word. Where the system does not tell, and for a
 * thread that sleeps, unanswered questions are counted. Neither looks at the clock: a machine that
 * slept is no stuck worker.
 */

/** How often a worker is looked at. */
export const pulseIntervalMs = 200;

/**
 * Far above the longest that a worker is meant to be silent at work: the watchdog ends a run after
 * 100 ms, at most twice, and a worker speaks before each.
 */
const silentCpuMaxMs = 550;
/** Ten seconds of a thread that is not at work, or of which nothing is known. */
const unansweredMax = 50;

export class Pulse {
  readonly #cpuMs: () => number | undefined;
  readonly #intervalMs: number;
  #lastCpuMs: number | undefined;
  #silentCpuMs = 0;
  /** How often in a row it was asked in vain; 0 when it answered. */
  #unanswered = 0;

  /**
   * @param cpuMs how much CPU time its main thread has used so far, where that is known
   * @param intervalMs how often `look` is called
   */
  constructor(cpuMs: () => number | undefined, intervalMs: number) {
    this.#cpuMs = cpuMs;
    this.#intervalMs = intervalMs;
  }

  /** It said something, whatever it was. */
  hear(): void {
    this.#unanswered = 0;
  }

  /**
   * Looks once, after a turn in which what the worker said could be heard.
   *
   * @returns "ask" when it must be asked for a word, "wait" when it was, and "stuck"
   */
  look(): "ask" | "wait" | "stuck" {
    const cpuMs = this.#cpuMs();
    const used = cpuMs === undefined ? 0 : cpuMs - (this.#lastCpuMs ?? cpuMs);
    this.#lastCpuMs = cpuMs;
    this.#unanswered += 1;
    if (this.#unanswered === 1) {
      this.#silentCpuMs = 0;
      return "ask";
    }
    // When this process itself was late, the answer may lie unread: that counts as one interval.
    this.#silentCpuMs += Math.min(used, this.#intervalMs);
    const isStuck = this.#silentCpuMs >= silentCpuMaxMs || this.#unanswered > unansweredMax;
    return isStuck ? "stuck" : "wait";
  }
}
