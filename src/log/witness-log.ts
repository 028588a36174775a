/**
 * A log that others keep, by way of a node that has a copy of its own: it can be read where the others
 * cannot be reached, and what they have is compared with what was seen, so that nobody goes back.
 *
 * What comes is delivered first and kept then. Where the log cannot be reached it is looked for again
 * and again, for as long as it takes. Where it is not what it was, nothing is appended to it and nothing
 * taken from it, until it has been repaired.
 */
import { setTimeout } from "node:timers/promises";
import type { Logger } from "../base/logger.ts";
import type { ChangeLog, Entry, Revision, Snapshot } from "./change-log.ts";
import { checksumOf } from "./checksum.ts";
import type { JetStreamLog } from "./jetstream-log.ts";
import { MissingStreams } from "./jetstream-streams.ts";
import { BrokenChain } from "./broken-chain.ts";
import { LogFailure } from "./log-failure.ts";
import {
  brokenTrouble,
  deletedTrouble,
  findTrouble,
  type LogPosition,
  type LogTrouble,
} from "./log-trouble.ts";
import type { OwnCopy } from "./own-copy.ts";
import { WitnessSideChannel } from "./witness-side-channel.ts";

const firstDelayMs = 250;
const longestDelayMs = 5000;

export interface WitnessParts {
  readonly copy: OwnCopy;
  /** @throws when it cannot be reached, or is not there */
  readonly open: (mayMake: boolean) => Promise<JetStreamLog>;
  /** Whether it decides on changes: it makes the log where there never was one, and keeps snapshots in it. */
  readonly isWriter: boolean;
  readonly logger: Logger;
}

/** What is known of the log without asking. */
export interface LogStanding {
  /** Whether it answered when it was looked at last, some seconds ago. */
  readonly isReachable: boolean;
  /** Why it did not, in words. */
  readonly outage: string | undefined;
  /** Where it ends; undefined where that is not known, or it is not there. */
  readonly last: Revision | undefined;
  /** How it differs from what this node has seen of it. */
  readonly trouble: LogTrouble | undefined;
}

export class WitnessLog implements ChangeLog {
  readonly sideChannel = new WitnessSideChannel();
  readonly #parts: WitnessParts;
  #log: JetStreamLog | undefined;
  #trouble: LogTrouble | undefined;
  /** Why it cannot be reached. */
  #outage: string | undefined = "it was not looked for yet";
  #position: (() => LogPosition) | undefined;
  #following: Following | undefined;
  /** The entry with which the log does not go on from what this node has. */
  #misfit: Misfit | undefined;
  /** Nodes talk by its connection: it is the log, or one that was found to be in trouble. */
  #speaking: JetStreamLog | undefined;
  #isClosed = false;
  readonly #end = new AbortController();

  /** @throws when there is no copy yet, and the log cannot be reached */
  static async open(parts: WitnessParts): Promise<WitnessLog> {
    const log = new WitnessLog(parts);
    if (parts.copy.last === 0) log.#attach(await parts.open(parts.isWriter));
    return log;
  }

  private constructor(parts: WitnessParts) {
    this.#parts = parts;
  }

  get standing(): LogStanding {
    const log = this.#log;
    return {
      isReachable: log === undefined ? this.#trouble !== undefined : log.isReachable,
      outage: log === undefined ? this.#outage : log.outage,
      last: log === undefined ? this.#trouble?.last : log.lastKnown,
      trouble: this.#trouble,
    };
  }

  /** The node's own copy, as a log; see flushCopy(). */
  get copy(): ChangeLog {
    return this.#parts.copy.log;
  }

  /** Writes what came last to the copy. */
  async flushCopy(): Promise<void> {
    await this.#parts.copy.flush();
  }

