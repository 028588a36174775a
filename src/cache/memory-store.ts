/** Responses in this process's memory, in bounded bytes. They end with the process. */
import type { BodySource } from "../base/body.ts";
import { KeptBlocks } from "./kept-blocks.ts";
import { metaBytes } from "./kept-bytes.ts";
import { isOutdated, replaces, variantsMax } from "./replaces.ts";
import { Evictable, S3Fifo } from "./s3-fifo.ts";
import type {
  FoundEntry,
  InspectableStore,
  SeekableBody,
  Stored,
  StoredMeta,
  StoreInspection,
  StoreMeasure,
  StoreWriter,
} from "./store.ts";

/** What a single response may take of all bytes: one must not push out everything else. */
const largestShare = 0.25;

/** Of a key: what is there for it, newest first, and the same as callers see it. */
interface Variants {
  readonly slots: readonly Slot[];
  readonly stored: readonly Stored[];
}

const noVariants: readonly Stored[] = [];

export class MemoryStore implements InspectableStore {
  readonly #maxBytes: number;
  readonly #byKey = new Map<string, Variants>();
  readonly #slotOf = new WeakMap<Stored, Slot>();
  readonly #eviction = new S3Fifo<Slot>();
  /** Bytes of bodies that are being written. */
  #writing = 0;
  #hits = 0;
  #misses = 0;
  #evictions = 0;
  #isClosed = false;

  /** @param maxBytes of bodies, also those that are being written, and of what is known about them */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that are taken. */
  get bytes(): number {
    return this.#eviction.bytes + this.#writing;
  }

  variantsOf(key: string, _now?: number): readonly Stored[] {
    const variants = this.#byKey.get(key);
    if (variants === undefined) {
      this.#misses += 1;
      return noVariants;
    }
    this.#hits += 1;
    for (const slot of variants.slots) {
      slot.hits += 1;
      this.#eviction.visit(slot);
    }
    return variants.stored;
  }

  open(stored: Stored): SeekableBody | undefined {
    const slot = this.#slotOf.get(stored);
    return slot?.queue === undefined ? undefined : slot.body;
  }

  begin(key: string, meta: StoredMeta, length: number | undefined): StoreWriter | undefined {
    const largest = this.#maxBytes * largestShare - metaBytes(key, meta);
    if (this.#isClosed || (length ?? 0) > largest) return undefined;
    return new MemoryWriter({
      length,
      reserve: (wanted, taken) => taken <= largest && this.#reserve(wanted),
      release: (taken) => {
        this.#writing -= taken;
      },
      keep: (body) => this.#keep(key, meta, body),
    });
  }

  refresh(stored: Stored, meta: StoredMeta): Stored {
    const refreshed: Stored = { key: stored.key, meta, length: stored.length };
    const slot = this.#slotOf.get(stored);
    if (slot?.queue === undefined) return refreshed;
    slot.stored = refreshed;
    this.#slotOf.set(refreshed, slot);
    this.#eviction.resize(slot, slot.body.capacity + metaBytes(slot.key, meta));
    const { slots } = this.#byKey.get(slot.key) as Variants;
    this.#put(slot.key, [slot, ...slots.filter((each) => each !== slot)]);
    this.#makeRoom(0);
    return refreshed;
  }

  remove(stored: Stored): void {
    const slot = this.#slotOf.get(stored);
    if (slot?.queue === undefined) return;
    this.#eviction.remove(slot);
    this.#forget(slot);
  }

  measure(): StoreMeasure {
    return {
      memoryBytes: this.bytes,
      diskBytes: 0,
      evictions: { memory: this.#evictions, disk: 0 },
    };
  }

  async inspect(count: number): Promise<StoreInspection> {
    const slots = [...this.#byKey.values()].flatMap((variants) => variants.slots);
    const first = (by: (slot: Slot) => number): FoundEntry[] =>
      slots
        .toSorted((one, other) => by(other) - by(one))
        .slice(0, count)
        .map(({ stored, hits }) => ({ stored, hits }));
    return {
      ...this.measure(),
      entries: slots.length,
      hits: { memory: this.#hits, disk: 0 },
      misses: this.#misses,
      biggest: first(({ stored }) => stored.length),
      hottest: first(({ hits }) => hits),
    };
  }

  async find(isWanted: (stored: Stored) => boolean, count: number): Promise<readonly Stored[]> {
    const found: Stored[] = [];
    for (const { stored } of this.#byKey.values()) {
      found.push(...stored.filter((each) => isWanted(each)));
      if (found.length >= count) break;
    }
    return found.slice(0, count);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#eviction.evict() !== undefined);
    this.#byKey.clear();
  }

  #keep(key: string, meta: StoredMeta, body: KeptBlocks): Stored | undefined {
    if (this.#isClosed) return undefined;
    const before = this.#byKey.get(key)?.slots ?? [];
    if (before.some((each) => isOutdated(meta, each.stored.meta))) return undefined;
    const stored: Stored = { key, meta, length: body.length };
    const slot = new Slot(stored, body);
    const stay: Slot[] = [];
    for (const each of before) {
      if (stay.length < variantsMax - 1 && !replaces(meta, each.stored.meta)) stay.push(each);
      else this.#eviction.remove(each);
    }
    this.#put(key, [slot, ...stay]);
    if (!this.#makeRoom(slot.bytes)) {
      this.#put(key, this.#byKey.get(key)?.slots.filter((each) => each !== slot) ?? []);
      return undefined;
    }
    this.#slotOf.set(stored, slot);
    this.#eviction.add(slot);
    return stored;
  }

  #put(key: string, slots: readonly Slot[]): void {
    if (slots.length === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, { slots, stored: slots.map(({ stored }) => stored) });
  }

  #forget(slot: Slot): void {
    const slots = this.#byKey.get(slot.key)?.slots ?? [];
    this.#put(
      slot.key,
      slots.filter((each) => each !== slot),
    );
  }

  #reserve(bytes: number): boolean {
    if (this.#isClosed || !this.#makeRoom(bytes)) return false;
    this.#writing += bytes;
    return true;
  }

  /** @returns false when all that could go has gone, and the rest is being written */
  #makeRoom(bytes: number): boolean {
    while (this.bytes + bytes > this.#maxBytes) {
      const slot = this.#eviction.evict();
      if (slot === undefined) return false;
      this.#evictions += 1;
      this.#forget(slot);
    }
    return true;
  }
}

