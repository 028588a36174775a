/**
 * Watches over a change log in JetStream: hears what is accepted, looks now and then whether the streams
 * still answer and are still the ones that were opened, and says what is wrong where they are not.
 *
 * A stream that was deleted and made anew has other subjects. One that was restored from an old backup
 * has the same, and ends before what was known of it. Both look like a log that is merely shorter, and
 * whoever followed it on would go back to what was; so nobody does: what is known stays, and nothing is
 * appended until a person has decided.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { JetStreamManager } from "@nats-io/jetstream";
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import { asideObject, checksumOfMessage } from "./jetstream-entry.ts";
import { inWords } from "./jetstream-error.ts";
import type { JetStreamReader } from "./jetstream-reader.ts";
import { findStream, type LogStreams } from "./jetstream-streams.ts";
import { LogFailure } from "./log-failure.ts";
import { ServerPatience } from "./server-patience.ts";

/** Not all nodes at the same time. */
const lookEveryMs = { from: 1500, to: 2500 } as const;
/** Where others tell how far the log is, which they do each ten seconds: ten times as seldom. */
const toldLookEveryMs = { from: 10_000, to: 30_000 } as const;
const toldForMs = 15_000;
/** What was told may overtake the entry itself. */
const overtakenMs = 500;
/** A server that is started anew is back within this; a writer may wait for it. */
const patienceMs = 2000;
const patienceStepMs = 50;
/**
 * A server that stood still while it led the stream answers first what it knew then, and hears within
 * this that it does not lead any more.
 */
const staleLeaderMs = 1500;
/** What stands around an entry's bytes in its message, about. */
const headRoom = 1024;
/** What findFailure() knows for this long needs no asking. */
const freshMs = 1000;

export interface WatchParts {
  readonly connection: NatsConnection;
  readonly leaveServer: () => void;
  readonly jsm: JetStreamManager;
  readonly streams: LogStreams;
  readonly reader: JetStreamReader;
  /** Has everyone who follows read on. */
  readonly wake: () => void;
}

export class JetStreamWatch {
  readonly #parts: WatchParts;
  #timer: NodeJS.Timeout | undefined;
  #isConnected = true;
  #isStopped = false;
  #lost: LogFailure | undefined;
  #outage: LogFailure | undefined;
  #lookedAt = performance.now();
  #looksUnderWay = 0;
  #toldAt = -Infinity;
  /** How long after a look the next is due, while others tell. */
  #toldLookMs = 0;
  #overtaken: NodeJS.Timeout | undefined;
  readonly #patience = { looking: new ServerPatience(), reading: new ServerPatience() };

  constructor(parts: WatchParts) {
    this.#parts = parts;
    void this.#followConnection();
    this.#lookLater();
  }

  /** Set for good, once the streams are not the ones that were opened. */
  get lost(): LogFailure | undefined {
    return this.#lost;
  }

  /** Why nobody can be asked at present. */
  get outage(): LogFailure | undefined {
    return this.#outage;
  }

  /** Whether a server can be reached, as far as that is known. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Takes from others how far they are: who has as much has missed nothing. */
  hearOf(revision: number): void {
    this.#toldAt = performance.now();
    if (revision <= this.#parts.reader.last || this.#isStopped) return;
    this.#overtaken ??= setTimeout(() => {
      this.#overtaken = undefined;
      if (revision > this.#parts.reader.last) void this.#look();
    }, Math.random() * overtakenMs).unref();
  }

