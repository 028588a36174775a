/**
 * The logger of a process that serves viewers. A function that fails is told of with each request, and a terminal or
 * collector that reads stderr may take its time: lines are written behind the viewers' back, in the order they came, and wait in bounded memory.
 * What finds no room there is lost, counted and told. Why no library writes them: decisions/0090.
 */
import { write, writeSync } from "node:fs";
import type { DestinationStream } from "pino";
import type { Logger } from "../base/logger.ts";
import { createLogger, lossTeller, waitingMax } from "./logger.ts";

const stderr = 2;
/** Written at once, in characters. */
const batchMax = 16 * 1024;
/** A pipe that is full is read on soon. */
const busyRetryMs = 100;
const retryMs = 1000;
/** A process that ends gives a pipe's reader so long to read anything at all. */
const endPatienceMs = 5000;

/** @param level see createLogger() */
export function createWorkerLogger(level: string): Logger {
  const lines = new StderrLines((because) => tellLoss(because));
  const logger = createLogger(level, lines);
  const tellLoss = lossTeller(logger);
  return logger;
}

/**
 * What can't be written yet waits, and is tried again for as long as the process lives: stderr may be a pipe that nobody reads, or a file on a
 * disk that is full.
 */
class StderrLines implements DestinationStream {
  readonly #onDrop: (because: string | undefined) => void;
  #lines: string[] = [];
  /** What is left of the batch that could not be written whole. */
  #rest: Buffer = Buffer.alloc(0);
  #length = 0;
  #isWriting = false;
  #retry: NodeJS.Timeout | undefined;
  #because: string | undefined;

  /** @param onDrop called for each line that is lost, with why nothing could be written, where it was not only slow */
  constructor(onDrop: (because: string | undefined) => void) {
    this.#onDrop = onDrop;
    process.once("exit", () => this.#writeAll());
  }

  write(line: string): void {
    if (this.#length + line.length > waitingMax) {
      this.#onDrop(this.#because);
      return;
    }
    this.#lines.push(line);
    this.#length += line.length;
    this.#start();
  }

  #start(): void {
    if (this.#isWriting || this.#retry !== undefined) return;
    const bytes = this.#next();
    if (bytes.length === 0) return;
    this.#isWriting = true;
    write(stderr, bytes, 0, bytes.length, null, (error, written) => {
      this.#isWriting = false;
      this.#rest = bytes.subarray(error === null ? written : 0);
      this.#because = error === null || isBusy(error) ? undefined : error.message;
      if (error === null) this.#start();
      else this.#tryAgain(isBusy(error) ? busyRetryMs : retryMs);
    });
  }

  #tryAgain(ms: number): void {
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#start();
    }, ms).unref();
  }

  #next(): Buffer {
    if (this.#rest.length > 0) return this.#rest;
    let length = 0;
    let count = 0;
    while (count < this.#lines.length && length < batchMax) length += this.#lines[count++]!.length;
    this.#length -= length;
    return Buffer.from(this.#lines.splice(0, count).join(""));
  }

  /** What is being written by then is written by others. */
  #writeAll(): void {
    if (this.#isWriting) this.#rest = Buffer.alloc(0);
    for (let bytes = this.#next(); bytes.length > 0; bytes = this.#next()) {
      this.#rest = Buffer.alloc(0);
      if (!writeWhole(bytes)) return;
    }
  }
}

/** @returns whether it was written: a process that can't say its last words ends without them */
function writeWhole(bytes: Buffer): boolean {
  let until = performance.now() + endPatienceMs;
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(stderr, bytes, at);
      until = performance.now() + endPatienceMs;
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) return false;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return true;
}

function isBusy(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EAGAIN";
}