/** A response's place: it stays when the response is found to be right and goes on with another head. */
class Slot extends Evictable {
  stored: Stored;
  readonly body: KeptBlocks;
  hits = 0;

  constructor(stored: Stored, body: KeptBlocks) {
    super(stored.key, body.capacity + metaBytes(stored.key, stored.meta));
    this.stored = stored;
    this.body = body;
  }
}

interface Keeping {
  readonly length: number | undefined;
  /** @returns whether there is room for that many bytes more, `taken` in all */
  readonly reserve: (wanted: number, taken: number) => boolean;
  readonly release: (taken: number) => void;
  readonly keep: (body: KeptBlocks) => Stored | undefined;
}

class MemoryWriter implements StoreWriter {
  readonly #keeping: Keeping;
  readonly #body = new KeptBlocks();
  #reserved = 0;
  #state: "writing" | "ended" | "given-up" | "done" = "writing";

  constructor(keeping: Keeping) {
    this.#keeping = keeping;
  }

  get readable(): number {
    return this.#body.length;
  }

  write(chunk: Uint8Array): boolean {
    if (this.#state !== "writing") return true;
    const taken = this.#body.length + chunk.length;
    const { length, reserve } = this.#keeping;
    if ((length !== undefined && taken > length) || !reserve(chunk.length, taken)) {
      // What came can go on being read, and counts, until this is ended one way or the other.
      this.#state = "given-up";
      return true;
    }
    this.#reserved += chunk.length;
    this.#body.append(chunk);
    return true;
  }

  whenReady(go: () => void): void {
    queueMicrotask(go);
  }

  end(): void {
    if (this.#state === "writing") this.#state = "ended";
  }

  breakOff(): void {
    if (this.#state === "done") return;
    this.#state = "done";
    this.#release();
  }

  slice(first: number, end: number): BodySource {
    return this.#body.slice(first, end);
  }

  async commit(): Promise<Stored | undefined> {
    if (this.#state === "writing") throw new Error("commit() was called before end()");
    const isComplete = this.#state === "ended";
    this.#state = "done";
    this.#release();
    if (!isComplete) return undefined;
    const { length, keep } = this.#keeping;
    // Cut short, or more than was promised (RFC 9112 §8).
    if (length !== undefined && length !== this.#body.length) return undefined;
    this.#body.close();
    return keep(this.#body);
  }

  #release(): void {
    this.#keeping.release(this.#reserved);
    this.#reserved = 0;
  }
}
