/**
 * Hands what an edge worker notes of its requests on to the thread that keeps it: a few at a time, between other
 * work, and no faster than a share of the worker's time that viewers hardly notice.
 */
import { extname, join } from "node:path";
import type { Worker } from "node:worker_threads";
import type { Logger } from "../base/logger.ts";
import { startThread } from "../base/start-thread.ts";
import { PendingTraces } from "../edge/trace/pending-traces.ts";
import type { FoundTraces } from "../traces/kept-trace.ts";
import type {
  FromTraceThread,
  ToTraceThread,
  TraceQuery,
  TraceThreadSettings,
} from "./trace-thread.ts";

/** With the size of a batch 500 requests a second; more wait, and of what is more than that some are lost. */
const batchMs = 100;
const batchSize = 50;
/** While somebody watches: as many as the time allows, so that what comes is seen as it comes. */
const followedBatchSize = 1000;
/** Who watches asks several times a second. */
const followedForMs = 1000;
/** What others may wait for a batch of large requests. */
const batchBudgetMs = 5;
/** From this share of its time on that a worker is at work, what is told has a share of that alone. */
const busyFrom = 0.5;
/** Writing it takes the thread half as much again. */
const busyShare = 0.04;
/** Batches that the thread has not acknowledged: it is no faster than the disk. */
const batchesMax = 8;
const findTimeoutMs = 10_000;
const warnEveryMs = 60_000;

export class TraceKeeper {
  readonly pending = new PendingTraces(() => this.#schedule());
  readonly #file: string;
  readonly #logger: Logger;
  readonly #finding = new Map<number, (found: FoundTraces | undefined) => void>();
  #thread: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #batches = 0;
  #lastId = 0;
  #warnedAt = -Infinity;
  #followedUntil = -Infinity;
  /** At the end of the last batch. */
  #cpuMicroseconds = 0;
  #loop = performance.eventLoopUtilization();
  #isClosed = false;

  constructor(file: string, logger: Logger) {
    this.#file = file;
    this.#logger = logger;
  }

  /**
   * Hands over all that waits, in slices. Resolves when it is on its way before any later question. What comes
   * meanwhile is no part of it: where viewers come faster than that, there would be no end of it.
   */
  async flush(): Promise<void> {
    let left = this.pending.count;
    while (left > 0 && this.pending.count > 0) {
      left -= this.#hand(batchBudgetMs);
      await new Promise(setImmediate);
    }
  }

  /**
   * Has what comes in the next second written down as it comes, within the same share of the worker's time: where that
   * is not enough for all, the newest are, and those before them wait.
   */
  noteFollowed(): void {
    this.#followedUntil = performance.now() + followedForMs;
  }

  /** @returns undefined where what is kept can't be read */
  find(query: TraceQuery): Promise<FoundTraces | undefined> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      const settle = (found: FoundTraces | undefined): void => {
        clearTimeout(timer);
        this.#finding.delete(id);
        resolve(found);
      };
      const timer = setTimeout(() => settle(undefined), findTimeoutMs);
      this.#finding.set(id, settle);
      this.#tell({ type: "find", id, query });
    });
  }

  /** Writes down what waits, and ends the thread. */
  async close(): Promise<void> {
    await this.flush();
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const thread = this.#thread;
    if (thread === undefined) return;
    const ended = new Promise((resolve) => void thread.once("exit", resolve));
    thread.ref();
    this.#tell({ type: "close" });
    await ended;
  }

  /** Its timer does not keep the process: who ends it closes this. */
  #schedule(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#batches < batchesMax) this.#hand(this.#budgetMs());
      this.#cpuMicroseconds = cpuMicroseconds();
      this.#loop = performance.eventLoopUtilization();
      if (this.pending.count > 0) this.#schedule();
    }, batchMs).unref();
  }

  /** On a machine that is busy with others, a worker has less of it, and so has this. */
  #budgetMs(): number {
    if (performance.eventLoopUtilization(this.#loop).utilization < busyFrom) return batchBudgetMs;
    const usedMs = (cpuMicroseconds() - this.#cpuMicroseconds) / 1000;
    return Math.min(batchBudgetMs, busyShare * usedMs);
  }

  /** @returns how many they were */
  #hand(budgetMs: number): number {
    const isFollowed = performance.now() < this.#followedUntil;
    const { traces, lost } = isFollowed
      ? this.pending.take(followedBatchSize, budgetMs, "newest")
      : this.pending.take(batchSize, budgetMs);
    this.#batches += 1;
    this.#tell({ type: "write", traces, lost });
    return traces.length;
  }

  #tell(message: ToTraceThread): void {
    this.#thread ??= this.#start();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, and no window
    this.#thread.postMessage(message);
  }

  #start(): Worker {
    const file = new URL(`trace-thread${extname(import.meta.url)}`, import.meta.url);
    const workerData: TraceThreadSettings = { file: this.#file };
    const thread = startThread(file, workerData);
    thread.on("message", (message: FromTraceThread) => this.#hear(message));
    thread.on("error", (err) => this.#warn({ err }));
    thread.once("exit", () => {
      if (this.#thread === thread) this.#thread = undefined;
      this.#batches = 0;
      for (const settle of this.#finding.values()) settle(undefined);
    });
    thread.unref();
    return thread;
  }

  #hear(message: FromTraceThread): void {
    switch (message.type) {
      case "written":
        this.#batches = Math.max(0, this.#batches - 1);
        if (message.failure !== undefined) this.#warn({ failure: message.failure });
        break;
      case "found":
        this.#finding.get(message.id)?.(message.found);
        break;
    }
  }

  #warn(what: object): void {
    if (performance.now() - this.#warnedAt < warnEveryMs) return;
    this.#warnedAt = performance.now();
    this.#logger.warn({ ...what, file: this.#file }, "traces of requests could not be kept");
  }
}

/** Of this thread, since it began. */
function cpuMicroseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/** Where a data folder has them. It can be deleted while the node is stopped. */
export function traceFile(data: string): string {
  return join(data, "traces.db");
}
