/**
 * What goes when a store is full: three queues that are only added to at one end, so that a hit
 * moves nothing and costs a comparison (S3-FIFO, Yang et al., SOSP 2023).
 *
 * What is new stands in a small queue, and most of it leaves from there: it was asked for once. What
 * was asked for again meanwhile moves to the main queue, and so does what comes back soon after it
 * left, which the third queue remembers without its bytes. At the main queue's end what was asked for
 * since it last stood there begins again.
 */
import { crc32 } from "node:zlib";

/** What of the bytes the small queue holds before it is the one that gives way. */
export const smallShare = 0.05;
/** More visits than this count no more, so that what was wanted once leaves some day. */
export const visitsMax = 3;

/** An entry as its store and the queues know it. */
export class Evictable {
  readonly key: string;
  bytes: number;
  /** Since it last stood at a queue's end. */
  visits = 0;
  newer: Evictable | undefined;
  older: Evictable | undefined;
  queue: Queue | undefined;

  constructor(key: string, bytes: number) {
    this.key = key;
    this.bytes = bytes;
  }
}

export class S3Fifo<Entry extends Evictable> {
  readonly #smallShare: number;
  readonly #visitsMax: number;
  readonly #small = new Queue();
  readonly #main = new Queue();
  /** Checksums of keys that left the small queue lately, in two generations. */
  #leftLately = new Set<number>();
  #leftBefore = new Set<number>();

  constructor(options: { readonly smallShare?: number; readonly visitsMax?: number } = {}) {
    this.#smallShare = options.smallShare ?? smallShare;
    this.#visitsMax = options.visitsMax ?? visitsMax;
  }

  /** Bytes of all entries. */
  get bytes(): number {
    return this.#small.bytes + this.#main.bytes;
  }

  get size(): number {
    return this.#small.size + this.#main.size;
  }

  add(entry: Entry): void {
    const mark = crc32(entry.key);
    const cameBack = this.#leftLately.delete(mark) || this.#leftBefore.delete(mark);
    (cameBack ? this.#main : this.#small).push(entry);
  }

  /** Notes that an entry was asked for. */
  visit(entry: Entry): void {
    if (entry.visits < this.#visitsMax) entry.visits += 1;
  }

  resize(entry: Entry, bytes: number): void {
    if (entry.queue !== undefined) entry.queue.bytes += bytes - entry.bytes;
    entry.bytes = bytes;
  }

  remove(entry: Entry): void {
    entry.queue?.take(entry);
  }

  /** Takes out the entry that is worth least. @returns undefined when there is none */
  evict(): Entry | undefined {
    for (;;) {
      const isSmall =
        this.#small.bytes > this.#smallShare * this.bytes || this.#main.oldest === undefined;
      const queue = isSmall ? this.#small : this.#main;
      const entry = queue.oldest;
      if (entry === undefined) return undefined;
      queue.take(entry);
      if (entry.visits > (isSmall ? 1 : 0)) {
        entry.visits = isSmall ? 0 : entry.visits - 1;
        this.#main.push(entry);
      } else {
        if (isSmall) this.#remember(entry.key);
        return entry as Entry;
      }
    }
  }

  /** As many are remembered as there are entries, or up to twice that. */
  #remember(key: string): void {
    if (this.#leftLately.size >= this.size) {
      this.#leftBefore = this.#leftLately;
      this.#leftLately = new Set();
    }
    this.#leftLately.add(crc32(key));
  }
}

class Queue {
  bytes = 0;
  size = 0;
  oldest: Evictable | undefined;
  #newest: Evictable | undefined;

  push(entry: Evictable): void {
    entry.queue = this;
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest === undefined) this.oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
    this.bytes += entry.bytes;
    this.size += 1;
  }

  take(entry: Evictable): void {
    if (entry.older === undefined) this.oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === undefined) this.#newest = entry.older;
    else entry.newer.older = entry.older;
    entry.queue = undefined;
    entry.older = undefined;
    entry.newer = undefined;
    this.bytes -= entry.bytes;
    this.size -= 1;
  }
}
