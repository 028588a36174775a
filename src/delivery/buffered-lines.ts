/**
 * Lines on their way to a file or a socket: gathered in memory, and written a batch at a time behind
 * the back of whoever adds them. Nothing here waits or throws at `add()`.
 *
 * What cannot be written is tried again, and waits as long as there is room; when there is none, what
 * comes is lost, counted and told. Lines keep their order.
 */
import type { Budget } from "./budget.ts";
import type { Losses } from "./losses.ts";

/** Lines that are written together. */
export interface Batch {
  /** Each with its end. */
  readonly lines: readonly string[];
  /** What they were added with: all lines of a batch have the same. */
  readonly period: number;
}

export interface BufferedLinesInput {
  /** Writes all of a batch or, where it throws, nothing of it. Called for one batch after the other. */
  readonly write: (batch: Batch) => Promise<void>;
  readonly budget: Budget;
  readonly losses: Losses;
  /** How long a line waits for others, in milliseconds. */
  readonly gatherMs: number;
}

/** A batch that is as long is written at once, in characters. */
const batchMax = 256 * 1024;
const retryMs = 1000;
/** What a line takes beside its characters, in bytes. */
const lineOverhead = 32;

interface Gathered {
  readonly lines: string[];
  readonly period: number;
  /** Taken of the budget. */
  bytes: number;
  /** Whether it is being written, or was tried to be. */
  isSealed: boolean;
}

export class BufferedLines {
  readonly #input: BufferedLinesInput;
  /** In order; only the last may still grow. */
  readonly #batches: Gathered[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #isFailing = false;
  #isClosing = false;

  constructor(input: BufferedLinesInput) {
    this.#input = input;
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#batches.length === 0 && this.#writing === undefined;
  }

  /**
   * @param line with its end
   * @param period lines of different ones are in different batches
   */
  add(line: string, period = 0): void {
    const bytes = line.length + lineOverhead;
    if (!this.#input.budget.take(bytes)) {
      this.#input.losses.add(1, "they come faster than they can be written");
      return;
    }
    let last = this.#batches.at(-1);
    if (last === undefined || last.isSealed || last.period !== period || last.bytes >= batchMax) {
      last = { lines: [], period, bytes: 0, isSealed: false };
      this.#batches.push(last);
    }
    last.lines.push(line);
    last.bytes += bytes;
    if (last.bytes >= batchMax && !this.#isFailing) this.#startWriting();
    else this.#wake(this.#input.gatherMs);
  }

  /** Writes what waits; what still can't be written is lost, counted and told. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    await this.#writeAll();
  }

  #wake(ms: number): void {
    if (this.#timer !== undefined || this.#writing !== undefined || this.#isClosing) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#startWriting();
    }, ms);
  }

  #startWriting(): void {
    if (this.#writing !== undefined || this.#isClosing) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writeAll().finally(() => {
      this.#writing = undefined;
      if (this.#batches.length > 0) this.#wake(this.#isFailing ? retryMs : this.#input.gatherMs);
    });
  }

  async #writeAll(): Promise<void> {
    const { write, budget, losses } = this.#input;
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      batch.isSealed = true;
      try {
        await write(batch);
        this.#isFailing = false;
      } catch (error) {
        const { message } = error as Error;
        this.#isFailing = true;
        if (!this.#isClosing) {
          losses.delay(message);
          return;
        }
        losses.add(batch.lines.length, message);
      }
      budget.giveBack(batch.bytes);
      this.#batches.shift();
    }
  }
}
