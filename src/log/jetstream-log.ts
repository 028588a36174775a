/**
 * A change log in NATS JetStream: for several control nodes, and edges anywhere.
 *
 * An entry's revision is its message's sequence, and the server compares and appends: "expected last
 * sequence". Durable before the answer as far as JetStream is (docs/scale.md says what survives what).
 * Everyone follows what the server republishes once it has accepted it, sees from the sequences what it
 * missed, and reads that by Direct Get; looking now and then whether there is more finds what was
 * missed at the end.
 *
 * Nothing is appended to streams that are not the ones that were opened, or that have lost entries, and
 * nobody who follows is told another history: see jetstream-watch.ts.
 */
import { jetstream, jetstreamManager, type JetStreamManager } from "@nats-io/jetstream";
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import type { ChangeLog, Entry, Revision, Snapshot } from "./change-log.ts";
import { Followers } from "./followers.ts";
import { JetStreamAppender } from "./jetstream-append.ts";
import {
  beginJetStreamLogAfter,
  placeAsKnown,
  placeByEntries,
  putBackBeginning,
  startJetStreamLogAfter,
  startJetStreamLogAtOne,
  type BeginningParts,
  type KeptEntry,
} from "./jetstream-beginning.ts";
import { connectToNats } from "./jetstream-connection.ts";
import { asideObject, checksumOfMessage, requireIntact } from "./jetstream-entry.ts";
import { inWords, readFailure, writeFailure } from "./jetstream-error.ts";
import { JetStreamObjects, type SnapshotRef } from "./jetstream-objects.ts";
import type { JetStreamOptions } from "./jetstream-options.ts";
import { JetStreamReader } from "./jetstream-reader.ts";
import { JetStreamSpace } from "./jetstream-space.ts";
import { jetStreamSideChannel } from "./jetstream-side-channel.ts";
import {
  lacksObjects,
  makeMissingStreams,
  makeObjectsStream,
  openStreams,
  type LogStreams,
} from "./jetstream-streams.ts";
import { JetStreamWatch } from "./jetstream-watch.ts";
import { DamagedLog, LogFailure } from "./log-failure.ts";
import type { SideChannel } from "./side-channel.ts";

const requestTimeoutMs = 5000;
const snapshotTries = 3;

interface Parts {
  readonly connection: NatsConnection;
  readonly leaveServer: () => void;
  readonly jsm: JetStreamManager;
  readonly streams: LogStreams;
  readonly objects: JetStreamObjects;
  readonly reader: JetStreamReader;
  readonly appender: JetStreamAppender;
  readonly space: JetStreamSpace;
  readonly warnings: readonly string[];
}

export class JetStreamLog implements ChangeLog {
  /** What a person should change on the servers, a sentence each. */
  readonly warnings: readonly string[];
  readonly sideChannel: SideChannel;
  readonly #connection: NatsConnection;
  readonly #jsm: JetStreamManager;
  readonly #streams: LogStreams;
  readonly #objects: JetStreamObjects;
  readonly #reader: JetStreamReader;
  readonly #appender: JetStreamAppender;
  readonly #space: JetStreamSpace;
  readonly #watch: JetStreamWatch;
  readonly #followers: Followers;
  #isClosed = false;

