/** A generation of a disk store as a process has it open: what it reads, and what it has to write. */
import { randomInt } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../../base/logger.ts";
import { RecentMap } from "../../base/recent-map.ts";
import type { SeekableBody, Stored, StoredMeta, StoreWriter } from "../store.ts";
import { WholeSeekable } from "../whole-seekable.ts";
import { blockBytes, blockSum, FileBody, OpenBodyFiles } from "./body-files.ts";
import { allKept } from "./all-kept.ts";
import { BodyWriter, type WrittenBody } from "./body-writer.ts";
import { ChangesOnWay } from "./changes-on-way.ts";
import { filesOf } from "./generation.ts";
import { openIndexFile, type IndexFile } from "./index-file.ts";
import { identityOf } from "./index-identity.ts";
import { decodeBound } from "./disk-bound.ts";
import { bodyKey, boundKey, digestOf, factsKey, recordKey } from "./index-keys.ts";
import { decodeFacts, fileBytesOf } from "./index-facts.ts";
import type { Applied, Outgrown } from "./index-writer.ts";
import { decodeRecord, stampOf, type KeptVariant } from "./record.ts";
import { getSealed } from "./sealed-entries.ts";
import { WritingRoom } from "./writing-room.ts";

/** What a single response may take of all bytes. */
const largestShare = 0.25;
/** Records that are kept decoded, in each of two generations. */
const decodedRecords = 1_000;
/** Visits that are told to the index at a time: of more, the others go uncounted. */
const visitsMax = 2_000;
/** Visits in one change: each may have another page written anew. */
const visitsAtOnce = 64;
/** An index that takes more than this is begun anew where it cannot be changed on a full disk. */
const stuckBytesMin = 4 * 1024 * 1024;

/** A record as it was read, with the objects that were made of it. */
interface Decoded {
  readonly digest: Buffer;
  stamp: number;
  stored: readonly Stored[];
}

export interface MappedSettings {
  readonly folder: string;
  readonly maxBytes: number;
  readonly logger: Logger;
  /** It has outgrown its bound and should be replaced. */
  readonly onOutgrown: (outgrown: Outgrown) => void;
  /** It is damaged, or LMDB has lost its place among the readers: nothing more is read of it. */
  readonly onUnsound: (problem: string) => void;
  /** Another process has replaced it. */
  readonly onGone: () => void;
}

const none: readonly Stored[] = [];

const largestOf = (stored: readonly Stored[], count: number): Stored[] =>
  stored.toSorted((one, other) => other.length - one.length).slice(0, count);

export class MappedGeneration {
  readonly folder: string;
  readonly #settings: MappedSettings;
  readonly #index: IndexFile;
  /** Which files it has open, whatever comes to stand under their names. */
  readonly #identity: string | undefined;
  readonly #changes: ChangesOnWay;
  readonly #files = new OpenBodyFiles();
  readonly #decoded = new RecentMap<string, Decoded>(decodedRecords);
  readonly #variantOf = new WeakMap<Stored, KeptVariant>();
  /** What this process changed and the index may not show yet: by key and id; undefined is gone. */
  readonly #changed = new Map<string, Map<number, Stored | undefined>>();
  #visits = new Map<number, number>();
  readonly #writing: WritingRoom;
  /** What the store may take by now. */
  #maxBytes: number;
  #bytes: number;
  #sequence: number;
  #evictions = 0;
  #isUnsound = false;
  /** LMDB must not be asked any more. */
  #isClosed = false;

