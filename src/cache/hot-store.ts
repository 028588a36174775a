/**
 * Copies of what is asked for most, in a worker's own memory, above a store that it shares with other
 * workers: a hit is one look into a map.
 *
 * A copy is used only as long as it is fresh, and for a second at a time: then the shared store is
 * asked again, where another worker may have replaced or removed the response. What this worker
 * changes shows in it at once. Invalidations are compared with a response's revision by whoever
 * asks, wherever it was read from.
 */
import type { BodySource } from "../base/body.ts";
import { metaBytes } from "./kept-bytes.ts";
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
import { readWhole } from "./read-whole.ts";
import { WholeSeekable } from "./whole-seekable.ts";

/** A store that tells what it has, and that counts only the visits that it is told of. */
export interface SharedStore extends InspectableStore {
  /** As `variantsOf`, but it counts as no visit. */
  read(key: string): readonly Stored[];
  visit(stored: Stored, times: number): void;
}

/** How long the shared store isn't asked again, at most. */
const trustedMs = 1_000;
/** What a body may take of the memory; larger ones are read where they are. */
const largestShare = 1 / 16;

/** What is here of a key. */
class HotKey extends Evictable {
  stored: readonly Stored[];
  /** Until when it may be answered from without asking again; milliseconds since the epoch. */
  until: number;
  /** By the place in `stored`. */
  bodies: (SeekableBody | undefined)[] = [];
  /** Since the shared store was told. */
  visitsUntold = 0;
  hits = 0;
  isFetching = false;

  constructor(key: string, stored: readonly Stored[], until: number) {
    super(key, 0);
    this.stored = stored;
    this.until = until;
    this.bytes = this.size();
  }

  size(): number {
    let bytes = 0;
    for (const { key, meta } of this.stored) bytes += metaBytes(key, meta);
    for (const body of this.bodies) bytes += body?.whole?.length ?? 0;
    return bytes;
  }
}

export class HotStore implements InspectableStore {
  readonly #shared: SharedStore;
  readonly #maxBytes: number;
  readonly #hot = new Map<string, HotKey>();
  readonly #eviction = new S3Fifo<HotKey>();
  #hits = 0;
  #sharedHits = 0;
  #misses = 0;
  #evictions = 0;

  /** @param maxBytes of copies and of what is known of them */
  constructor(shared: SharedStore, maxBytes: number) {
    this.#shared = shared;
    this.#maxBytes = maxBytes;
  }

  variantsOf(key: string, now: number): readonly Stored[] {
    const hot = this.#hot.get(key);
    // Further off than it is ever put: the clock was set back.
    if (hot !== undefined && now < hot.until && hot.until - now <= trustedMs) {
      this.#eviction.visit(hot);
      hot.visitsUntold += 1;
      this.#hits += 1;
      return hot.stored;
    }
    return this.#askShared(key, now, hot);
  }