  /**
   * @param address `nats://…`
   * @param mayMake whether to make the streams where there are none
   * @throws when it cannot be reached, or is not what it should be: in words that say what to do
   */
  static async open(
    address: string,
    options: JetStreamOptions,
    mayMake: boolean = true,
  ): Promise<JetStreamLog> {
    const { connection, leaveServer } = await connectToNats(address, options);
    try {
      const jsm = await jetstreamManager(connection, {
        checkAPI: false,
        timeout: requestTimeoutMs,
      });
      const { streams, warnings } = await openStreams(jsm, options, mayMake);
      const js = jetstream(connection, { timeout: requestTimeoutMs });
      const maxPayload = connection.info?.max_payload ?? 0;
      const objects = new JetStreamObjects(js, jsm, streams, maxPayload);
      const reader = new JetStreamReader(jsm, streams, objects);
      await reader.start().catch((cause: unknown) => {
        const what = `Cannot read the change log ${streams.changes}`;
        throw new Error(`${what}: ${inWords(cause)}`, { cause });
      });
      const appender = new JetStreamAppender({ js, streams, objects, reader, maxPayload });
      const space = new JetStreamSpace({ js, jsm, streams });
      const parts = {
        connection,
        leaveServer,
        jsm,
        streams,
        objects,
        reader,
        appender,
        space,
        warnings,
      };
      const log = new JetStreamLog(parts, options.prefix);
      // Once the server has this, nothing that is accepted from now on is missed.
      await connection.flush();
      await reader.askLast();
      return log;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /**
   * Opens a log to bring back what it lost: what is missing of its streams is made.
   *
   * @param id of the log, where none of its streams is there to say it
   */
  static async openForRepair(
    address: string,
    options: JetStreamOptions,
    id: string | undefined,
  ): Promise<JetStreamLog> {
    const { connection } = await connectToNats(address, options);
    try {
      const how = { checkAPI: false, timeout: requestTimeoutMs };
      await makeMissingStreams(await jetstreamManager(connection, how), options, id);
    } catch (cause) {
      throw new Error(`Cannot repair the change log: ${inWords(cause)}`, { cause });
    } finally {
      await connection.close();
    }
    return JetStreamLog.open(address, options, false);
  }

  private constructor(parts: Parts, prefix: string) {
    const { connection, jsm, streams, objects, reader, appender, warnings } = parts;
    this.warnings = warnings;
    this.#connection = connection;
    this.#jsm = jsm;
    this.#streams = streams;
    this.#objects = objects;
    this.#reader = reader;
    this.#appender = appender;
    this.#space = parts.space;
    this.#followers = new Followers((after, limit) => this.#readFollowed(after, limit));
    this.#watch = new JetStreamWatch({
      connection,
      leaveServer: parts.leaveServer,
      jsm,
      streams,
      reader: this.#reader,
      wake: () => this.#followers.wake(),
    });
    this.sideChannel = jetStreamSideChannel(connection, prefix, this.#watch);
    connection.subscribe(streams.feedSubject, {
      callback: (error: Error | null, message: Msg) => {
        if (error === null) this.#watch.hear(message);
      },
    });
  }

  /** What tells this log from any other that was or will be at its place. */
  get id(): string {
    return this.#streams.id;
  }

  /** Resolves when its connection is made again no more. */
  get whenEnded(): Promise<unknown> {
    return this.#connection.closed();
  }

  /** Whether its servers answered when they were asked last, some seconds ago. */
  get isReachable(): boolean {
    return this.#watch.outage === undefined;
  }

  /** Why they did not, in words. */
  get outage(): string | undefined {
    return this.#watch.outage?.message;
  }

  /** The last revision that is known of. */
  get lastKnown(): Revision {
    return this.#reader.last;
  }

  /** @returns the SHA-256 of an entry, in hex; undefined when the stream has it not */
  async findHash(revision: Revision): Promise<string | undefined> {
    this.#requireOpen();
    return this.#reading(async () => {
      const reader = this.#reader;
      const isKnown = revision <= reader.last;
      const message = await (isKnown ? reader.findPatiently(revision) : reader.find(revision));
      return message && checksumOfMessage(message.header);
    });
  }

  /** @returns the first revision that is there, if the stream lacks entries that it should begin with */
  async findFirstAfterHole(): Promise<Revision | undefined> {
    this.#requireOpen();
    return this.#reading(async () => {
      const { state } = await this.#jsm.streams.info(this.#streams.changes);
      // Asked for after that: who drops entries says where the log begins first.
      const beginning = await this.#reader.findBeginning();
      const first = this.#reader.revisionOf(state.first_seq);
      return state.last_seq > 0 && first > beginning + 1 ? first : undefined;
    });
  }

  async append(bytes: Uint8Array, after: Revision): Promise<Revision | undefined> {
    this.#requireOpen();
    const what = `Cannot append to the change log ${this.#streams.changes}`;
    await this.#watch.requireWritable(what);
    try {
      const noteUnanswered = (): void => this.#watch.noteUnanswered();
      const revision = await this.#appender.append(bytes, after, noteUnanswered);
      // When another was first, its entry is at hand already.
      this.#followers.wake();
      if (revision === undefined) await this.#watch.requireSame();
      else this.#space.note(bytes.length, undefined);
      return revision;
    } catch (error) {
      const failure = writeFailure(what, error);
      this.#space.note(bytes.length, failure);
      throw failure;
    }
  }

  async read(after: Revision, limit: number = 1000): Promise<Entry[]> {
    this.#requireOpen();
    return this.#reading(async () => {
      await this.#reader.findLast();
      return this.#reader.read(after, limit);
    });
  }

  async lastRevision(): Promise<Revision> {
    this.#requireOpen();
    return this.#reading(() => this.#reader.askLast());
  }

  async requireLast(): Promise<Revision> {
    this.#requireOpen();
    const what = `Cannot read the change log ${this.#streams.changes}`;
    await this.#watch.requireWritable(what);
    try {
      return await this.#reader.askLast();
    } catch (error) {
      throw readFailure(what, error);
    } finally {
      this.#followers.wake();
    }
  }

  async firstRevision(): Promise<Revision> {
    this.#requireOpen();
    return this.#reading(async () => (await this.#reader.findBeginning()) + 1);
  }

  follow(
    after: Revision,
    listener: (entry: Entry) => void,
    onError?: (error: Error) => void,
  ): () => void {
    this.#requireOpen();
    return this.#followers.add(after, listener, onError);
  }

  async saveSnapshot({ revision, bytes }: Snapshot): Promise<void> {
    this.#requireOpen();
    await this.#writing("keep a snapshot in", async () => {
      await this.#requireReached(revision);
      const object = await this.#objects.put("snapshot", revision, bytes);
      const { before, after } = await this.#objects.changeIndex((index) => {
        if (revision < (index.snapshots.at(-1)?.revision ?? 0)) return index;
        const base = index.snapshots.filter(
          (one) => one.revision === index.beginning && index.beginning > 0,
        );
        const kept = base.filter((one) => one.revision !== revision);
        return { ...index, snapshots: [...kept, { revision, object }] };
      });
      const isKept = (name: string): boolean =>
        after.snapshots.some((one) => one.object.name === name);
      const names = [object, ...before.snapshots.map((one) => one.object)].map(({ name }) => name);
      for (const name of new Set(names)) {
        if (!isKept(name)) await this.#objects.drop(name);
      }
    });
  }

  async loadSnapshot(before: Revision = Infinity): Promise<Snapshot | undefined> {
    this.#requireOpen();
    return this.#reading(async () => {
      let newest: SnapshotRef | undefined;
      for (let tries = 0; tries < snapshotTries; tries += 1) {
        const { snapshots } = await this.#objects.readIndex();
        newest = snapshots.findLast(({ revision }) => revision < before);
        if (newest === undefined) return undefined;
        const bytes = await this.#objects.get(newest.object);
        if (bytes !== undefined) return { revision: newest.revision, bytes };
        // A newer one may have taken its place meanwhile.
      }
      const { revision = 0 } = newest ?? {};
      throw new DamagedLog(
        `The snapshot at revision ${revision} of the change log ${this.#streams.changes}`,
        "parts of it are missing, or are not what was written",
        revision,
      );
    });
  }

  async beginAfter(snapshot: Snapshot, keep: ReadonlySet<Revision>): Promise<void> {
    this.#requireOpen();
    await this.#writing("compact", async () => {
      await this.#requireReached(snapshot.revision);
      await beginJetStreamLogAfter({ ...this.#beginning(), snapshot, keep });
    });
  }

  async startAfter(snapshot: Snapshot, kept: readonly Entry[]): Promise<void> {
    this.#requireOpen();
    await this.#writing("begin", () => startJetStreamLogAfter(this.#beginning(), snapshot, kept));
  }

  /** Has a log that has lost all its entries begin after a snapshot, or with revision 1. */
  async startAnew(snapshot: Snapshot | undefined, kept: readonly Entry[]): Promise<void> {
    this.#requireOpen();
    await this.#writing("begin", () =>
      snapshot === undefined
        ? startJetStreamLogAtOne(this.#beginning())
        : startJetStreamLogAfter(this.#beginning(), snapshot, kept),
    );
  }

  /**
   * Puts back what long entries refer to, where it was lost.
   *
   * @param from a copy of the log
   * @returns how many
   * @throws when the copy lacks one, or has another
   */
  async putBackAside(from: Pick<ChangeLog, "read">): Promise<number> {
    this.#requireOpen();
    let count = 0;
    await this.#writing("repair", async () => {
      const first = (await this.#reader.findBeginning()) + 1;
      const last = await this.#reader.askLast();
      for (let revision = first; revision <= last; revision += 1) {
        const message = await this.#reader.find(revision);
        const object = message && asideObject(message);
        if (message === undefined || object === undefined) continue;
        if ((await this.#objects.get(object)) !== undefined) continue;
        const [entry] = await from.read(revision - 1, 1);
        const copied = entry?.revision === revision ? entry.bytes : undefined;
        const bytes = requireIntact(copied, message.header, revision, this.#streams.changes);
        await this.#objects.putBack(object, bytes);
        count += 1;
      }
    });
    return count;
  }

  /**
   * For a log that lost what it keeps beside its entries, and with it which revisions they have.
   *
   * @param revisionOf what an entry says that its revision is; undefined where it does not
   */
  async placeByEntries(revisionOf: (bytes: Uint8Array) => Revision | undefined): Promise<void> {
    this.#requireOpen();
    await this.#writing("repair", () => placeByEntries(this.#beginning(), revisionOf));
  }

  /** Says again where the log begins, and with what; see jetstream-beginning.ts. */
  async putBackBeginning(snapshot: Snapshot, kept: readonly Entry[]): Promise<void> {
    this.#requireOpen();
    await this.#writing("repair", () => putBackBeginning(this.#beginning(), snapshot, kept));
  }

  /** Whether all that is kept beside the entries is gone, and the entries are there. */
  async lacksObjects(): Promise<boolean> {
    this.#requireOpen();
    return this.#reading(() => lacksObjects(this.#jsm, this.#streams));
  }

  /** Makes the stream of what is kept beside the entries anew, and says in it where the log begins. */
  async makeObjects(): Promise<void> {
    this.#requireOpen();
    await this.#writing("repair", async () => {
      await makeObjectsStream(this.#jsm, this.#streams);
      await placeAsKnown(this.#beginning());
    });
  }

  /** Whether nothing was ever appended, whatever is said of where the log begins. */
  async isEmpty(): Promise<boolean> {
    this.#requireOpen();
    return this.#reading(async () => {
      const { state } = await this.#jsm.streams.info(this.#streams.changes);
      return state.last_seq === 0;
    });
  }

  #beginning(): BeginningParts {
    return {
      jsm: this.#jsm,
      streams: this.#streams,
      objects: this.#objects,
      reader: this.#reader,
    };
  }

  async readKept(after: Revision, limit: number = 1000): Promise<Entry[]> {
    this.#requireOpen();
    return this.#reading(async () => {
      const kept = await this.#objects.readIndex();
      const list = await this.#reader.readKeptList(kept);
      const wanted = list.filter(([revision]) => revision > after).slice(0, limit);
      return Promise.all(wanted.map((one: KeptEntry) => this.#reader.readKept(one)));
    });
  }

  async findFailure(): Promise<LogFailure | undefined> {
    this.#requireOpen();
    return (await this.#watch.findFailure()) ?? this.#space.findFailure();
  }

  /** Ends all but the side channel, which goes on until the log is closed. */
  rest(): void {
    this.#followers.stop();
    this.#watch.stop();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.rest();
    await this.#connection.close();
  }

  /** At once where all was heard of, as most often: a promise takes longer than the rest. */
  #readFollowed(after: Revision, limit: number): Entry[] | Promise<Entry[]> {
    const lost = this.#watch.lost;
    if (lost !== undefined) throw lost;
    const outage = this.#watch.outage;
    if (outage !== undefined && this.#reader.last <= after) throw outage;
    return this.#reader.readRecent(after, limit) ?? this.#readStored(after, limit);
  }

  async #readStored(after: Revision, limit: number): Promise<Entry[]> {
    try {
      const entries = await this.#reader.read(after, limit);
      if (entries.length > 0) this.#watch.noteRead();
      return entries;
    } catch (error) {
      if (error instanceof DamagedLog) await this.#watch.noteMissing();
      throw error;
    }
  }

  async #requireReached(revision: Revision): Promise<void> {
    if (revision <= this.#reader.last) return;
    const last = await this.#reader.askLast();
    if (revision <= last) return;
    throw new Error(
      `A snapshot at revision ${revision} is ahead of the change log ${this.#streams.changes}, which ends at ${last}`,
    );
  }

  async #writing(what: string, act: () => Promise<void>): Promise<void> {
    const failed = `Cannot ${what} the change log ${this.#streams.changes}`;
    await this.#watch.requireWritable(failed);
    try {
      await act();
    } catch (error) {
      if (error instanceof DamagedLog || error instanceof LogFailure) throw error;
      throw new Error(`${failed}: ${inWords(error)}`, { cause: error });
    }
  }

  async #reading<T>(act: () => Promise<T>): Promise<T> {
    const failed = `Cannot read the change log ${this.#streams.changes}`;
    await this.#watch.requireConnected(failed);
    try {
      return await act();
    } catch (error) {
      if (error instanceof DamagedLog || error instanceof LogFailure) throw error;
      throw new Error(`${failed}: ${inWords(error)}`, { cause: error });
    }
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new Error(`The change log ${this.#streams.changes} is closed`);
  }
}