  /** The log that others keep, while it is followed. */
  get attached(): JetStreamLog | undefined {
    return this.#log;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Resolves after a time, or when the log is closed. Keeps no process alive. */
  async passTime(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { ref: false, signal: this.#end.signal }).catch(() => {});
  }

  /**
   * Looks for the log, from now on and for good.
   *
   * @param position where the node is
   * @returns when it was looked for once
   */
  async start(position: () => LogPosition): Promise<void> {
    this.#position = position;
    if (this.#log !== undefined) return;
    const isAttached = await this.#tryToAttach();
    if (!isAttached) void this.#keepTrying();
  }

  async append(bytes: Uint8Array, after: Revision): Promise<Revision | undefined> {
    return this.#requireLog().append(bytes, after);
  }

  read(after: Revision, limit?: number): Promise<Entry[]> {
    return this.#reading((log) => log.read(after, limit));
  }

  lastRevision(): Promise<Revision> {
    return this.#reading((log) => log.lastRevision());
  }

  async requireLast(): Promise<Revision> {
    return this.#requireLog().requireLast();
  }

  firstRevision(): Promise<Revision> {
    return this.#reading((log) => log.firstRevision());
  }

  loadSnapshot(before?: Revision): Promise<Snapshot | undefined> {
    return this.#reading((log) => log.loadSnapshot(before));
  }

  readKept(after: Revision, limit?: number): Promise<Entry[]> {
    return this.#reading((log) => log.readKept(after, limit));
  }

  /** One may follow at a time: what was delivered is what the node is at. */
  follow(
    after: Revision,
    listener: (entry: Entry) => void,
    onError: (error: Error) => void = () => {},
  ): () => void {
    const following = new Following(after, listener, onError, this.#parts.copy);
    this.#following = following;
    if (this.#log !== undefined) this.#followOn(this.#log);
    return () => {
      following.stop();
      if (this.#following === following) this.#following = undefined;
    };
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    await this.#parts.copy.saveSnapshot(snapshot);
    if (this.#parts.isWriter) await this.#log?.saveSnapshot(snapshot);
  }

  /** Only in the node's own copy. */
  async saveOwnSnapshot(snapshot: Snapshot): Promise<void> {
    await this.#parts.copy.saveSnapshot(snapshot);
  }

  async beginAfter(snapshot: Snapshot, keep: ReadonlySet<Revision>): Promise<void> {
    await this.#requireLog().beginAfter(snapshot, keep);
  }

  async startAfter(snapshot: Snapshot, kept: readonly Entry[]): Promise<void> {
    await this.#requireLog().startAfter(snapshot, kept);
  }

  async findFailure(): Promise<LogFailure | undefined> {
    return this.#log === undefined ? this.#failure() : this.#log.findFailure();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#end.abort();
    this.#following?.stop();
    await this.#speaking?.close();
    await this.#log?.close();
    await this.#parts.copy.close();
  }

  #requireLog(): JetStreamLog {
    if (this.#log === undefined) throw this.#failure();
    return this.#log;
  }

  #failure(): LogFailure {
    if (this.#trouble !== undefined) return new LogFailure(this.#trouble.kind, this.#trouble.says);
    return new LogFailure("unreachable", `The change log cannot be reached: ${this.#outage}`);
  }

  /** Where the log cannot be asked, the copy has what the node is at. */
  async #reading<T>(read: (log: ChangeLog) => Promise<T>): Promise<T> {
    if (this.#log !== undefined) {
      try {
        return await read(this.#log);
      } catch (error) {
        const isAway = error instanceof LogFailure || this.#log === undefined;
        if (!isAway || this.#parts.copy.last === 0) throw error;
      }
    }
    await this.#parts.copy.flush();
    return read(this.#parts.copy.log);
  }

  async #keepTrying(): Promise<void> {
    for (let delayMs = firstDelayMs; !this.#isClosed;) {
      // Not all nodes at the same time.
      const jittered = delayMs * (0.75 + Math.random() / 2);
      await this.passTime(jittered);
      if (this.#isClosed || (await this.#tryToAttach())) return;
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    }
  }

  async #tryToAttach(): Promise<boolean> {
    let log: JetStreamLog | undefined;
    try {
      log = await this.#parts.open(false);
      const trouble = (await this.#compare(log)) ?? (await this.#findMisfit(log));
      if (trouble === undefined && !this.#isClosed) {
        this.#attach(log);
        return true;
      }
      if (trouble !== undefined) this.#noteTrouble(trouble);
      if (trouble !== undefined && this.#speaking === undefined && !this.#isClosed) {
        // What is wrong is what the others are to hear of.
        log.rest();
        this.#speakBy(log);
        return false;
      }
    } catch (error) {
      if (isMissing(error)) this.#noteTrouble(deletedTrouble());
      else this.#noteOutage(error);
    }
    await log?.close();
    return false;
  }

  async #compare(log: JetStreamLog): Promise<LogTrouble | undefined> {
    const { copy } = this.#parts;
    const position = this.#position?.();
    if (position === undefined) return undefined;
    const findHash = (revision: Revision): Promise<string | undefined> => copy.findHash(revision);
    return findTrouble(log, { id: copy.logId, position, findHash });
  }

  /** Whether the entry that did not fit is still there. */
  async #findMisfit(log: JetStreamLog): Promise<LogTrouble | undefined> {
    const misfit = this.#misfit;
    if (misfit === undefined) return undefined;
    if ((await log.findHash(misfit.revision)) === misfit.hash) {
      return brokenTrouble(misfit.says, log.lastKnown);
    }
    this.#misfit = undefined;
    return undefined;
  }

  #speakBy(log: JetStreamLog): void {
    const before = this.#speaking;
    this.#speaking = log;
    this.sideChannel.speakOn(log.sideChannel);
    if (before !== log) void before?.close();
  }

  #attach(log: JetStreamLog): void {
    const { copy, logger } = this.#parts;
    if (this.#position !== undefined) {
      logger.info({ revision: this.#position().revision }, "following the change log again");
    }
    this.#log = log;
    this.#speakBy(log);
    this.#trouble = undefined;
    this.#outage = undefined;
    copy.noteLogId(log.id);
    this.#followOn(log);
    // A connection is made again for as long as it takes. Where the client gives up all the same, by another.
    void log.whenEnded.then(() => this.#detach(log));
  }

  #followOn(log: JetStreamLog): void {
    this.#following?.followOn(log, (misfit) => {
      if (misfit !== undefined) this.#misfit = misfit;
      this.#detach(log);
    });
  }

  /** The log is not what it was: looking anew tells in what. */
  #detach(log: JetStreamLog): void {
    if (this.#log !== log || this.#isClosed) return;
    this.#log = undefined;
    log.rest();
    this.#outage = "it is being looked at";
    void (async () => {
      if (!this.#isClosed && !(await this.#tryToAttach())) await this.#keepTrying();
    })();
  }

  #noteTrouble(trouble: LogTrouble): void {
    if (trouble.says !== this.#trouble?.says) {
      this.#parts.logger.error({ kind: trouble.kind }, trouble.says);
    }
    this.#trouble = trouble;
    this.#outage = undefined;
  }

  #noteOutage(error: unknown): void {
    const outage = error instanceof Error ? error.message : String(error);
    if (outage !== this.#outage) {
      this.#parts.logger.warn(
        { reason: outage },
        "the change log cannot be reached; going on with the node's own copy, and trying again",
      );
    }
    this.#outage = outage;
  }
}

interface Misfit {
  readonly revision: Revision;
  /** SHA-256, in hex. */
  readonly hash: string;
  readonly says: string;
}

/** Who follows, through all that the log is found and lost again. */
class Following {
  readonly #listener: (entry: Entry) => void;
  readonly #onError: (error: Error) => void;
  readonly #copy: OwnCopy;
  #position: Revision;
  #stop: () => void = () => {};
  #isEnded = false;

  constructor(
    after: Revision,
    listener: (entry: Entry) => void,
    onError: (error: Error) => void,
    copy: OwnCopy,
  ) {
    this.#position = after;
    this.#listener = listener;
    this.#onError = onError;
    this.#copy = copy;
  }

  /** @param onLost called when the log turns out not to be what it was, with the entry that told so */
  followOn(log: JetStreamLog, onLost: (misfit?: Misfit) => void): void {
    if (this.#isEnded) return;
    this.#stop();
    this.#stop = log.follow(
      this.#position,
      (entry) => {
        try {
          this.#listener(entry);
        } catch (error) {
          if (error instanceof BrokenChain) {
            this.#stop();
            onLost(misfitOf(entry, error));
            return;
          }
          this.#isEnded = true;
          throw error;
        }
        this.#position = entry.revision;
        this.#copy.keep(entry);
      },
      (error) => {
        this.#onError(error);
        if (error instanceof LogFailure && error.reason === "gone") onLost();
      },
    );
  }

  stop(): void {
    this.#isEnded = true;
    this.#stop();
  }
}

function misfitOf({ revision, bytes }: Entry, { message }: BrokenChain): Misfit {
  return { revision, hash: Buffer.from(checksumOf(bytes)).toString("hex"), says: message };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && (error instanceof MissingStreams || isMissing(error.cause));
}
