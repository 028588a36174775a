/** Questions that are on their way to workers, and what comes of them. */

/** Absent where the worker could not answer. */
export type WorkerAnswer = { readonly value: unknown } | undefined;

interface Waiting {
  /** Of the worker that was asked. */
  readonly pid: number;
  readonly settle: (answer: WorkerAnswer) => void;
}

export class WorkerAnswers {
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  /**
   * @param send given the id that the answer must name
   * @returns undefined when the worker ends, fails or takes longer than that
   */
  ask(pid: number, timeoutMs: number, send: (id: number) => void): Promise<WorkerAnswer> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(id, undefined), timeoutMs);
      const settle = (answer: WorkerAnswer): void => {
        clearTimeout(timer);
        resolve(answer);
      };
      this.#waiting.set(id, { pid, settle });
      send(id);
    });
  }

  /** What comes too late is of no use to anybody. */
  hear(id: number, answer: WorkerAnswer): void {
    this.#settle(id, answer);
  }

  /** A worker that has ended answers nothing. */
  leave(pid: number): void {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.pid === pid) this.#settle(id, undefined);
    }
  }

  #settle(id: number, answer: WorkerAnswer): void {
    this.#waiting.get(id)?.settle(answer);
    this.#waiting.delete(id);
  }
}
