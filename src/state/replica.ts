/**
 * A node's copy of the account: starts from the log's snapshot, replays the rest, follows what
 * comes, and keeps a fresh snapshot for the next start.
 *
 * The log stays its owner's: closing the replica leaves it open.
 */
import type { Logger } from "../base/logger.ts";
import type { ChangeLog, Entry, Revision } from "../log/change-log.ts";
import { loadState, type LoadOptions } from "./load-state.ts";
import { encodeInTurns } from "./encode-in-turns.ts";
import { StateFollower, type Holding, type StateListener } from "./state-follower.ts";
import type { State } from "./state.ts";

export interface ReplicaOptions extends LoadOptions {
  /** Changes between two snapshots; a start replays hardly more than these. 0 keeps none. Default 1000 */
  readonly snapshotEvery?: number;
}

export class Replica {
  readonly #log: ChangeLog;
  readonly #logger: Logger;
  readonly #snapshotEvery: number;
  readonly #follower: StateFollower;
  readonly #stopFollowing: () => void;
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
    const { state: initial, isFromSnapshot } = await loadState(log, options);
    if (initial.revision > last) {
      throw new Error(
        `The change log has lost entries: it ends at ${last}, its snapshot is of ${initial.revision}`,
      );
    }
    const follower = new StateFollower(initial, options.logger);
    await replay(log, follower, options.logger);
    const replica = new Replica(log, follower, isFromSnapshot ? initial.revision : -1, options);
    replica.#saveSnapshotWhenDue();
    return replica;
  }

  private constructor(
    log: ChangeLog,
    follower: StateFollower,
    snapshotRevision: Revision,
    options: ReplicaOptions,
  ) {
    this.#log = log;
    this.#logger = options.logger;
    this.#snapshotEvery = options.snapshotEvery ?? 1000;
    this.#follower = follower;
    this.#snapshotRevision = snapshotRevision;
    this.#stopFollowing =
      follower.end === undefined
        ? log.follow(
            follower.state.revision,
            (entry) => this.#apply(entry),
            (error) => this.#logger.error({ err: error }, "following the change log failed"),
          )
        : () => {};
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

  /** See {@link StateFollower.whenAt}. */
  whenAt(revision: Revision): Promise<State> {
    return this.#follower.whenAt(revision);
  }

  /** Stops following, and keeps a last snapshot so that the next start has nothing to replay. */
  async close(): Promise<void> {
    this.#stopFollowing();
    this.#follower.stop(new Error("The replica of the change log is closed"));
    await this.#saving;
    if (this.#snapshotEvery > 0 && this.state.revision > this.#snapshotRevision) {
      await this.#saveSnapshot();
    }
  }

  #apply(entry: Entry): void {
    this.#follower.apply(entry);
    this.#saveSnapshotWhenDue();
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

/** A node that ended at a newer change would end again whenever it is started: it serves what it has. */
async function replay(log: ChangeLog, follower: StateFollower, logger: Logger): Promise<void> {
  for (;;) {
    const entries = await log.read(follower.state.revision);
    if (entries.length === 0) return;
    try {
      for (const entry of entries) follower.apply(entry);
    } catch (err) {
      if (follower.holding?.entryKind === undefined) throw err;
      const { revision } = follower.state;
      logger.error({ err, revision }, "the state is held at this revision, and served");
      return;
    }
  }
}
