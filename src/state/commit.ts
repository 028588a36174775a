/**
 * The only way to change the account: decide on the current state, append at its revision, and
 * decide again when another node was first.
 */
import type { ChangeLog, Revision } from "../log/change-log.ts";
import { LogFailure } from "../log/log-failure.ts";
import type { Change } from "./change.ts";
import { encodeChange } from "./encode-change.ts";
import type { Replica } from "./replica.ts";
import type { State } from "./state.ts";

export interface Commit {
  readonly revision: Revision;
  /** The state right after the change, even if others have followed since. */
  readonly state: State;
}

/** What another has appended is there within milliseconds, or the log cannot be reached. */
const hearTimeoutMs = 5000;

/** Per replica, the end of the queue of its committers. */
const queues = new WeakMap<Replica, Promise<void>>();

/**
 * Appends the change that `decide` answers, once it is durable and in the replica's state.
 * Committers of one replica take turns, so only another process can be first.
 *
 * @param decide called again on the newer state whenever another node was first, so it must have
 *   no effects of its own; what it throws is thrown here, and nothing is appended
 * @throws when the replica no longer follows the log, or the log cannot be written
 */
export function commitChange(
  log: Pick<ChangeLog, "append">,
  replica: Replica,
  decide: (state: State) => Change,
): Promise<Commit> {
  const turn = queues.get(replica) ?? Promise.resolve();
  const commit = turn.then(() => decideAndAppend(log, replica, decide));
  const settled = (): void => {};
  queues.set(replica, commit.then(settled, settled));
  return commit;
}

async function decideAndAppend(
  log: Pick<ChangeLog, "append">,
  replica: Replica,
  decide: (state: State) => Change,
): Promise<Commit> {
  for (;;) {
    if (replica.end !== undefined) throw replica.end;
    const { state } = replica;
    const bytes = encodeChange(decide(state), state);
    // Asked for before the append, so that it is this very state and not a later one.
    const next = replica.whenAt(state.revision + 1);
    const revision = await log.append(bytes, state.revision);
    if (revision !== undefined) return { revision, state: await next };
    await stateAt(replica, state.revision + 1);
  }
}

/**
 * Another node's change: who learns that there is one may be cut off before it learns of what.
 *
 * @throws LogFailure, when it does not come within seconds
 */
export async function stateAt(replica: Replica, revision: Revision): Promise<State> {
  const timer = Promise.withResolvers<never>();
  const timeout = setTimeout(() => {
    const message = "Another node's change came first, and it cannot be read: try again";
    timer.reject(new LogFailure("unreachable", message));
  }, hearTimeoutMs);
  try {
    return await Promise.race([replica.whenAt(revision), timer.promise]);
  } finally {
    clearTimeout(timeout);
  }
}
