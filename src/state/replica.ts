/**
 * A node's copy of the account: starts from the log's snapshot, replays the rest, follows what
 * comes, and keeps a fresh snapshot for the next start.
 *
 * The log stays its owner's: closing the replica leaves it open.
 */
import type { Logger } from "../base/logger.ts";
import type { ChangeLog, Entry, Revision } from "../log/change-log.ts";
import type { LoadOptions } from "./load-state.ts";
import { BrokenChain } from "../log/broken-chain.ts";
import { HoldGate, loadAtHold } from "./hold-gate.ts";
import { encodeInTurns } from "./encode-in-turns.ts";
import {
  StateFollower,
  type Holding,
  type SkipListener,
  type StateListener,
} from "./state-follower.ts";
import type { State } from "./state.ts";

export interface ReplicaOptions extends LoadOptions {
  /** Changes between two snapshots; a start replays hardly more than these. 0 keeps none. Default 1000 */
  readonly snapshotEvery?: number;
  /** The group of edges that this node is one of: while an operator holds it, the state stays. */
  readonly group?: string;
}

export class Replica {
  readonly #log: ChangeLog;
  readonly #options: ReplicaOptions;
  readonly #logger: Logger;
  readonly #snapshotEvery: number;
  readonly #follower: StateFollower;
  readonly #gate: HoldGate;
  #stopFollowing: () => void = () => {};
  #skipping: Promise<void> | undefined;
  #isClosed = false;
  /** The newest revision that a snapshot holds or was tried at. */
  #snapshotRevision: Revision;
  #saving: Promise<void> | undefined;

  /**
   * @returns a replica that holds everything the log held when this was called, up to the first change
   *   that only a newer Footlight understands
   * @throws when the log is another account's, or is damaged
   */
  static async open(log: ChangeLog, options: ReplicaOptions): Promise<Replica> {
    const last = await log.lastRevision();
    const { state: initial, isFromSnapshot } = await loadAtHold(log, options);
    if (initial.revision > last) {
      throw new Error(
        `The change log has lost entries: it ends at ${last}, its snapshot is of ${initial.revision}`,
      );
    }
    const follower = new StateFollower(initial, options.logger);
    const gate = new HoldGate(options.group);
    await replay(log, follower, gate, options.logger);
    const snapshotRevision = isFromSnapshot ? initial.revision : -1;
    const replica = new Replica(log, { follower, gate, snapshotRevision }, options);
    replica.#saveSnapshotWhenDue();
    return replica;
  }

  private constructor(
    log: ChangeLog,
    { follower, gate, snapshotRevision }: Begun,
    options: ReplicaOptions,
  ) {
    this.#log = log;
    this.#options = options;
    this.#logger = options.logger;
    this.#snapshotEvery = options.snapshotEvery ?? 1000;
    this.#follower = follower;
    this.#gate = gate;
    this.#snapshotRevision = snapshotRevision;
    if (follower.end === undefined) this.#follow();
  }

  get state(): State {
    return this.#follower.state;
  }

  /** Why the state moves no more: it was closed, or met an entry that it cannot apply. */
  get end(): Error | undefined {
    return this.#follower.end;
  }

  /** See {@link StateFollower.holding}. */
  get holding(): Holding | undefined {
    return this.#follower.holding;
  }

  /** @returns the function that ends the listening */
  onChange(listener: StateListener): () => void {
    return this.#follower.onChange(listener);
  }

  /** @returns the function that ends the listening */
  onSkip(listener: SkipListener): () => void {
    return this.#follower.onSkip(listener);
  }

  /** See {@link StateFollower.whenAt}. */
  whenAt(revision: Revision): Promise<State> {
    return this.#follower.whenAt(revision);
  }

