/**
 * Responses on disk, shared by the processes of a node, within bounded bytes, through restarts and
 * kills. What is known of them and small bodies stand in one file that every process maps, larger
 * bodies in files beside it. Reading asks nobody; what changes goes through a thread that writes.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { SharedStore } from "../hot-store.ts";
import type {
  SeekableBody,
  Stored,
  StoredMeta,
  StoreInspection,
  StoreMeasure,
  StoreWriter,
} from "../store.ts";
import { requireSoundGeneration, setUnsoundAside, type StorePlace } from "./check-store.ts";
import { isDamage } from "./damage.ts";
import { currentGeneration } from "./generation.ts";
import { letGoOfSpare } from "./give-way.ts";
import { UnlockableIndex } from "./index-identity.ts";
import { isNoRoom } from "./index-tail.ts";
import type { Outgrown } from "./index-writer.ts";
import { MappedGeneration } from "./mapped-generation.ts";
import { deleteReplaced, replaceGeneration } from "./replace-generation.ts";

/** How often is looked whether another process has begun another generation. */
const lookEveryMs = 1_000;
const visitsEveryLooks = 5;
/** How long until a store that could not be made is tried again, and until one is that lacked what may be there soon. */
const againMs = 30_000;
const soonMs = 2_000;
/** How often a store is opened in a row, where what there is cannot be and something else takes its place. */
const openAttempts = 6;
/** Until locks that another process takes along are gone: it has others do so that wait for them, too. */
const locksMs = 50;

const none: readonly Stored[] = [];
const nothingFound = { entries: 0, biggest: none };

export class DiskStore implements SharedStore {
  readonly #place: StorePlace;
  #generation: MappedGeneration | undefined;
  #opening: Promise<void> | undefined;
  #openAgainAt = 0;
  #looks = 0;
  #hits = 0;
  #misses = 0;
  #looking: NodeJS.Timeout | undefined;
  #isDeleting = false;
  /** Causes for which nothing is kept, that were told since something last was. */
  readonly #told = new Set<string>();
  #isClosed = false;

  private constructor(place: StorePlace) {
    this.#place = place;
  }

  /**
   * Opens the store of a folder, or one that keeps nothing until its folder can be used.
   *
   * @returns when what is there has been checked
   */
  static async open(place: StorePlace): Promise<DiskStore> {
    const store = new DiskStore(place);
    await store.#open();
    store.#looking = setInterval(() => store.#look(), lookEveryMs).unref();
    return store;
  }

  /** On disk, of all processes, as of this one's last change. */
  get bytes(): number {
    return this.#generation?.bytes ?? 0;
  }

  variantsOf(key: string, _now?: number): readonly Stored[] {
    const stored = this.read(key);
    if (stored.length === 0) this.#misses += 1;
    else this.#hits += 1;
    for (const each of stored) this.#generation?.visit(each, 1);
    return stored;
  }

  /** As `variantsOf`, but nobody asked. */
  read(key: string): readonly Stored[] {
    return this.#generation?.read(key) ?? none;
  }

  /** Notes that a copy of it was asked for elsewhere. */
  visit(stored: Stored, times: number): void {
    this.#generation?.visit(stored, times);
  }

  open(stored: Stored): SeekableBody | undefined {
    return this.#generation?.open(stored);
  }

  begin(key: string, meta: StoredMeta, length: number | undefined): StoreWriter | undefined {
    return this.#generation?.begin(key, meta, length);
  }

  refresh(stored: Stored, meta: StoredMeta): Stored {
    const { key, length } = stored;
    return this.#generation?.refresh(stored, meta) ?? { key, meta, length };
  }

  remove(stored: Stored): void {
    this.#generation?.remove(stored);
  }