  #askShared(key: string, now: number, hot: HotKey | undefined): readonly Stored[] {
    const stored = this.#shared.read(key);
    if (stored.length === 0) this.#misses += 1;
    else this.#sharedHits += 1;
    for (const each of stored) this.#shared.visit(each, 1);
    let until = now + trustedMs;
    for (const { meta } of stored) until = Math.min(until, meta.freshUntil);
    if (hot !== undefined) {
      // What proves to be the same goes on being used, and what was made of it.
      if (now < until && areSame(hot.stored, stored)) {
        this.#tellVisits(hot);
        hot.until = until;
        return hot.stored;
      }
      this.#drop(hot);
    }
    if (stored.length > 0 && now < until) this.#take(new HotKey(key, stored, until));
    return stored;
  }

  #take(hot: HotKey): void {
    if (hot.bytes > largestShare * this.#maxBytes) return;
    this.#makeRoom(hot.bytes);
    this.#hot.set(hot.key, hot);
    this.#eviction.add(hot);
  }

  open(stored: Stored): SeekableBody | undefined {
    const hot = this.#hot.get(stored.key);
    const place = hot === undefined ? -1 : hot.stored.indexOf(stored);
    if (hot === undefined || place < 0) return this.#shared.open(stored);
    const here = hot.bodies[place];
    if (here !== undefined) return here;
    const body = this.#shared.open(stored);
    if (body === undefined) this.#drop(hot);
    else if (body.whole !== undefined) this.#keepBody(hot, place, body);
    else if (hot.visits > 0) void this.#fetch(hot, place, body);
    return body;
  }

  #keepBody(hot: HotKey, place: number, body: SeekableBody): void {
    if (body.length > largestShare * this.#maxBytes) return;
    hot.bodies[place] = body;
    this.#eviction.resize(hot, hot.size());
    // It may be this one that goes; then the body is used once.
    this.#makeRoom(0);
  }

  /** Reads a body that is a file, for those who ask after this one. */
  async #fetch(hot: HotKey, place: number, body: SeekableBody): Promise<void> {
    if (hot.isFetching || body.length > largestShare * this.#maxBytes) return;
    hot.isFetching = true;
    const whole = await readWhole(body);
    hot.isFetching = false;
    if (whole !== undefined && hot.queue !== undefined) {
      this.#keepBody(hot, place, new WholeSeekable(whole));
    }
  }

  begin(key: string, meta: StoredMeta, length: number | undefined): StoreWriter | undefined {
    const writer = this.#shared.begin(key, meta, length);
    return writer && new WatchedWriter(writer, () => this.#dropKey(key));
  }

  refresh(stored: Stored, meta: StoredMeta): Stored {
    this.#dropKey(stored.key);
    return this.#shared.refresh(stored, meta);
  }

  remove(stored: Stored): void {
    this.#dropKey(stored.key);
    this.#shared.remove(stored);
  }

  measure(): StoreMeasure {
    const { memoryBytes, diskBytes, evictions } = this.#shared.measure();
    return {
      memoryBytes: memoryBytes + this.#eviction.bytes,
      diskBytes,
      evictions: { memory: this.#evictions, disk: evictions.disk },
    };
  }

  async inspect(count: number): Promise<StoreInspection> {
    const shared = await this.#shared.inspect(count);
    const hottest = [...this.#hot.values()]
      .map((hot) => ({ hot, hits: hot.hits + hot.visitsUntold }))
      .sort((one, other) => other.hits - one.hits)
      .slice(0, count)
      .flatMap(({ hot, hits }) => hot.stored.map((stored): FoundEntry => ({ stored, hits })));
    return {
      ...shared,
      ...this.measure(),
      hits: { memory: this.#hits, disk: this.#sharedHits },
      misses: this.#misses,
      hottest: hottest.slice(0, count),
    };
  }

  find(isWanted: (stored: Stored) => boolean, count: number): Promise<readonly Stored[]> {
    return this.#shared.find(isWanted, count);
  }

  async close(): Promise<void> {
    for (const hot of this.#hot.values()) this.#tellVisits(hot);
    this.#hot.clear();
    await this.#shared.close();
  }

  #makeRoom(bytes: number): void {
    while (this.#eviction.bytes + bytes > this.#maxBytes) {
      const hot = this.#eviction.evict();
      if (hot === undefined) return;
      this.#evictions += 1;
      this.#tellVisits(hot);
      this.#hot.delete(hot.key);
    }
  }

  #dropKey(key: string): void {
    const hot = this.#hot.get(key);
    if (hot !== undefined) this.#drop(hot);
  }

  #drop(hot: HotKey): void {
    this.#tellVisits(hot);
    this.#eviction.remove(hot);
    this.#hot.delete(hot.key);
  }

  #tellVisits(hot: HotKey): void {
    if (hot.visitsUntold === 0) return;
    for (const stored of hot.stored) this.#shared.visit(stored, hot.visitsUntold);
    hot.hits += hot.visitsUntold;
    hot.visitsUntold = 0;
  }
}

function areSame(one: readonly Stored[], other: readonly Stored[]): boolean {
  return one.length === other.length && one.every((stored, index) => stored === other[index]);
}

/** A writer whose commit is noticed. */
class WatchedWriter implements StoreWriter {
  readonly #writer: StoreWriter;
  readonly #onCommit: () => void;

  constructor(writer: StoreWriter, onCommit: () => void) {
    this.#writer = writer;
    this.#onCommit = onCommit;
  }

  get readable(): number {
    return this.#writer.readable;
  }

  write(chunk: Uint8Array): boolean {
    return this.#writer.write(chunk);
  }

  whenReady(go: () => void): void {
    this.#writer.whenReady(go);
  }

  end(): void {
    this.#writer.end();
  }

  breakOff(): void {
    this.#writer.breakOff();
  }

  slice(first: number, end: number): BodySource {
    return this.#writer.slice(first, end);
  }

  async commit(): Promise<Stored | undefined> {
    const stored = await this.#writer.commit();
    this.#onCommit();
    return stored;
  }
}
