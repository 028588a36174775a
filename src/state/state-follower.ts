/**
 * A state that moves with the entries it is given, wherever they come from: a log in this process
 * (see replica.ts), or another process that sends what it follows.
 *
 * Each change is applied and told to all listeners before the next, so nobody misses a state.
 */
import type { Entry, Revision } from "../log/change-log.ts";
import type { Logger } from "../base/logger.ts";
import { BrokenChain } from "../log/broken-chain.ts";
import { followEntry } from "./apply-entry.ts";
import type { Change } from "./change.ts";
import { NewerChange } from "./newer-change.ts";
import type { State } from "./state.ts";

/** Told of each change, after it is applied. `state.revision` is `entry.revision`, and the change is what the entry says. */
export type StateListener = (state: State, previous: State, entry: Entry, change: Change) => void;

/** Told that the state went on without the entries in between. */
export type SkipListener = (state: State, previous: State) => void;

/** That the state stays as it is, because an entry could not be applied. */
export interface Holding {
  /** In words that say what to do. */
  readonly why: string;
  /** Of the entry. */
  readonly at: Revision;
  /** What only a newer Footlight understands; undefined where the entry is damaged, or of another history. */
  readonly entryKind: string | undefined;
}

export class StateFollower {
  readonly #logger: Logger;
  readonly #listeners = new Set<StateListener>();
  readonly #skipListeners = new Set<SkipListener>();
  readonly #waiters = new Map<Revision, PromiseWithResolvers<State>>();
  #state: State;
  #end: Error | undefined;
  #holding: Holding | undefined;

  constructor(initial: State, logger: Logger) {
    this.#state = initial;
    this.#logger = logger;
  }

  get state(): State {
    return this.#state;
  }

  /** Why the state moves no more: it was stopped, or an entry could not be applied. */
  get end(): Error | undefined {
    return this.#end;
  }

  /** Set for good, once an entry could not be applied. */
  get holding(): Holding | undefined {
    return this.#holding;
  }

  /**
   * Applies the next entry. One that is in the state already is passed over, so a snapshot and the
   * entries that follow it may overlap.
   *
   * @throws when entries are missing in between, or this one cannot be applied; nothing moves then,
   *   now or later. BrokenChain, when it is of another history: another may take its place
   */
  apply(entry: Entry): void {
    if (this.#end !== undefined) throw this.#end;
    const { revision } = entry;
    if (revision <= this.#state.revision) return;
    const previous = this.#state;
    let change: Change;
    try {
      const followed = followEntry(previous, entry);
      this.#state = followed.state;
      change = followed.change;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const why = `Cannot apply change ${revision} of the log. ${reason}`;
      if (error instanceof BrokenChain) throw this.#refuse(new BrokenChain(why, { cause: error }));
      const entryKind = error instanceof NewerChange ? error.kind : undefined;
      this.hold({ why, at: revision, entryKind }, error);
      throw this.#end;
    }
    for (const listener of this.#listeners) {
      this.#tell(entry.revision, () => listener(this.#state, previous, entry, change));
    }
    this.#waiters.get(revision)?.resolve(this.#state);
    this.#waiters.delete(revision);
  }

  /**
   * Goes on with a later state, where the entries in between are not to be had. Those who wait for a
   * revision up to it get this one.
   */
  skipTo(state: State): void {
    if (this.#end !== undefined || state.revision <= this.#state.revision) return;
    const previous = this.#state;
    this.#state = state;
    for (const listener of this.#skipListeners) listener(state, previous);
    for (const [revision, waiter] of this.#waiters) {
      if (revision > state.revision) continue;
      waiter.resolve(state);
      this.#waiters.delete(revision);
    }
  }

  /** To be called where an entry is known not to be had, or not to fit; see {@link holding}. */
  hold(holding: Holding, cause: unknown): void {
    this.#holding ??= holding;
    this.stop(new Error(holding.why, { cause }));
  }

  /** @returns the function that ends the listening */
  onSkip(listener: SkipListener): () => void {
    this.#skipListeners.add(listener);
    return () => this.#skipListeners.delete(listener);
  }

  /** @returns the function that ends the listening */
  onChange(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Resolves with the state as it is right after that revision; when that has passed already, with
   * the present one. Listeners have been told by then. Rejects when the state stops moving first.
   */
  whenAt(revision: Revision): Promise<State> {
    if (revision <= this.#state.revision) return Promise.resolve(this.#state);
    if (this.#end !== undefined) return Promise.reject(this.#end);
    let waiter = this.#waiters.get(revision);
    if (waiter === undefined) {
      waiter = Promise.withResolvers<State>();
      // Who asked may have lost interest by the time the state stops moving.
      waiter.promise.catch(() => {});
      this.#waiters.set(revision, waiter);
    }
    return waiter.promise;
  }

  /** The state stays as it is from now on; whoever waits for a later one is told why. */
  stop(reason: Error): void {
    this.#end ??= reason;
    this.#refuse(this.#end);
  }

  /** Whoever waits is told why. @returns the reason */
  #refuse(reason: Error): Error {
    for (const waiter of this.#waiters.values()) waiter.reject(reason);
    this.#waiters.clear();
    return reason;
  }

  /** A listener's failure is its own: the state has moved, and the others must hear of it. */
  #tell(revision: Revision, tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#logger.error({ revision, err: error }, "a listener of the state failed");
    }
  }
}