  /** Takes what the server republishes. */
  hear({ data, headers }: Msg): void {
    if (headers === undefined || this.#isStopped) return;
    const { streams, reader } = this.#parts;
    const revision = reader.revisionOf(Number(headers.get("Nats-Sequence")));
    const isOurs =
      headers.get("Nats-Subject") === streams.entrySubject &&
      headers.get("Nats-Stream") === streams.changes;
    if (!Number.isSafeInteger(revision) || revision < 1) return;
    const sha256 = checksumOfMessage(headers);
    const known = reader.findRecent(revision);
    const isAnother = known === undefined ? revision < reader.last : known.sha256 !== sha256;
    if (!isOurs || isAnother) {
      // Another's message on this subject, or another history: whoever keeps the stream knows.
      void this.#look();
      return;
    }
    const isAside = asideObject({ data, header: headers }) !== undefined;
    reader.note(revision, isAside ? undefined : { bytes: kept(data), sha256 });
    this.#parts.wake();
  }

  /** To be called when entries were read that were to be there. */
  noteRead(): void {
    this.#patience.reading.noteUseful();
  }

  /**
   * To be called when an entry was not to be had that is to be there: the server's copy may be stuck.
   *
   * @throws LogFailure, when it is the stream that lacks it
   */
  async noteMissing(): Promise<void> {
    await this.requireSame();
    this.#noteUseless(this.#patience.reading);
  }

  /**
   * To be called when nobody answers a writer: nobody does for a stream that was deleted, either.
   *
   * @throws LogFailure, once that is known
   */
  noteUnanswered(): void {
    if (this.#lost !== undefined) throw this.#lost;
    const isFresh = performance.now() - this.#lookedAt < freshMs;
    if (!isFresh && this.#looksUnderWay === 0 && !this.#isStopped) void this.#look();
  }

  /** @throws LogFailure, when nothing can be appended; soon, where no server can be reached */
  async requireWritable(what: string): Promise<void> {
    await this.requireConnected(what);
    if (this.#lost !== undefined) throw this.#lost;
  }

  /** Waits a little for a connection that is being made again. @throws LogFailure, when there is none */
  async requireConnected(what: string): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (!this.#isConnected && performance.now() < deadline) await wait(patienceStepMs);
    if (this.#isConnected) return;
    throw new LogFailure("unreachable", `${what}: no NATS server can be reached`);
  }

  /** @throws LogFailure, when the stream is not the one that was opened, or has lost entries */
  async requireSame(): Promise<void> {
    const { streams } = this.#parts;
    let what = await this.#findWhatIsWrong();
    if (what?.isBehind === true) {
      await wait(staleLeaderMs, undefined, { ref: false });
      what = await this.#findWhatIsWrong();
    }
    if (what === undefined) return;
    this.#lost = new LogFailure(
      "gone",
      `The change log ${streams.changes} ${what.text}. Nothing is appended, and what is known is kept. ` +
        "Bring back what it lost from a node's own copy: footlight log repair LOG --from FOLDER, the node's data folder",
    );
    throw this.#lost;
  }

  async #findWhatIsWrong(): Promise<Wrong | undefined> {
    const { jsm, streams, reader } = this.#parts;
    const known = reader.last;
    const info = await findStream(jsm, streams.changes);
    // Asked for after that: who drops entries says where the log begins first.
    const beginning = info === undefined ? 0 : await reader.findBeginning();
    return whatIsWrong(info, { streams, known, beginning, reader });
  }

  async findFailure(): Promise<LogFailure | undefined> {
    const isFresh = performance.now() - this.#lookedAt < freshMs;
    if (this.#lost === undefined && !(isFresh && this.#isConnected)) await this.#look();
    return this.#lost ?? this.#outage;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#overtaken);
  }

  #noteUseless(patience: ServerPatience): void {
    if (!this.#isConnected || this.#isStopped) return;
    if (patience.noteUseless(performance.now())) this.#parts.leaveServer();
  }

  async #followConnection(): Promise<void> {
    for await (const { type } of this.#parts.connection.status()) {
      if (type === "disconnect") this.#isConnected = false;
      if (type !== "reconnect") continue;
      this.#isConnected = true;
      if (!this.#isStopped) void this.#look();
    }
  }

  #lookLater(): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      if (this.#isTold()) this.#lookLater();
      else void this.#look();
    }, drawn(lookEveryMs)).unref();
  }

  /** Whether a look would tell nothing that others do not. */
  #isTold(): boolean {
    const now = performance.now();
    const isTried = this.#patience.looking.isTried || this.#patience.reading.isTried;
    const isWell = this.#isConnected && this.#outage === undefined && !isTried;
    return isWell && now - this.#toldAt < toldForMs && now - this.#lookedAt < this.#toldLookMs;
  }

  /** Whether there is more than was heard of, and whether it is still the same log. */
  async #look(): Promise<void> {
    const { jsm, streams, reader } = this.#parts;
    clearTimeout(this.#timer);
    this.#looksUnderWay += 1;
    try {
      if (!this.#isConnected) throw new Error("no NATS server can be reached");
      const known = reader.last;
      const newest = await jsm.direct
        .getMessage(streams.changes, { last_by_subj: streams.entrySubject })
        .catch(async (error: unknown) => {
          // Nobody answers for a stream that was deleted either.
          await this.requireSame();
          throw error;
        });
      const isBehind = newest === null ? known > 0 : reader.revisionOf(newest.seq) < known;
      // A server that is behind says so too; the leader is asked to make sure.
      if (isBehind) await this.requireSame();
      else if (newest !== null) reader.note(reader.revisionOf(newest.seq), undefined);
      this.#outage = undefined;
      if (isBehind) this.#noteUseless(this.#patience.looking);
      else this.#patience.looking.noteUseful();
    } catch (error) {
      if (this.#isStopped) return;
      if (this.#lost === undefined) this.#noteUseless(this.#patience.looking);
      this.#outage ??= new LogFailure(
        "unreachable",
        `The change log ${streams.changes} does not answer: ${inWords(error)}`,
        { cause: error },
      );
    } finally {
      this.#looksUnderWay -= 1;
      this.#lookedAt = performance.now();
      this.#toldLookMs = drawn(toldLookEveryMs);
      if (!this.#isStopped) {
        this.#parts.wake();
        this.#lookLater();
      }
    }
  }
}

/** What was read from the socket with it is kept with it, so not where that is much. */
function kept(data: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = data;
  if (buffer.byteLength > 2 * length + headRoom) return new Uint8Array(data);
  // Not as the socket's Buffer, whose slice() would be no copy.
  return new Uint8Array(buffer, byteOffset, length);
}

function drawn({ from, to }: { readonly from: number; readonly to: number }): number {
  return from + Math.random() * (to - from);
}

type Info = Awaited<ReturnType<typeof findStream>>;

interface Expected {
  readonly streams: LogStreams;
  /** The last revision that was seen. */
  readonly known: number;
  readonly beginning: number;
  readonly reader: JetStreamReader;
}

interface Wrong {
  readonly text: string;
  /** Whether a server that does not know everything would say the same. */
  readonly isBehind: boolean;
}

function whatIsWrong(
  info: Info,
  { streams, known, beginning, reader }: Expected,
): Wrong | undefined {
  if (info === undefined) return { text: "was deleted", isBehind: false };
  if (info.config.subjects[0] !== streams.entrySubject) {
    return { text: "was deleted and made anew", isBehind: false };
  }
  const { first_seq: first, last_seq: lastSequence } = info.state;
  if (lastSequence > 0 && reader.revisionOf(first) > beginning + 1) {
    const lacking = `lacks the entries before revision ${reader.revisionOf(first)}`;
    return { text: `${lacking}: they were purged, or its files were cut off`, isBehind: false };
  }
  const last = reader.revisionOf(lastSequence);
  if (last >= known) return undefined;
  const ends = `it ends at revision ${last}, and ${known} was seen`;
  const text = `has lost entries: ${ends}. An old backup of it was restored, or its files were cut off`;
  return { text, isBehind: true };
}
