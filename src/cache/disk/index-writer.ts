/**
 * What changes a disk store's index, a transaction at a time: responses come, go on with another head,
 * are asked for and go. It knows what all processes have kept together, since it reads it where it
 * changes it; so it is here that the bytes are bounded.
 *
 * What goes first is chosen as in memory (see s3-fifo.ts), with the queues in the index: bodies in the
 * index and bodies that are files have two each, and the longest untouched of both leaves.
 */
import { existsSync, renameSync, rmSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { isOutdated, replaces, variantsMax } from "../replaces.ts";
import { metaBytes } from "../kept-bytes.ts";
import { smallShare, visitsMax } from "../s3-fifo.ts";
import type { StoredMeta } from "../store.ts";
import { bodyFile, trailerBytes } from "./body-files.ts";
import { decodeWriting, encodeWriting } from "./bodies-on-way.ts";
import { DamagedEntry } from "./damage.ts";
import {
  decodeBound,
  encodeBound,
  isGrowthDue,
  narrowed,
  widened,
  type DiskBound,
} from "./disk-bound.ts";
import { markOfForm } from "./generation.ts";
import { letGoOfSpare } from "./give-way.ts";
import {
  decodeFacts,
  encodeFacts,
  fileBytesOf,
  inFiles,
  inIndex,
  type Facts,
  type QueueFacts,
} from "./index-facts.ts";
import { type IndexFile } from "./index-file.ts";
import { readHeadOf } from "./index-head.ts";
import {
  bodyKey,
  boundKey,
  factsKey,
  markKey,
  queuedKey,
  recordKey,
  seatKey,
  writingKey,
} from "./index-keys.ts";
import { DiskFullError, inPages, requireTail, type Tail } from "./index-tail.ts";
import { decodeQueued, encodeQueued, type Queued } from "./queued.ts";
import { decodeRecord, encodeRecord, type KeptRecord, type KeptVariant } from "./record.ts";
import { getSealed, putSealed } from "./sealed-entries.ts";

export type IndexChange =
  | {
      readonly type: "keep";
      readonly digest: Uint8Array;
      readonly key: string;
      readonly variant: KeptVariant;
      /** The body, or the path of the file that holds it so far. */
      readonly body: Uint8Array | string;
    }
  | {
      readonly type: "refresh";
      readonly digest: Uint8Array;
      readonly key: string;
      readonly id: number;
      readonly meta: StoredMeta;
    }
  | {
      readonly type: "remove";
      readonly digest: Uint8Array;
      readonly key: string;
      readonly id: number;
    }
  /** How often each was asked for, since the last such change. */
  | { readonly type: "visits"; readonly visits: readonly (readonly [id: number, times: number])[] }
  /** How many bytes of bodies a process is writing. */
  | { readonly type: "writing"; readonly pid: number; readonly bytes: number }
  /**
   * The disk was full, for a body or for the index: everybody makes do with less, unless there was what nobody reads. What has gone by
   * then is given by its places in a queue.
   */
  | { readonly type: "full"; readonly gone?: readonly Buffer[] };

/** Beside what LMDB's pages take: what the trees above them do. */
const perVariant = 256;
const pageBytes = 4096;
/** Pages that a change has written anew, beside the body's and the record's; and that an eviction has. */
const changedBytes = 4 * pageBytes;
const evictionBytes = 2 * pageBytes;
/** So many may go however little is left for them. */
const evictionsLeast = 4;
/** What is reserved for a transaction at most: more than it allows waits for the next. */
const tailMin = 1024 * 1024;
const tailMax = 4 * tailMin;
const tailShare = 1 / 64;
/** What of the bytes those that are being written may count for, whatever they say. */
const writingShare = 0.5;
/** What of the bytes may be full: the rest is pages between two transactions. */
const fullShare = 0.85;
/** Files that go at once on a full disk: a transaction needs no more than they took. */
const filesAtOnce = 32;
/** So many may go in a transaction that brings nothing. */
const evictionsMin = 64;
/** What of an index that may not grow is in use: of what is free, the pieces have to fit. */
const usedShare = 0.75;
/** Entries that one eviction lets stay, before it takes whatever comes next. */
const spared = 32;
export class IndexWriter {
  readonly #index: IndexFile;
  readonly #file: number;
  readonly #folder: string;
  readonly #givenBytes: number;
  /** What it may take: less than it was given while the disk has less. */
  #maxBytes: number;
  /** Checksums of what left a small queue lately, in two generations. Each process has its own. */
  #leftLately = new Set<number>();
  #leftBefore = new Set<number>();
  #facts: Facts = decodeFacts(undefined);
  /** Files that may go once the transaction stands. */
  #unwanted: string[] = [];
  /** Files that come into place in it, and go back to where they were when it fails. */
  #added: { readonly from: string; readonly to: string }[] = [];
  /** What the transaction may still spend of the pages there are. */
  #tail = 0;
  #indexBytes = 0;
  /** Of these, in pages that hold something: measured before a transaction, reckoned in it. */
  #usedBytes = 0;
  /** How large it was when readers that are gone were looked for. */
  #checkedBytes = 0;
  #kept = 0;
  /** Of these, what came to the small queue of each kind, and doesn't leave for its own sake. */
  #came: [inIndex: number, inFiles: number] = [0, 0];
  #evictions = 0;

  /** @param file a descriptor of the index, which whoever gives it closes */
  constructor(
    index: IndexFile,
    file: number,
    { generation, maxBytes }: { readonly generation: string; readonly maxBytes: number },
  ) {
    this.#index = index;
    this.#file = file;
    this.#folder = generation;
    this.#givenBytes = maxBytes;
    this.#maxBytes = maxBytes;
  }

  /** How many responses went to make room, since this was made. */
  get evictions(): number {
    return this.#evictions;
  }

  /**
   * Makes changes in one transaction.
   *
   * @returns how many it made before its time was over, and what all processes take by then
   * @throws DiskFullError when the disk has no room for it, DamagedEntry, or what LMDB says; then none of it was made
   */
  apply(changes: readonly IndexChange[], timeMs: number): Applied {
    const until = performance.now() + timeMs;
    this.#unwanted = [];
    this.#added = [];
    const head = readHeadOf(this.#file);
    this.#indexBytes = head?.bytes ?? 0;
    this.#usedBytes = head?.usedBytes ?? 0;
    // A reader that was killed has pages kept for it, and others are taken instead.
    if (this.#indexBytes > this.#checkedBytes + this.#maxBytes / 64) {
      this.#index.readerCheck();
      this.#checkedBytes = this.#indexBytes;
    }
    let done = 0;
    let writing = 0;
    let before = 0;
    try {
      this.#index.transactionSync(() => {
        const facts = getSealed(this.#index, factsKey);
        this.#facts = decodeFacts(facts);
        const isMarked = this.#index.getBinaryFast(markKey) !== undefined;
        // They came with the mark, and counted anew they would have two responses stand in one place.
        if (isMarked && facts === undefined) throw new DamagedEntry(factsKey);
        if (!isMarked) this.#index.putSync(markKey, markOfForm);
        before = this.#readBound();
        this.#tail = this.#reserve(changes);
        this.#kept = 0;
        this.#came = [0, 0];
        for (const change of changes) {
          this.#tail -= roomFor(change);
          if (this.#tail < 0 && done > 0) break;
          if (change.type === "keep") this.#kept += 1;
          this.#change(change);
          done += 1;
          if (performance.now() > until) break;
        }
        writing = this.#makeRoom(this.#kept);
        putSealed(this.#index, factsKey, encodeFacts(this.#facts));
      });
    } catch (error) {
      for (const { from, to } of this.#added) putBack(to, from);
      throw error;
    }
    for (const file of this.#unwanted) rmSync(file, { force: true });
    const { bytes: indexBytes = 0, usedBytes = 0 } = readHeadOf(this.#file) ?? {};
    const bytes = indexBytes + fileBytesOf(this.#facts) + writing;
    const given = this.#givenBytes;
    const isWasted = indexBytes > 2 * usedBytes + given / 2;
    const isOutgrown = bytes > given && (indexBytes > given || isWasted);
    const outgrown = isOutgrown ? { indexBytes, usedBytes } : undefined;
    const bound = { maxBytes: this.#maxBytes, before };
    return { done, bytes, writing, bound, outgrown, sequence: this.#facts.sequence };
  }

  /**
   * Reads what all processes may take, and has it grow when it is time.
   *
   * @returns what it was before
   */
  #readBound(): number {
    const given = this.#givenBytes;
    const noted = decodeBound(getSealed(this.#index, boundKey));
    const before = Math.min(given, noted?.bytes ?? given);
    this.#maxBytes = before;
    const now = Date.now();
    if (noted === undefined || !isGrowthDue(noted, given, now)) return before;
    const { bavail, bsize } = statfsSync(this.#folder);
    const present = this.#indexBytes + fileBytesOf(this.#facts);
    this.#setBound(widened(noted, { maxBytes: given, present, free: bavail * bsize, now }));
    return before;
  }

  #setBound(bound: DiskBound): void {
    putSealed(this.#index, boundKey, encodeBound(bound));
    this.#maxBytes = Math.min(this.#givenBytes, bound.bytes);
  }

  #narrow(): void {
    const present = this.#indexBytes + fileBytesOf(this.#facts);
    const noted = decodeBound(getSealed(this.#index, boundKey));
    this.#setBound(narrowed(noted, present, Date.now()));
  }

  /** @returns what the changes may spend, as far as they get */
  #reserve(changes: readonly IndexChange[]): number {
    const most = Math.min(tailMax, Math.max(tailMin, tailShare * this.#givenBytes));
    const wanted = changes.reduce((sum, change) => sum + roomFor(change), 0);
    const { bytes, isCutShort } = this.#tailFor(
      Math.min(most, 2 * wanted + evictionsMin * evictionBytes),
    );
    if (isCutShort) this.#narrow();
    const first = changes[0];
    if (first !== undefined && bytes < roomFor(first)) throw new DiskFullError();
    return bytes;
  }

  /** On a full disk what nobody reads goes for it, before anybody makes do with less. */
  #tailFor(wanted: number): Tail {
    for (;;) {
      try {
        const tail = requireTail(this.#file, readHeadOf(this.#file), wanted);
        if (!tail.isCutShort || !this.#letGoOfSpare()) return tail;
      } catch (error) {
        if (!(error instanceof DiskFullError) || !this.#letGoOfSpare()) throw error;
      }
    }
  }

  #letGoOfSpare(): boolean {
    return letGoOfSpare(dirname(this.#folder));
  }

  /**
   * Makes room on a full disk: the files that would go next go at once, since the index may not be
   * changed before there is room, and everybody makes do with less from then on.
   *
   * @returns undefined when there is no file to go
   * @throws as {@link apply} does
   */
  giveWay(timeMs: number): Applied | undefined {
    this.#index.resetReadTxn();
    this.#facts = decodeFacts(getSealed(this.#index, factsKey));
    const gone: Buffer[] = [];
    for (const queue of [2 * inFiles, 2 * inFiles + 1]) {
      const facts = this.#queue(queue);
      for (let at = facts.first; at < facts.next && gone.length < filesAtOnce; at += 1) {
        const seat = queuedKey(queue, at);
        const queued = this.#queued(seat);
        const file = queued && bodyFile(this.#folder, queued.id);
        // One that went before, and left no room for this either, must not stand in the way of others.
        if (file === undefined || !existsSync(file)) continue;
        rmSync(file, { force: true });
        gone.push(seat);
      }
    }
    if (gone.length === 0) return undefined;
    return this.apply([{ type: "full", gone }], timeMs);
  }

  #change(change: IndexChange): void {
    switch (change.type) {
      case "keep":
        this.#keep(change);
        break;
      case "refresh": {
        const { digest, key, id, meta } = change;
        const { variants } = this.#record(digest, key);
        const found = variants.find((each) => each.id === id);
        if (found === undefined) return;
        const others = variants.filter((each) => each.id !== id);
        this.#put(digest, { key, variants: [{ ...found, meta }, ...others] });
        break;
      }
      case "remove": {
        const { digest, key, id } = change;
        const { variants } = this.#record(digest, key);
        const found = variants.find((each) => each.id === id);
        if (found === undefined) return;
        this.#put(digest, { key, variants: variants.filter((each) => each.id !== id) });
        this.#drop(found);
        break;
      }
      case "visits":
        for (const [id, times] of change.visits) this.#visit(id, times);
        break;
      case "writing": {
        const writing = decodeWriting(getSealed(this.#index, writingKey));
        if (change.bytes === 0) writing.delete(change.pid);
        else writing.set(change.pid, change.bytes);
        putSealed(this.#index, writingKey, encodeWriting(writing));
        break;
      }
      case "full":
        if (change.gone !== undefined || !this.#letGoOfSpare()) this.#narrow();
        for (const seat of change.gone ?? []) {
          const queued = this.#queued(seat);
          if (queued === undefined) continue;
          this.#dequeue(seat, queued.bytes);
          this.#forget(queued, true);
          this.#evictions += 1;
        }
        break;
    }
  }

  #keep({ digest, key, variant, body }: Extract<IndexChange, { type: "keep" }>): void {
    // Another process came to the same id: then it was first.
    if (this.#index.getBinaryFast(seatKey(variant.id)) !== undefined) return;
    const before = this.#record(digest, key).variants;
    if (before.some((each) => isOutdated(variant.meta, each.meta))) {
      if (typeof body === "string") this.#unwanted.push(body);
      return;
    }
    const stay: KeptVariant[] = [];
    for (const each of before) {
      const goes = stay.length >= variantsMax - 1 || replaces(variant.meta, each.meta);
      if (goes) this.#drop(each);
      else stay.push(each);
    }
    if (typeof body === "string") {
      const file = bodyFile(this.#folder, variant.id);
      renameSync(body, file);
      this.#added.push({ from: body, to: file });
    } else {
      this.#index.putSync(bodyKey(variant.id), body);
    }
    this.#put(digest, { key, variants: [variant, ...stay] });
    const mark = crc32(digest);
    const cameBack = this.#leftLately.delete(mark) || this.#leftBefore.delete(mark);
    const kind = variant.isFile ? inFiles : inIndex;
    const bytes = bytesOf(key, variant);
    if (!cameBack) this.#came[kind] += 1;
    this.#enqueue(2 * kind + (cameBack ? 1 : 0), { id: variant.id, digest, bytes, visits: 0 });
    if (kind === inIndex) this.#usedBytes += bytes;
  }

  /** @returns what stands under a key; nothing of another key that has the same digest */
  #record(digest: Uint8Array, key: string): KeptRecord {
    const bytes = this.#index.getBinaryFast(recordKey(digest));
    const record = bytes && decodeRecord(bytes);
    if (record === undefined) return { key, variants: [] };
    if (record.key === key) return record;
    for (const each of record.variants) this.#drop(each);
    return { key, variants: [] };
  }

  #put(digest: Uint8Array, record: KeptRecord): void {
    if (record.variants.length === 0) {
      this.#index.removeSync(recordKey(digest));
      return;
    }
    this.#facts.sequence += 1;
    this.#index.putSync(recordKey(digest), encodeRecord(record, this.#facts.sequence));
  }

  /** Lets go of a variant that no record names any more. */
  #drop({ id, isFile }: Pick<KeptVariant, "id" | "isFile">): void {
    const seat = getSealed(this.#index, seatKey(id));
    if (seat !== undefined) this.#dequeue(seat, this.#queued(seat)?.bytes ?? 0);
    this.#index.removeSync(seatKey(id));
    if (isFile) this.#unwanted.push(bodyFile(this.#folder, id));
    else this.#index.removeSync(bodyKey(id));
  }

  #visit(id: number, times: number): void {
    const seat = getSealed(this.#index, seatKey(id));
    const queued = seat && this.#queued(seat);
    if (seat === undefined || queued === undefined || queued.visits >= visitsMax) return;
    const visits = Math.min(visitsMax, queued.visits + times);
    putSealed(this.#index, seat, encodeQueued({ ...queued, visits }));
  }

  #queued(seat: Uint8Array): Queued | undefined {
    const bytes = getSealed(this.#index, seat);
    return bytes && decodeQueued(bytes);
  }

  #enqueue(queue: number, queued: Omit<Queued, "since">): void {
    this.#facts.sequence += 1;
    const facts = this.#queue(queue);
    const seat = queuedKey(queue, facts.next);
    facts.next += 1;
    facts.count += 1;
    facts.bytes += queued.bytes;
    putSealed(this.#index, seat, encodeQueued({ ...queued, since: this.#facts.sequence }));
    putSealed(this.#index, seatKey(queued.id), seat);
  }

  #dequeue(seat: Buffer, bytes: number): void {
    if (!this.#index.removeSync(seat)) return;
    const facts = this.#queue(seat[1] as number);
    facts.count -= 1;
    facts.bytes -= bytes;
  }

  #queue(queue: number): QueueFacts {
    return this.#facts.queues[queue] as QueueFacts;
  }

  /** @returns the bytes that processes are writing */
  #makeRoom(keeps: number): number {
    const all = decodeWriting(getSealed(this.#index, writingKey)).values();
    const told = all.reduce((sum, bytes) => sum + bytes, 0);
    const writing = Math.min(told, writingShare * this.#maxBytes);
    const full = fullShare * this.#maxBytes;
    // Each that goes has pages written anew, so many at once would make the index grow.
    const allowed = Math.max(evictionsLeast, Math.floor(this.#tail / evictionBytes));
    let left = Math.min(evictionsMin + 2 * keeps, allowed);
    for (; left > 0 && this.#usedBytes + fileBytesOf(this.#facts) + writing > full; left -= 1) {
      if (!this.#evict(this.#longestUntouched())) break;
    }
    // The index never shrinks, and grows when what is free in it is in too small pieces.
    if (this.#indexBytes + fileBytesOf(this.#facts) + writing > full) {
      for (; left > 0 && this.#usedBytes > usedShare * this.#indexBytes; left -= 1) {
        if (!this.#evict(inIndex)) break;
      }
    }
    for (let more = allowed; more > 0; more -= 1) {
      if (this.#indexBytes + fileBytesOf(this.#facts) + writing <= this.#maxBytes) break;
      if (!this.#evict(inFiles)) break;
    }
    return writing;
  }

  /** @returns which kind the one belongs to that would leave and has stood longest */
  #longestUntouched(): number {
    const [index, files] = [inIndex, inFiles].map((kind) => this.#oldest(this.#leaving(kind)));
    if (files === undefined) return inIndex;
    if (index === undefined) return inFiles;
    return index.queued.since <= files.queued.since ? inIndex : inFiles;
  }

  /** @returns the queue of a kind that gives way */
  #leaving(kind: number): number {
    const small = this.#queue(2 * kind);
    const main = this.#queue(2 * kind + 1);
    const isOver = small.bytes > smallShare * (small.bytes + main.bytes);
    const hasOthers = small.count > (this.#came[kind] ?? 0);
    const isSmall = (isOver && hasOthers) || main.count <= 0;
    return isSmall ? 2 * kind : 2 * kind + 1;
  }

  /** Places are looked up one after the other: LMDB's cursors need care within transactions. */
  #oldest(queue: number): { seat: Buffer; queued: Queued } | undefined {
    const facts = this.#queue(queue);
    for (; facts.first < facts.next; facts.first += 1) {
      const seat = queuedKey(queue, facts.first);
      const queued = this.#queued(seat);
      if (queued !== undefined) return { seat, queued };
    }
    // What stands where nobody finds it would never go.
    if (facts.count !== 0) throw new DamagedEntry(queuedKey(queue, facts.first));
    return undefined;
  }

  /** @returns false when there is nothing of a kind */
  #evict(kind: number): boolean {
    for (let passed = 0; ; passed += 1) {
      const queue = this.#leaving(kind);
      const oldest = this.#oldest(queue) ?? this.#oldest(2 * kind) ?? this.#oldest(2 * kind + 1);
      if (oldest === undefined) return false;
      const { seat, queued } = oldest;
      const isSmall = seat[1] === 2 * kind;
      const stays = queued.visits > (isSmall ? 1 : 0) && passed < spared;
      this.#dequeue(seat, queued.bytes);
      if (stays) {
        this.#enqueue(2 * kind + 1, { ...queued, visits: isSmall ? 0 : queued.visits - 1 });
        continue;
      }
      if (isSmall) this.#remember(crc32(queued.digest));
      this.#forget(queued, kind === inFiles);
      if (kind === inIndex) this.#usedBytes -= queued.bytes;
      this.#evictions += 1;
      return true;
    }
  }

  /** Takes an evicted one out of its record. */
  #forget({ id, digest }: Queued, isFile: boolean): void {
    this.#drop({ id, isFile });
    const bytes = this.#index.getBinaryFast(recordKey(digest));
    if (bytes === undefined) return;
    const record = decodeRecord(bytes);
    if (record === undefined) this.#index.removeSync(recordKey(digest));
    else if (record.variants.some((each) => each.id === id)) {
      const variants = record.variants.filter((each) => each.id !== id);
      this.#put(digest, { key: record.key, variants });
    }
  }

  #remember(mark: number): void {
    const entries = this.#facts.queues.reduce((sum, { count }) => sum + count, 0);
    if (this.#leftLately.size >= entries) {
      this.#leftBefore = this.#leftLately;
      this.#leftLately = new Set();
    }
    this.#leftLately.add(mark);
  }
}

export interface Applied {
  /** How many of the changes were made; the rest are to be given again. */
  readonly done: number;
  /** On disk, of all processes. */
  readonly bytes: number;
  /** Of these, what is being written. */
  readonly writing: number;
  /** What the store may take by now, and did before: the disk may have less than it was given. */
  readonly bound: { readonly maxBytes: number; readonly before: number };
  /** Grows with every record and every place in a queue. */
  readonly sequence: number;
  /** That the index has grown so that it is to be begun anew. */
  readonly outgrown: Outgrown | undefined;
}

export interface Outgrown {
  readonly indexBytes: number;
  /** Of these, in pages that hold something; the others are free, or kept for readers. */
  readonly usedBytes: number;
}

/** What a variant takes on disk, in whole pages where it stands on pages of its own. */
function bytesOf(key: string, { length, isFile, meta }: KeptVariant): number {
  const text = key.length + JSON.stringify(meta).length + perVariant;
  if (isFile) return text + inPages(length + trailerBytes(length));
  return text + (length > pageBytes / 2 - 32 ? inPages(length + 16) : length);
}

/** @returns bytes of pages that a change may write anew */
function roomFor(change: IndexChange): number {
  switch (change.type) {
    case "keep": {
      const { body, variant, key } = change;
      const bytes = typeof body === "string" ? 0 : inPages(body.length + 16);
      return changedBytes + bytes + inPages(metaBytes(key, variant.meta));
    }
    case "refresh":
      return changedBytes + inPages(metaBytes(change.key, change.meta));
    case "visits":
      return pageBytes * change.visits.length;
    case "full":
      return changedBytes + evictionBytes * (change.gone?.length ?? 0);
    case "remove":
    case "writing":
      return changedBytes;
  }
}

/** Puts a body's file back to where it was written. */
function putBack(file: string, before: string): void {
  try {
    renameSync(file, before);
  } catch {
    rmSync(file, { force: true });
  }
}