  /** Stops following, and keeps a last snapshot so that the next start has nothing to replay. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopFollowing();
    await this.#skipping;
    this.#follower.stop(new Error("The replica of the change log is closed"));
    await this.#saving;
    if (this.#snapshotEvery > 0 && this.state.revision > this.#snapshotRevision) {
      await this.#saveSnapshot();
    }
  }

  #follow(): void {
    this.#stopFollowing = this.#log.follow(
      this.state.revision,
      (entry) => this.#apply(entry),
      (error) => this.#noteFailure(error),
    );
  }

  #noteFailure(error: Error): void {
    this.#logger.error({ err: error }, "following the change log failed");
    // A log that could still turn out to be another looks at itself, and tells nobody.
    if (!(error instanceof BrokenChain)) return;
    const at = this.state.revision + 1;
    this.#follower.hold({ why: error.message, at, entryKind: undefined }, error);
  }

  #apply(entry: Entry): void {
    const verdict = this.#gate.judge(entry, this.state);
    if (verdict === "released") {
      // What was passed over is read again.
      this.#stopFollowing();
      this.#follow();
    }
    if (verdict !== "apply") return;
    if (entry.revision > this.state.revision + 1 && this.end === undefined) {
      this.#stopFollowing();
      this.#skipping ??= this.#skipTo(entry.revision).finally(() => (this.#skipping = undefined));
      return;
    }
    this.#follower.apply(entry);
    this.#saveSnapshotWhenDue();
  }

  /** Who was away for longer than entries are kept goes on with a snapshot of what they came to. */
  async #skipTo(at: Revision): Promise<void> {
    const { revision } = this.state;
    try {
      const { state } = await loadAtHold(this.#log, this.#options);
      if (state.revision < at - 1) {
        throw new Error(`the log has no snapshot of what came before revision ${at}`);
      }
      this.#follower.skipTo(state);
      this.#logger.warn(
        { revision, to: state.revision },
        "the log has dropped what came next; went on with its snapshot",
      );
      this.#snapshotRevision = -1;
      this.#saveSnapshotWhenDue();
    } catch (err) {
      const reason = err instanceof Error ? err.message : String(err);
      const why =
        `Cannot go on from revision ${revision}: the log has dropped what came next, and ${reason}. ` +
        "Start a newer Footlight, or look at the log: footlight log verify";
      this.#follower.hold({ why, at: revision + 1, entryKind: undefined }, err);
      this.#logger.error({ err, revision }, "the state is held at this revision, and served");
    }
    if (this.end === undefined && !this.#isClosed) this.#follow();
  }

  /** The first snapshot is due at once, however little there is: it says whose log this is. */
  #saveSnapshotWhenDue(): void {
    const isFirst = this.#snapshotRevision < 0;
    const isDue = isFirst || this.state.revision - this.#snapshotRevision >= this.#snapshotEvery;
    if (!isDue || this.#snapshotEvery === 0 || this.#saving !== undefined) return;
    // Not within the append that made it due: its caller is waiting for an answer.
    this.#saving = new Promise(setImmediate)
      .then(() => this.#saveSnapshot())
      .finally(() => (this.#saving = undefined));
  }

  /** A failure costs time at the next start and nothing else, so it is logged and tried again later. */
  async #saveSnapshot(): Promise<void> {
    const { state } = this;
    this.#snapshotRevision = state.revision;
    try {
      await this.#log.saveSnapshot({ revision: state.revision, bytes: await encodeInTurns(state) });
    } catch (error) {
      this.#logger.warn({ revision: state.revision, err: error }, "could not keep a snapshot");
    }
  }
}

interface Begun {
  readonly follower: StateFollower;
  readonly gate: HoldGate;
  readonly snapshotRevision: Revision;
}

/** A node that ended at a newer change would end again whenever it is started: it serves what it has. */
async function replay(
  log: ChangeLog,
  follower: StateFollower,
  gate: HoldGate,
  logger: Logger,
): Promise<void> {
  let { revision: position } = follower.state;
  for (;;) {
    const entries = await log.read(position);
    if (entries.length === 0) return;
    try {
      for (const entry of entries) {
        const verdict = gate.judge(entry, follower.state);
        if (verdict === "apply") follower.apply(entry);
        position = verdict === "released" ? follower.state.revision : entry.revision;
        if (verdict === "released") break;
      }
    } catch (err) {
      if (follower.holding?.entryKind === undefined) throw err;
      const { revision } = follower.state;
      logger.error({ err, revision }, "the state is held at this revision, and served");
      return;
    }
  }
}
