/**
 * Hands a process's changes to its writer thread, as many at once as have gathered while it was at
 * work, and says when they cannot be made: storing is off then, for some seconds, and tried again.
 */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Logger } from "../../base/logger.ts";
import type { Applied, IndexChange } from "./index-writer.ts";
import type { FromWriter, ToWriter, WriterSettings } from "./writer-thread.ts";

const file = new URL(`writer-thread${extname(import.meta.url)}`, import.meta.url);

/** How many changes, and bytes of bodies, may be waiting. More are refused. */
const waitingMax = 4096;
const waitingBytesMax = 32 * 1024 * 1024;
/** What goes into one transaction: it takes as many pages more, until two later ones are over. */
const atOnceMax = 256;
const atOnceBytesMax = 1024 * 1024;
/** How long nothing is stored after it could not be. */
const restMs = 5_000;
/** When the thread is started that the first change would have to wait for. */
const warmUpMs = 500;
/** A writer that has not answered for so long waits for a process that is stopped. */
const patienceMs = 10_000;

interface Waiting {
  readonly change: IndexChange;
  readonly told: (isMade: boolean) => void;
}

export interface ChangesSettings extends WriterSettings {
  readonly logger: Logger;
  /** What all processes take by now. */
  readonly onApplied: (applied: Applied & { readonly evictions: number }) => void;
  /** The generation is not there any more. */
  readonly onGone: () => void;
}

export class ChangesOnWay {
  readonly #settings: ChangesSettings;
  #thread: Worker | undefined;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** Those that the thread has. */
  #underWay: Waiting[] = [];
  #sentAt = 0;
  #isPlanned = false;
  #restUntil = 0;
  #failures = 0;
  #isClosed = false;
  #whenClosed: (() => void) | undefined;

  constructor(settings: ChangesSettings) {
    this.#settings = settings;
    setTimeout(() => {
      if (!this.#isClosed) this.#thread ??= this.#start();
    }, warmUpMs).unref();
  }

  /** Whether it is worth while to begin to store something. */
  get isTaking(): boolean {
    const now = performance.now();
    return (
      !this.#isClosed &&
      now >= this.#restUntil &&
      this.#waiting.length < waitingMax &&
      this.#waitingBytes < waitingBytesMax &&
      (this.#underWay.length === 0 || now - this.#sentAt < patienceMs)
    );
  }

  /** @returns whether it was made; false as well when nobody can tell */
  make(change: IndexChange): Promise<boolean> {
    return new Promise((resolve) => {
      if (!this.isTaking) {
        resolve(false);
        return;
      }
      this.#waitingBytes += bytesOf(change);
      this.#waiting.push({ change, told: resolve });
      if (this.#isPlanned || this.#underWay.length > 0) return;
      this.#isPlanned = true;
      setImmediate(() => {
        this.#isPlanned = false;
        this.#send();
      });
    });
  }

  /** Says that storing failed: with these words once, until it works again. */
  fail(message: string): void {
    if (this.#isClosed) return;
    this.#restUntil = performance.now() + restMs;
    this.#failures += 1;
    if (this.#failures > 1) return;
    this.#settings.logger.warn(
      { folder: this.#settings.generation, reason: message },
      "responses cannot be stored on disk: storing is off until it works again",
    );
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const thread = this.#thread;
    if (thread === undefined) {
      this.#refuseAll();
      return;
    }
    await new Promise<void>((resolve) => {
      this.#whenClosed = resolve;
      // A thread that waits for a stopped process is left to it.
      const timer = setTimeout(resolve, 2_000);
      thread.once("exit", () => {
        clearTimeout(timer);
        resolve();
      });
      thread.ref();
      if (this.#underWay.length === 0) this.#sendClose();
    });
    void thread.terminate();
    this.#refuseAll();
  }

  #sendClose(): void {
    if (this.#waiting.length > 0) this.#send();
    else this.#post({ type: "close" });
  }

  #refuseAll(): void {
    for (const { told } of [...this.#underWay, ...this.#waiting]) told(false);
    this.#underWay = [];
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #send(): void {
    if (this.#underWay.length > 0 || this.#waiting.length === 0) return;
    let count = 0;
    for (let bytes = 0; count < atOnceMax && bytes < atOnceBytesMax; count += 1) {
      const next = this.#waiting[count];
      if (next === undefined) break;
      bytes += bytesOf(next.change);
    }
    this.#underWay = this.#waiting.splice(0, count);
    this.#sentAt = performance.now();
    this.#post({ type: "apply", changes: this.#underWay.map(({ change }) => change) });
  }

  #post(message: ToWriter): void {
    this.#thread ??= this.#start();
    this.#thread.postMessage(message);
  }

  #start(): Worker {
    const { generation, maxBytes } = this.#settings;
    const workerData: WriterSettings = { generation, maxBytes };
    const thread = new Worker(file, { workerData });
    thread.unref();
    thread.on("message", (message: FromWriter) => this.#hear(message));
    thread.on("error", (error) => this.#lose(thread, (error as Error).message));
    thread.on("exit", () => this.#lose(thread, "The thread that writes has ended"));
    return thread;
  }

  #lose(thread: Worker, message: string): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    this.#whenClosed?.();
    this.fail(message);
    this.#refuseAll();
  }

  #hear(message: FromWriter): void {
    switch (message.type) {
      case "applied":
        this.#settleMade(message);
        break;
      case "failed":
        this.fail(message.message);
        this.#refuseAll();
        break;
      case "gone":
        this.#refuseAll();
        this.#settings.onGone();
        break;
      case "closed":
        this.#whenClosed?.();
        return;
    }
    if (this.#isClosed) this.#sendClose();
    else this.#send();
  }

  #settleMade(message: Extract<FromWriter, { type: "applied" }>): void {
    if (this.#failures > 0) {
      this.#failures = 0;
      this.#settings.logger.info(
        { folder: this.#settings.generation },
        "responses are stored on disk again",
      );
    }
    const made = this.#underWay.slice(0, message.done);
    this.#waiting.unshift(...this.#underWay.slice(message.done));
    this.#underWay = [];
    this.#settings.onApplied(message);
    for (const { change, told } of made) {
      this.#waitingBytes -= bytesOf(change);
      told(true);
    }
  }
}

function bytesOf(change: IndexChange): number {
  return change.type === "keep" && typeof change.body !== "string" ? change.body.length : 0;
}
