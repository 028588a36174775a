/**
 * Reads the entries of a change log in JetStream: the newest from what was heard of them, others by
 * Direct Get, which any server that keeps the stream may answer.
 */
import type { JetStreamManager, StoredMsg } from "@nats-io/jetstream";
import { setTimeout } from "node:timers/promises";
import type { Entry, Revision } from "./change-log.ts";
import {
  asideObject,
  checksumOfMessage,
  requireIntact,
  type EntryMessage,
} from "./jetstream-entry.ts";
import { inTurns, type JetStreamObjects, type ObjectIndex } from "./jetstream-objects.ts";
import type { KeptEntry } from "./jetstream-beginning.ts";
import type { LogStreams } from "./jetstream-streams.ts";
import { DamagedLog } from "./log-failure.ts";
import { RecentEntries, type RecentEntry } from "./recent-entries.ts";

const recentBytes = 16 * 1024 * 1024;
const entriesAtOnce = 64;
/** A server may be behind the one that accepted an entry, by some milliseconds; waited for doubling. */
const firstWaitMs = 5;
const waits = 9;

export class JetStreamReader {
  readonly #jsm: JetStreamManager;
  readonly #streams: LogStreams;
  readonly #objects: JetStreamObjects;
  readonly #recent = new RecentEntries(recentBytes);
  #last: Revision = 0;
  #beginning: Revision = 0;
  #offset: Revision = 0;

  constructor(jsm: JetStreamManager, streams: LogStreams, objects: JetStreamObjects) {
    this.#jsm = jsm;
    this.#streams = streams;
    this.#objects = objects;
  }

  /** To be called before anything else: what follows depends on it. */
  async start(): Promise<void> {
    const { beginning, offset } = await this.#objects.readIndex();
    this.#offset = offset;
    this.noteBeginning(beginning);
    await this.askLast();
  }

  /** @param offset of a log that nothing has been appended to */
  startAfter(offset: Revision): void {
    this.#offset = offset;
    this.#beginning = offset;
    this.#last = offset;
  }

  revisionOf(sequence: number): Revision {
    return sequence + this.#offset;
  }

  sequenceOf(revision: Revision): number {
    return revision - this.#offset;
  }

  /** The newest revision that is known of. */
  get last(): Revision {
    return this.#last;
  }

  /** What a revision is beyond its message's sequence. */
  get offset(): Revision {
    return this.#offset;
  }

  /** Where the log begins, as far as it is known. */
  get beginning(): Revision {
    return this.#beginning;
  }

  /** Takes note of an entry that was accepted. */
  note(revision: Revision, entry: RecentEntry | undefined): void {
    this.#last = Math.max(this.#last, revision);
    if (entry !== undefined) this.#recent.add(revision, entry);
  }

  findRecent(revision: Revision): RecentEntry | undefined {
    return this.#recent.find(revision);
  }

  /** Asks the stream's leader, which knows for certain. */
  async askLast(): Promise<Revision> {
    const { state } = await this.#jsm.streams.info(this.#streams.changes);
    this.#last = Math.max(this.#last, this.revisionOf(state.last_seq));
    return this.#last;
  }

