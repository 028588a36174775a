/** Does something that is asked for often, but not more often than so: at once, and once more for all that was asked meanwhile. */
export class Paced {
  readonly #act: () => void;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #doneAt = -Infinity;

  constructor(act: () => void, everyMs: number) {
    this.#act = act;
    this.#everyMs = everyMs;
  }

  ask(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#doneAt = performance.now();
        this.#act();
      },
      Math.max(0, this.#doneAt + this.#everyMs - performance.now()),
    );
  }

  /** Forgets what was asked. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