  measure(): StoreMeasure {
    return {
      memoryBytes: 0,
      diskBytes: this.bytes,
      evictions: { memory: 0, disk: this.#generation?.evictions ?? 0 },
    };
  }

  async inspect(count: number): Promise<StoreInspection> {
    const { entries, biggest } = (await this.#generation?.inspect(count)) ?? nothingFound;
    return {
      ...this.measure(),
      entries,
      hits: { memory: 0, disk: this.#hits },
      misses: this.#misses,
      biggest: biggest.map((stored) => ({ stored, hits: undefined })),
      hottest: [],
    };
  }

  async find(isWanted: (stored: Stored) => boolean, count: number): Promise<readonly Stored[]> {
    return (await this.#generation?.find(isWanted, count)) ?? none;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#looking);
    await this.#opening;
    const generation = this.#generation;
    this.#generation = undefined;
    await generation?.close();
  }

  #open(): Promise<void> {
    this.#opening ??= this.#openGeneration().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #openGeneration(): Promise<void> {
    const before = this.#generation;
    this.#generation = undefined;
    const { folder, logger } = this.#place;
    try {
      await before?.close();
      for (let isOpen = false, attempts = openAttempts; !isOpen; attempts -= 1) {
        isOpen = this.#mapOrReplace(await requireSoundGeneration(this.#place), attempts === 1);
        if (!isOpen) await wait(locksMs * Math.random());
      }
      if (this.#told.size > 0) logger.info({ folder }, "the cache on disk can be used again");
      this.#told.clear();
    } catch (err) {
      this.#fail(err, "the cache on disk cannot be used: nothing is kept there");
    }
  }

  /** Says each cause once, however often it is tried again. */
  #fail(err: unknown, message: string): void {
    const { folder, logger } = this.#place;
    const isSoon = isNoRoom(err) || err instanceof UnlockableIndex;
    this.#openAgainAt = performance.now() + (isSoon ? soonMs : againMs);
    // By the system's code: paths in its words differ each time.
    const { code, message: words } = err as NodeJS.ErrnoException;
    const cause = code ?? words;
    if (!this.#told.has(cause)) logger.error({ folder, err }, message);
    this.#told.add(cause);
  }

  /** @returns whether it is open; otherwise another is in its place, or has room by now */
  #mapOrReplace(generation: string, isLast: boolean): boolean {
    const { folder, logger } = this.#place;
    try {
      this.#map(generation);
      return true;
    } catch (error) {
      if (isLast) throw error;
      // Where the index is as it was closed, nobody has looked at it before.
      if (isDamage(error)) {
        const problem = (error as Error).message;
        setUnsoundAside({ folder, generation, problem, logger });
        return false;
      }
      if (error instanceof UnlockableIndex) return false;
      if (isNoRoom(error) && letGoOfSpare(folder)) return false;
      if (currentGeneration(folder) === generation) throw error;
      return false;
    }
  }

  #map(folder: string): void {
    if (this.#isClosed) return;
    const { maxBytes, logger } = this.#place;
    const onOutgrown = (outgrown: Outgrown): void => this.#outgrow(folder, outgrown);
    const onGone = (): void => this.#look();
    const onUnsound = (problem: string): void => this.#giveUp(folder, problem);
    this.#generation = new MappedGeneration({
      folder,
      maxBytes,
      logger,
      onOutgrown,
      onUnsound,
      onGone,
    });
  }

  #giveUp(generation: string, problem: string): void {
    const { folder, logger } = this.#place;
    if (generation !== this.#generation?.folder || this.#opening !== undefined) return;
    this.#beginAnew(generation, () => setUnsoundAside({ folder, generation, problem, logger }));
  }

  #outgrow(folder: string, { indexBytes, usedBytes }: Outgrown): void {
    const { logger, maxBytes } = this.#place;
    if (folder !== this.#generation?.folder || this.#opening !== undefined) return;
    const details = { folder, indexBytes, usedBytes, maxBytes };
    logger.warn(details, "the cache's index has outgrown its bound: it is begun anew");
    this.#beginAnew(folder, () => void replaceGeneration(this.#place.folder, folder));
  }

  #beginAnew(generation: string, replace: () => void): void {
    try {
      replace();
      void this.#open();
    } catch {
      this.#opening = this.#replaceClosed(generation).finally(() => {
        this.#opening = undefined;
      });
    }
  }

  /**
   * What is open of it, here or in other processes, may take the room that is lacking. Without any,
   * nothing is kept for a while, as the same would be met again at once.
   */
  async #replaceClosed(generation: string): Promise<void> {
    const { folder } = this.#place;
    const before = this.#generation;
    this.#generation = undefined;
    try {
      await before?.close();
      for (let attempts = 6; attempts > 0 && !this.#isClosed; attempts -= 1) {
        await wait(lookEveryMs / 2);
        if (isReplaced(folder, generation, attempts === 1)) return;
      }
    } catch (err) {
      this.#fail(err, "the cache's index could not be begun anew");
    }
  }

  #look(): void {
    this.#looks += 1;
    this.#generation?.forgetDeleted();
    if (this.#looks % visitsEveryLooks === 0) this.#generation?.tellVisits();
    if (this.#opening !== undefined) return;
    try {
      if (this.#isToBeOpened()) void this.#open();
      else void this.#deleteReplaced();
    } catch {
      // It can't be told now, for want of descriptors for one: the next look may.
    }
  }

  async #deleteReplaced(): Promise<void> {
    if (this.#isDeleting) return;
    this.#isDeleting = true;
    try {
      await deleteReplaced(this.#place.folder);
    } catch {
      // It can't be told now what is in use: the next look may.
    } finally {
      this.#isDeleting = false;
    }
  }

  #isToBeOpened(): boolean {
    if (this.#generation === undefined) return performance.now() >= this.#openAgainAt;
    const { folder } = this.#generation;
    return currentGeneration(this.#place.folder) !== folder || !this.#generation.isInPlace();
  }
}

/** @returns false when the disk has no room for another yet */
function isReplaced(folder: string, generation: string, isLast: boolean): boolean {
  try {
    replaceGeneration(folder, generation);
    return true;
  } catch (error) {
    if (isLast || !isNoRoom(error)) throw error;
    return false;
  }
}