  /** Asks any server: it may be some milliseconds behind. */
  async findLast(): Promise<Revision> {
    const newest = await this.#jsm.direct.getMessage(this.#streams.changes, {
      last_by_subj: this.#streams.entrySubject,
    });
    this.#last = Math.max(this.#last, newest === null ? 0 : this.revisionOf(newest.seq));
    return this.#last;
  }

  async findBeginning(): Promise<Revision> {
    return this.noteBeginning((await this.#objects.readIndex()).beginning);
  }

  noteBeginning(beginning: Revision): Revision {
    this.#beginning = Math.max(this.#beginning, beginning);
    this.#last = Math.max(this.#last, beginning);
    return this.#beginning;
  }

  /** As read(), where all of them were heard of: nobody need be asked. */
  readRecent(after: Revision, limit: number): Entry[] | undefined {
    const entries: Entry[] = [];
    const last = Math.min(this.#last, after + limit);
    for (let revision = after + 1; revision <= last; revision += 1) {
      const recent = this.#recent.find(revision);
      if (recent === undefined) return undefined;
      entries.push({ revision, bytes: recent.bytes.slice() });
    }
    return entries;
  }

  /** @returns entries up to the last that is known of */
  async read(after: Revision, limit: number): Promise<Entry[]> {
    const first = Math.max(after, this.#beginning) + 1;
    const count = Math.max(0, Math.min(limit, this.#last - first + 1));
    const found = Array.from<Entry | undefined>({ length: count });
    await inTurns(
      count,
      async (index) => {
        found[index] = await this.readOne(first + index);
      },
      entriesAtOnce,
    );
    // Those that were dropped meanwhile are before all others.
    return found.filter((entry) => entry !== undefined);
  }

  /** @returns undefined when it was dropped: the log begins later */
  async readOne(revision: Revision): Promise<Entry | undefined> {
    const recent = this.#recent.find(revision);
    // What is given away is its reader's own.
    if (recent !== undefined) return { revision, bytes: recent.bytes.slice() };
    const message = await this.#getMessage(revision);
    if (message === undefined) return undefined;
    const bytes = await this.bytesOf(message, revision);
    this.#recent.add(revision, { bytes, sha256: checksumOfMessage(message.header) });
    return { revision, bytes: bytes.slice() };
  }

  /** @throws DamagedLog, when they are not what was written */
  async bytesOf(message: EntryMessage, revision: Revision): Promise<Uint8Array> {
    const object = asideObject(message);
    const bytes =
      object === undefined ? new Uint8Array(message.data) : await this.#objects.get(object);
    return requireIntact(bytes, message.header, revision, this.#streams.changes);
  }

  /** @returns the message as it is stored; undefined when there is none (any more) */
  async find(revision: Revision): Promise<StoredMsg | undefined> {
    const seq = this.sequenceOf(revision);
    if (seq < 1) return undefined;
    const message = await this.#jsm.direct.getMessage(this.#streams.changes, { seq });
    return message?.seq === seq ? message : undefined;
  }

  async readKeptList({ kept }: ObjectIndex): Promise<readonly KeptEntry[]> {
    if (kept === undefined) return [];
    const bytes = await this.#objects.get(kept);
    if (bytes !== undefined) return JSON.parse(Buffer.from(bytes).toString()) as KeptEntry[];
    throw new DamagedLog(
      `What the change log ${this.#streams.changes} keeps of dropped entries`,
      "parts of it are missing, or are not what was written",
      this.#beginning,
    );
  }

  async readKept([revision, object]: KeptEntry): Promise<Entry> {
    const bytes = await this.#objects.get(object);
    if (bytes !== undefined) return { revision, bytes };
    throw new DamagedLog(
      `Entry ${revision} of the change log ${this.#streams.changes}`,
      "parts of it are missing, or are not what was written",
      revision,
    );
  }

  /** As find(), where the server may be behind the one that accepted it. */
  async findPatiently(revision: Revision): Promise<StoredMsg | undefined> {
    for (let wait = 0; wait < waits; wait += 1) {
      const message = await this.find(revision);
      const isPast = message === undefined && revision <= (await this.findBeginning());
      if (message !== undefined || isPast) return message;
      await setTimeout(firstWaitMs * 2 ** wait);
    }
    return undefined;
  }

  async #getMessage(revision: Revision): Promise<StoredMsg | undefined> {
    const message = await this.findPatiently(revision);
    if (message !== undefined || revision <= this.#beginning) return message;
    throw new DamagedLog(
      `Entry ${revision} of the change log ${this.#streams.changes}`,
      "it is missing",
      revision,
    );
  }
}
