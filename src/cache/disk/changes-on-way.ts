/**
 * Hands a process's changes to its writer thread, as many at once as have gathered while it was at
 * work, and says when they cannot be made: storing is off then, for some seconds, and tried again.
 * A full disk is no such case: what is kept gives way to what comes.
 */
import { extname } from "node:path";
import type { Worker } from "node:worker_threads";
import type { Logger } from "../../base/logger.ts";
import { startThread } from "../../base/start-thread.ts";
import type { Applied, IndexChange } from "./index-writer.ts";
import { settlingMs } from "./disk-bound.ts";
import { isNoRoom } from "./index-tail.ts";
import { Outage } from "./outage.ts";
import type { FromWriter, ToWriter, WriterSettings } from "./writer-thread.ts";

const file = new URL(`writer-thread${extname(import.meta.url)}`, import.meta.url);

/** How many changes, and bytes of bodies, may be waiting. More are refused. */
const waitingMax = 4096;
const waitingBytesMax = 32 * 1024 * 1024;
/** What goes into one transaction: it takes as many pages more, until two later ones are over. */
const atOnceMax = 256;
const atOnceBytesMax = 1024 * 1024;
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
  /** Its index takes all that the disk has for it, and cannot be changed any more. */
  readonly onStuck: () => void;
  /** Its index is damaged. */
  readonly onUnsound: (problem: string) => void;
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
  readonly #outage: Outage;
  /** Of bodies that are files. */
  readonly #fileOutage: Outage;
  /** Until when what is written to files would find the disk as full as what failed just now. */
  #filesRestUntil = 0;
  /** When the disk was last found full by one of them. */
  #fullAt = -Infinity;
  #isClosed = false;
  #whenClosed: (() => void) | undefined;

  constructor(settings: ChangesSettings) {
    this.#settings = settings;
    const { logger, generation: folder } = settings;
    this.#outage = new Outage(logger, folder, "responses");
    this.#fileOutage = new Outage(logger, folder, "larger responses");
    setTimeout(() => {
      if (!this.#isClosed) this.#thread ??= this.#start();
    }, warmUpMs).unref();
  }

  /** Whether it is worth while to begin to store something. */
  get isTaking(): boolean {
    const now = performance.now();
    return (
      !this.#isClosed &&
      !this.#outage.isResting(now) &&
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

  /** Whether a body may be written to a file. */
  get isTakingFiles(): boolean {
    const now = performance.now();
    return now >= this.#filesRestUntil && !this.#fileOutage.isResting(now);
  }

  /** Notes that a body could not be written to its file. */
  failFile(error: Error): void {
    if (this.#isClosed) return;
    const now = performance.now();
    if (!isNoRoom(error)) this.#fileOutage.begin(error.message, now);
    else if (now - this.#fullAt < settlingMs) {
      // Other processes hold what was deleted for a moment.
      this.#filesRestUntil = Math.max(this.#filesRestUntil, now + settlingMs / 4);
    } else {
      this.#fullAt = now;
      this.#filesRestUntil = Infinity;
      void this.make({ type: "full" }).then(() => {
        this.#filesRestUntil = 0;
      });
    }
  }

  #fail(message: string): void {
    if (!this.#isClosed) this.#outage.begin(message, performance.now());
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
    const { generation, identity, maxBytes } = this.#settings;
    const workerData: WriterSettings = { generation, identity, maxBytes };
    const thread = startThread(file, workerData);
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
    this.#fail(message);
    this.#refuseAll();
  }

  #hear(message: FromWriter): void {
    switch (message.type) {
      case "applied":
        this.#settleMade(message);
        break;
      case "failed":
        this.#fail(message.message);
        this.#refuseAll();
        break;
      case "stuck":
        this.#fail("The disk is full");
        this.#refuseAll();
        this.#settings.onStuck();
        break;
      case "unsound":
        this.#refuseAll();
        this.#settings.onUnsound(message.problem);
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
    this.#outage.end();
    const made = this.#underWay.slice(0, message.done);
    this.#waiting.unshift(...this.#underWay.slice(message.done));
    this.#underWay = [];
    this.#settings.onApplied(message);
    for (const { change, told } of made) {
      this.#waitingBytes -= bytesOf(change);
      if (change.type === "keep" && typeof change.body === "string") this.#fileOutage.end();
      told(true);
    }
  }
}

function bytesOf(change: IndexChange): number {
  return change.type === "keep" && typeof change.body !== "string" ? change.body.length : 0;
}
