/**
 * Everyone who follows a log that can be read: each gets what lies after its own position
 * whenever the log is woken.
 *
 * A wake-up carries no entry. It only says "there may be more", so one that is lost, repeated or
 * late can neither skip an entry nor deliver one twice: what is delivered is always what the log
 * reads back. A long backlog is delivered in batches, and the event loop turns between them.
 *
 * A log may read at once, or promise what it reads: then a wake-up meanwhile has it read once more.
 */
import type { Entry, Revision } from "./change-log.ts";

type Read = (after: Revision, limit: number) => Entry[] | Promise<Entry[]>;
type Listener = (entry: Entry) => void;
type ErrorListener = ((error: Error) => void) | undefined;

const batchEntries = 256;

export class Followers {
  readonly #read: Read;
  readonly #followers = new Set<Follower>();

  constructor(read: Read) {
    this.#read = read;
  }

  get size(): number {
    return this.#followers.size;
  }

  /** Whether the last attempt to read failed for someone, so that waking again is due. */
  get isBroken(): boolean {
    return this.#followers.values().some((follower) => follower.isBroken);
  }

  /** @returns the function that ends this following; calling it twice is harmless */
  add(after: Revision, listener: Listener, onError: ErrorListener): () => void {
    const follower = new Follower(this.#read, after, listener, onError, () =>
      this.#followers.delete(follower),
    );
    this.#followers.add(follower);
    follower.wake();
    return () => follower.stop();
  }

  wake(): void {
    for (const follower of this.#followers) follower.wake();
  }

  stop(): void {
    for (const follower of this.#followers) follower.stop();
  }
}

class Follower {
  readonly #read: Read;
  readonly #listener: Listener;
  readonly #onError: ErrorListener;
  readonly #onStop: () => void;
  #position: Revision;
  #isScheduled = false;
  #isReading = false;
  #isWokenMeanwhile = false;
  #isStopped = false;
  #failure: string | undefined;

  constructor(
    read: Read,
    after: Revision,
    listener: Listener,
    onError: ErrorListener,
    onStop: () => void,
  ) {
    this.#read = read;
    this.#position = after;
    this.#listener = listener;
    this.#onError = onError;
    this.#onStop = onStop;
  }

  get isBroken(): boolean {
    return this.#failure !== undefined;
  }

  wake(): void {
    if (this.#isScheduled || this.#isStopped) return;
    if (this.#isReading) {
      this.#isWokenMeanwhile = true;
      return;
    }
    this.#isScheduled = true;
    queueMicrotask(() => this.#readOn());
  }

  stop(): void {
    this.#isStopped = true;
    this.#onStop();
  }

  #readOn(): void {
    this.#isScheduled = false;
    if (this.#isStopped) return;
    let read: ReturnType<Read>;
    try {
      read = this.#read(this.#position, batchEntries);
    } catch (error) {
      this.#noteFailure(error);
      return;
    }
    if (read instanceof Promise) void this.#deliverLater(read);
    else this.#deliver(read);
  }

  async #deliverLater(read: Promise<Entry[]>): Promise<void> {
    this.#isReading = true;
    this.#isWokenMeanwhile = false;
    const entries = await read.catch((error: unknown) => this.#noteFailure(error));
    this.#isReading = false;
    if (entries !== undefined) this.#deliver(entries);
    if (this.#isWokenMeanwhile) this.wake();
  }

  #deliver(entries: readonly Entry[]): void {
    this.#failure = undefined;
    for (const entry of entries) {
      // A listener may stop its own following in the middle of a batch.
      if (this.#isStopped) return;
      this.#position = entry.revision;
      try {
        this.#listener(entry);
      } catch (error) {
        this.stop();
        if (this.#onError === undefined) throw error;
        this.#onError(asError(error));
      }
    }
    if (entries.length === batchEntries) setImmediate(() => this.wake());
  }

  /** One outage is told once, however often reading is tried. */
  #noteFailure(error: unknown): void {
    const { message } = asError(error);
    if (this.#isStopped) return;
    if (message !== this.#failure) this.#onError?.(asError(error));
    this.#failure = message;
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}
