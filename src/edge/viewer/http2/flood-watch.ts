/**
 * When it is looked which connections are flooded. Node tells of no frame that carries nothing, so it is looked now and then at a few of
 * all connections, in turn, and in each millisecond at those that have just begun or were found suspect: who floods is closed before
 * others have waited long, and who is silent costs next to nothing.
 */
import { performance } from "node:perf_hooks";

export interface FloodWatchInput<Connection> {
  /** Between two looks at those that are not watched closely, in milliseconds. */
  readonly everyMs: number;
  /** At how many of them a look is at most. */
  readonly looksMax: number;
  /** @returns whether it is suspect */
  readonly look: (connection: Connection) => boolean;
}

/** Of a busy worker that is in each turn. */
const closeLookMs = 1;
const closeLooksMax = 64;
/** How long one is watched closely after it began, or was last found suspect. */
const closelyMs = 1000;

export class FloodWatch<Connection> {
  readonly #input: FloodWatchInput<Connection>;
  /** Those that were looked at longest ago first. */
  readonly #all = new Set<Connection>();
  /** Until when each is watched closely, likewise. */
  readonly #closely = new Map<Connection, number>();
  #timer: NodeJS.Timeout | undefined;
  #closeTimer: NodeJS.Timeout | undefined;

  constructor(input: FloodWatchInput<Connection>) {
    this.#input = input;
  }

  add(connection: Connection): void {
    this.#all.add(connection);
    this.#timer ??= setInterval(this.#lookAround, this.#input.everyMs).unref();
    this.#watchClosely(connection);
  }

  remove(connection: Connection): void {
    this.#all.delete(connection);
    this.#closely.delete(connection);
    if (this.#all.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #watchClosely(connection: Connection): void {
    this.#closely.delete(connection);
    this.#closely.set(connection, performance.now() + closelyMs);
    this.#closeTimer ??= setInterval(this.#lookClosely, closeLookMs).unref();
  }

  readonly #lookAround = (): void => {
    const { looksMax, look } = this.#input;
    for (const connection of this.#all.values().take(looksMax).toArray()) {
      this.#all.delete(connection);
      this.#all.add(connection);
      if (look(connection)) this.#watchClosely(connection);
    }
  };

  readonly #lookClosely = (): void => {
    const now = performance.now();
    for (const [connection, until] of this.#closely.entries().take(closeLooksMax).toArray()) {
      this.#closely.delete(connection);
      const isSuspect = this.#input.look(connection);
      if (!this.#all.has(connection)) continue;
      if (isSuspect) this.#closely.set(connection, now + closelyMs);
      else if (now < until) this.#closely.set(connection, until);
    }
    if (this.#closely.size > 0) return;
    clearInterval(this.#closeTimer);
    this.#closeTimer = undefined;
  };
}
