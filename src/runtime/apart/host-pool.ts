/**
 * A few hosts that share the jobs they are given. None is started before it is needed, and one that
 * has had nothing to do for a while is let go, so that an idle node has none.
 *
 * When a job takes long a spare host is started beside it, so that the next job need not wait for
 * a process to start, let alone for what hangs.
 */
import { HostFailure } from "./host-failure.ts";
import { HostProcess, type HostProcessOptions, type Order } from "./host-process.ts";
import type { HostAnswer } from "./host-messages.ts";

export interface HostPoolOptions extends Omit<HostProcessOptions, "onEnd"> {
  /** Processes at once. */
  readonly max: number;
  /** Jobs that wait while all of them are busy. */
  readonly waitingMax: number;
  /** How long a process is kept without a job, in milliseconds. */
  readonly idleMs: number;
}

/** A job that goes on for longer gets a spare host beside it. */
const spareAfterMs = 50;

interface Waiting {
  readonly give: (host: HostProcess) => void;
  readonly refuse: (failure: HostFailure) => void;
  /** It goes to a host only while fewer than so many are at work. */
  readonly below: number;
}

export class HostPool {
  readonly #options: HostPoolOptions;
  readonly #hosts = new Set<HostProcess>();
  /** Those without a job, each with the timer that lets it go. */
  readonly #idle = new Map<HostProcess, NodeJS.Timeout>();
  readonly #waiting: Waiting[] = [];
  #closed = false;

  constructor(options: HostPoolOptions) {
    this.#options = options;
  }

  /** How many processes there are. */
  get size(): number {
    return this.#hosts.size;
  }

  /**
   * Has a job done by the next host that is free.
   *
   * @param reserved hosts that this job leaves to others: it waits when no more than these are free
   * @throws HostFailure
   */
  async perform(order: Order, reserved = 0): Promise<HostAnswer> {
    const host = await this.#take(Math.max(1, this.#options.max - reserved));
    const spare = setTimeout(() => this.#addSpare(), spareAfterMs);
    try {
      return await host.perform(order);
    } finally {
      clearTimeout(spare);
      this.#release(host);
    }
  }

  /** Ends all hosts, and refuses what waits. */
  close(): void {
    this.#closed = true;
    for (const host of this.#hosts) host.kill();
    this.#refuseAll("The processes that run functions are closed");
  }

  #take(below: number): Promise<HostProcess> | HostProcess {
    if (this.#closed)
      throw new HostFailure("unavailable", "The processes that run functions are closed");
    const atWork = this.#hosts.size - this.#idle.size;
    if (atWork < below && (this.#idle.size > 0 || this.#hosts.size < this.#options.max)) {
      return this.#takeIdle() ?? this.#start();
    }
    if (this.#waiting.length >= this.#options.waitingMax) {
      throw new HostFailure(
        "busy",
        `${this.#waiting.length} jobs wait already for a process that runs functions`,
      );
    }
    return new Promise((give, refuse) => this.#waiting.push({ give, refuse, below }));
  }

  #takeIdle(): HostProcess | undefined {
    for (const [host, timer] of this.#idle) {
      clearTimeout(timer);
      this.#idle.delete(host);
      return host;
    }
    return undefined;
  }

  #start(): HostProcess {
    const { settings, niceness, deadlineMs, starved } = this.#options;
    const host: HostProcess = new HostProcess({
      settings,
      ...(niceness === undefined ? {} : { niceness }),
      deadlineMs,
      ...(starved === undefined ? {} : { starved }),
      onEnd: (ended) => this.#leave(ended),
    });
    this.#hosts.add(host);
    return host;
  }

  #addSpare(): void {
    if (this.#closed || this.#idle.size > 0 || this.#hosts.size >= this.#options.max) return;
    this.#release(this.#start());
  }

  #release(host: HostProcess): void {
    if (!this.#hosts.has(host)) return;
    const timer = setTimeout(() => host.kill(), this.#options.idleMs);
    timer.unref();
    this.#idle.set(host, timer);
    this.#serveWaiting();
  }

  #leave(host: HostProcess): void {
    this.#hosts.delete(host);
    clearTimeout(this.#idle.get(host));
    this.#idle.delete(host);
    if (!this.#closed) this.#serveWaiting();
  }

  #serveWaiting(): void {
    for (let index = 0; index < this.#waiting.length;) {
      const { give, below } = this.#waiting[index]!;
      const atWork = this.#hosts.size - this.#idle.size;
      if (atWork >= below) {
        index += 1;
        continue;
      }
      if (this.#idle.size === 0 && this.#hosts.size >= this.#options.max) return;
      this.#waiting.splice(index, 1);
      give(this.#takeIdle() ?? this.#start());
    }
  }

  #refuseAll(why: string): void {
    for (const { refuse } of this.#waiting.splice(0)) refuse(new HostFailure("unavailable", why));
  }
}