  /** @throws DamagedEntry, what LMDB says, or an Error of the file system */
  constructor(settings: MappedSettings) {
    this.folder = settings.folder;
    this.#settings = settings;
    this.#identity = identityOf(this.folder);
    const { folder: generation, maxBytes, logger, onGone } = settings;
    this.#index = openIndexFile(filesOf(generation).index, maxBytes);
    const onApplied = (applied: Applied & { readonly evictions: number }): void =>
      this.#noteApplied(applied);
    const onStuck = (): void => this.#giveUpIndex();
    const onUnsound = (problem: string): void => this.#noteUnsound(problem);
    this.#changes = new ChangesOnWay({
      generation,
      identity: this.#identity,
      maxBytes,
      logger,
      onApplied,
      onStuck,
      onUnsound,
      onGone,
    });
    const { facts, bound, file } = this.#readStart();
    this.#maxBytes = Math.min(maxBytes, bound?.bytes ?? maxBytes);
    this.#writing = new WritingRoom(this.#maxBytes, (bytes) => {
      void this.#changes.make({ type: "writing", pid: process.pid, bytes });
    });
    this.#sequence = facts.sequence;
    this.#bytes = file.size + fileBytesOf(facts);
  }

  #readStart() {
    try {
      const facts = decodeFacts(getSealed(this.#index, factsKey));
      const bound = decodeBound(getSealed(this.#index, boundKey));
      return { facts, bound, file: statSync(filesOf(this.folder).index) };
    } catch (error) {
      void this.close();
      throw error;
    }
  }

  /** Whether its index still has its name: somebody may have emptied the folder, and another process begun anew. */
  isInPlace(): boolean {
    return identityOf(this.folder) === this.#identity;
  }

  /** On disk, of all processes, as of this one's last change. */
  get bytes(): number {
    return this.#bytes;
  }

  get evictions(): number {
    return this.#evictions;
  }

  /** Without counting a visit. */
  read(key: string): readonly Stored[] {
    if (this.#isClosed || this.#isUnsound) return none;
    try {
      return this.#read(key);
    } catch (error) {
      this.#noteUnsound((error as Error).message);
      return none;
    }
  }

  #noteUnsound(problem: string): void {
    if (this.#isUnsound || this.#isClosed) return;
    this.#isUnsound = true;
    this.#settings.onUnsound(problem);
  }

  #read(key: string): readonly Stored[] {
    const decoded = this.#decoded.get(key);
    const digest = decoded?.digest ?? digestOf(key);
    this.#index.resetReadTxn();
    const bytes = this.#index.getBinaryFast(recordKey(digest));
    if (bytes === undefined) return none;
    const stamp = stampOf(bytes);
    if (decoded?.stamp === stamp) return this.#asChanged(key, decoded.stored);
    const record = decodeRecord(bytes);
    if (record === undefined || record.key !== key) return none;
    const stored = record.variants.map((variant): Stored => {
      const { meta, length } = variant;
      const one = { key, meta, length };
      this.#variantOf.set(one, variant);
      return one;
    });
    if (decoded === undefined) this.#decoded.set(key, { digest, stamp, stored });
    else Object.assign(decoded, { stamp, stored });
    return this.#asChanged(key, stored);
  }

  #asChanged(key: string, stored: readonly Stored[]): readonly Stored[] {
    const changed = this.#changed.get(key);
    if (changed === undefined) return stored;
    return stored.flatMap((each) => {
      const id = this.#idOf(each);
      if (!changed.has(id)) return each;
      return changed.get(id) ?? [];
    });
  }

  visit(stored: Stored, times: number): void {
    const id = this.#variantOf.get(stored)?.id;
    if (id === undefined) return;
    const before = this.#visits.get(id);
    if (before !== undefined || this.#visits.size < visitsMax) {
      this.#visits.set(id, (before ?? 0) + times);
    }
  }

  /** Tells the index what was asked for. */
  tellVisits(): void {
    if (this.#visits.size === 0) return;
    const visits = [...this.#visits];
    this.#visits = new Map();
    for (let from = 0; from < visits.length; from += visitsAtOnce) {
      const some = visits.slice(from, from + visitsAtOnce);
      void this.#changes.make({ type: "visits", visits: some });
    }
  }

  open(stored: Stored): SeekableBody | undefined {
    const variant = this.#variantOf.get(stored);
    if (variant === undefined || this.#isClosed) return undefined;
    if (this.#isRemoved(stored.key, variant.id)) return undefined;
    const { id, length, sum, isFile } = variant;
    const onDamage = (what: string): void => this.#discard(stored, what);
    try {
      if (isFile) {
        return new FileBody(this.#files.open(this.folder, id, length), {
          id,
          length,
          sum,
          onDamage,
        });
      }
      const whole = this.#index.getBinary(bodyKey(id));
      if (whole === undefined) return undefined;
      if (whole.length === length && blockSum(whole, id) === sum) return new WholeSeekable(whole);
      onDamage("its checksum");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") onDamage((error as Error).message);
    }
    return undefined;
  }

  #discard(stored: Stored, what: string): void {
    const { uri } = stored.meta;
    this.#settings.logger.warn({ uri, what }, "a response on disk is damaged: it is dropped");
    this.remove(stored);
  }

  begin(key: string, meta: StoredMeta, length: number | undefined): StoreWriter | undefined {
    const lengthMax = largestShare * this.#maxBytes;
    if ((length ?? 0) > lengthMax || !this.#changes.isTaking) return undefined;
    if ((length ?? 0) > blockBytes && !this.#changes.isTakingFiles) return undefined;
    const id = this.#newId();
    return new BodyWriter({
      id,
      path: join(filesOf(this.folder).parts, `${process.pid}-${id.toString(16)}`),
      length,
      lengthMax,
      reserve: (bytes) => this.#changes.isTakingFiles && this.#writing.take(bytes),
      release: (bytes) => this.#writing.giveBack(bytes),
      keep: (body) => this.#keep(key, meta, id, body),
      onFailure: (error) => this.#changes.failFile(error),
    });
  }

  /**
   * Ids grow, so that what was kept at one time stands in the same pages, and goes together. Two
   * processes may come to the same number, so there is some chance in it.
   */
  #newId(): number {
    this.#sequence += 1;
    return (this.#sequence % 2 ** 34) * 2 ** 14 + randomInt(2 ** 14);
  }

  async #keep(
    key: string,
    meta: StoredMeta,
    id: number,
    { length, sum, whole, file }: WrittenBody,
  ): Promise<Stored | undefined> {
    const variant = { id, length, isFile: file !== undefined, sum, meta };
    // What is about to be chosen from should be known.
    this.tellVisits();
    // A view would take all that it is a view of along.
    const body = file?.path ?? new Uint8Array(whole as Uint8Array);
    const isMade = await this.#changes.make({
      type: "keep",
      digest: digestOf(key),
      key,
      variant,
      body,
    });
    if (!isMade) return undefined;
    // Not where another process has kept a later one meanwhile.
    const kept = this.read(key).find((stored) => this.#idOf(stored) === id);
    if (file !== undefined && kept !== undefined) this.#files.add(id, file.open);
    return kept;
  }

  refresh(stored: Stored, meta: StoredMeta): Stored {
    const { key, length } = stored;
    const refreshed: Stored = { key, meta, length };
    const variant = this.#variantOf.get(stored);
    if (variant === undefined || this.#isRemoved(key, variant.id)) return refreshed;
    const { id } = variant;
    this.#variantOf.set(refreshed, { ...variant, meta });
    this.#noteChange(key, id, refreshed);
    void this.#changes
      .make({ type: "refresh", digest: digestOf(key), key, id, meta })
      .then((isMade) => {
        if (this.#changed.get(key)?.get(id) !== refreshed) return;
        this.#forgetChange(key, id);
        if (isMade) this.#adopt(refreshed, id);
      });
    return refreshed;
  }

  /** Callers keep what they made of an object: it goes on being the one that is read. */
  #adopt(refreshed: Stored, id: number): void {
    const { key, meta } = refreshed;
    const read = this.read(key).find((each) => this.#idOf(each) === id);
    const decoded = this.#decoded.get(key);
    if (read === undefined || decoded === undefined) return;
    if (JSON.stringify(read.meta) !== JSON.stringify(meta)) return;
    decoded.stored = decoded.stored.map((each) => (each === read ? refreshed : each));
  }

  remove(stored: Stored): void {
    const variant = this.#variantOf.get(stored);
    if (variant === undefined) return;
    const { key } = stored;
    const { id } = variant;
    if (this.#isRemoved(key, id)) return;
    this.#files.forget(id);
    this.#noteChange(key, id, undefined);
    void this.#changes
      .make({ type: "remove", digest: digestOf(key), key, id })
      // What could not be removed stays removed for this process.
      .then((isMade) => {
        if (isMade) this.#forgetChange(key, id);
      });
  }

  #noteChange(key: string, id: number, stored: Stored | undefined): void {
    const changed = this.#changed.get(key) ?? new Map<number, Stored | undefined>();
    changed.set(id, stored);
    this.#changed.set(key, changed);
  }

  #forgetChange(key: string, id: number): void {
    const changed = this.#changed.get(key);
    changed?.delete(id);
    if (changed?.size === 0) this.#changed.delete(key);
  }

  #isRemoved(key: string, id: number): boolean {
    const changed = this.#changed.get(key);
    return changed !== undefined && changed.has(id) && changed.get(id) === undefined;
  }

  #idOf(stored: Stored): number {
    return this.#variantOf.get(stored)?.id ?? -1;
  }

  #noteApplied(applied: Applied & { readonly evictions: number }): void {
    const { bytes, writing, bound, sequence, outgrown, evictions } = applied;
    this.#noteBound(bound);
    this.#sequence = Math.max(this.#sequence, sequence);
    this.#bytes = bytes;
    this.#writing.noteAll(writing);
    if (evictions > this.#evictions) this.forgetDeleted();
    this.#evictions = evictions;
    if (outgrown !== undefined) this.#settings.onOutgrown(outgrown);
  }

  /** Whoever changed it says so, for all processes. */
  #noteBound({ maxBytes: now, before }: Applied["bound"]): void {
    const { logger, maxBytes } = this.#settings;
    if (now !== this.#maxBytes) {
      this.#maxBytes = now;
      this.#writing.maxBytes = now;
    }
    const details = { folder: this.folder, bytes: now, maxBytes };
    if (before === maxBytes && now < maxBytes) {
      logger.warn(details, "the disk is full: the cache makes do with less until there is room");
    } else if (before < maxBytes && now === maxBytes) {
      logger.info(details, "the disk has room again: the cache may take all that it was given");
    }
  }

  #giveUpIndex(): void {
    const indexBytes = statSync(filesOf(this.folder).index, { throwIfNoEntry: false })?.size ?? 0;
    if (indexBytes < stuckBytesMin) return;
    this.#settings.onOutgrown({ indexBytes, usedBytes: indexBytes });
  }

  /** Lets go of files that another process's changes have deleted. */
  forgetDeleted(): void {
    this.#files.forgetDeleted();
  }

  async inspect(count: number): Promise<{ entries: number; biggest: readonly Stored[] }> {
    let entries = 0;
    let largest: Stored[] = [];
    for await (const stored of this.#all()) {
      entries += 1;
      largest.push(stored);
      if (largest.length >= 2 * count + 100) largest = largestOf(largest, count);
    }
    return { entries, biggest: largestOf(largest, count) };
  }

  async find(isWanted: (stored: Stored) => boolean, count: number): Promise<readonly Stored[]> {
    const found: Stored[] = [];
    if (count <= 0) return found;
    for await (const stored of this.#all()) {
      if (isWanted(stored)) found.push(stored);
      if (found.length >= count) break;
    }
    return found;
  }

  async *#all(): AsyncGenerator<Stored> {
    if (this.#isUnsound) return;
    try {
      yield* allKept(this.#index, () => this.#isClosed);
    } catch (error) {
      this.#noteUnsound((error as Error).message);
    }
  }

  async close(): Promise<void> {
    this.tellVisits();
    this.#isClosed = true;
    await this.#changes.close();
    this.#files.close();
    await this.#index.close();
  }
}
