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
  /** The lines in UTF-8, each with its end. */
  readonly bytes: Buffer;
  /** How many they are. */
  readonly lines: number;
  /** What they were added with: all lines of a batch have the same. */
  readonly period: number;
}

/** A line that is written where there is room for it. */
export interface WritableLine {
  /** In bytes, with its end. */
  readonly length: number;
  /** Puts so many bytes there. */
  readonly write: (into: Buffer, at: number) => void;
}

export interface BufferedLinesInput {
  /** Writes all of a batch or, where it throws, nothing of it. Called for one batch after the other. */
  readonly write: (batch: Batch) => Promise<void>;
  readonly budget: Budget;
  readonly losses: Losses;
  /** How long a line waits for others, in milliseconds. */
  readonly gatherMs: number;
}

/** What a batch has room for, in bytes; one whose last line is longer than what is left of that has more. */
const batchMax = 1024 * 1024;
/** A batch that is as long is written at once, in bytes: usual lines never have it grow beyond its room. */
const fullFrom = batchMax - 64 * 1024;
const retryMs = 1000;
/** What the first lines of a batch are given room for, in bytes; more is made as it is needed. */
const roomAtFirst = 2048;
/** Of a UTF-16 unit in UTF-8, in bytes. */
const bytesPerUnit = 3;

/** Lines are written out as they come: thousands of texts that live until the batch is written cost the heap dear. */
class GatheredLines {
  readonly period: number;
  readonly #budget: Budget;
  lines = 0;
  /** Whether it is being written, or was tried to be. */
  isSealed = false;
  /** Taken of the budget. */
  #room: Buffer = Buffer.alloc(0);
  #length = 0;

  /** @param room of a batch before it, which nobody looks at any more */
  constructor(period: number, budget: Budget, room: Buffer | undefined) {
    this.period = period;
    this.#budget = budget;
    if (room !== undefined && budget.take(room.length)) this.#room = room;
  }

  get isFull(): boolean {
    return this.#length >= fullFrom;
  }

  /** What another batch may have once this one is written: where lines are many, memory is not asked for again and again. */
  get roomToReuse(): Buffer | undefined {
    return this.isFull && this.#room.length === batchMax ? this.#room : undefined;
  }

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#length);
  }

  /** @returns false where there is no room for it */
  add(line: string | WritableLine): boolean {
    const most = typeof line === "string" ? line.length * bytesPerUnit : line.length;
    const needed = this.#length + most;
    if (needed > this.#room.length && !this.#grow(needed)) return false;
    if (typeof line === "string") this.#length += this.#room.write(line, this.#length);
    else {
      line.write(this.#room, this.#length);
      this.#length = needed;
    }
    this.lines += 1;
    return true;
  }

  giveBack(): void {
    this.#budget.giveBack(this.#room.length);
  }

  #grow(needed: number): boolean {
    const before = this.#room.length;
    const wanted = [Math.max(needed, roomAtFirst, before * 2), needed];
    const size = wanted.find((some) => this.#budget.take(some - before));
    if (size === undefined) return false;
    const larger = Buffer.allocUnsafeSlow(size);
    this.#room.copy(larger, 0, 0, this.#length);
    this.#room = larger;
    return true;
  }
}

export class BufferedLines {
  readonly #input: BufferedLinesInput;
  /** In order; only the last may still grow. */
  readonly #batches: GatheredLines[] = [];
  /** Of a batch that is written, as long as batches are full; not taken of the budget. */
  #room: Buffer | undefined;
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
   * @param line with its end; nothing of it is kept but its bytes
   * @param period lines of different ones are in different batches
   */
  add(line: string | WritableLine, period = 0): void {
    const { budget, losses, gatherMs } = this.#input;
    let last = this.#batches.at(-1);
    if (last === undefined || last.isSealed || last.period !== period || last.isFull) {
      last = new GatheredLines(period, budget, this.#room);
      this.#room = undefined;
      this.#batches.push(last);
    }
    const isAdded = last.add(line);
    if (!isAdded) losses.add(1, "they come faster than they can be written");
    if ((last.isFull || !isAdded) && !this.#isFailing) this.#startWriting();
    else this.#wake(gatherMs);
  }

  /** Writes what waits; what can't be written goes on waiting. */
  async flush(): Promise<void> {
    // What is being written may have been begun before the last line came.
    await this.#writing;
    this.#startWriting();
    await this.#writing;
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
    const { write, losses } = this.#input;
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      batch.isSealed = true;
      try {
        // There may have been no room for its first.
        if (batch.lines > 0) await write(batch);
        this.#isFailing = false;
      } catch (error) {
        const { message } = error as Error;
        this.#isFailing = true;
        if (!this.#isClosing) {
          losses.delay(message);
          return;
        }
        losses.add(batch.lines, message);
      }
      batch.giveBack();
      this.#room = batch.roomToReuse;
      this.#batches.shift();
    }
  }
}
