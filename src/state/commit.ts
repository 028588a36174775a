/**
 * The only way to change the account: decide on the current state, append at its revision, and
 * decide again when another node was first.
 */
import type { ChangeLog, Revision } from "../log/change-log.ts";
import type { Change } from "./change.ts";
import { encodeChange } from "./encode-change.ts";
import type { Replica } from "./replica.ts";
import type { State } from "./state.ts";

export interface Commit {
  readonly revision: Revision;
  /** The state right after the change, even if others have followed since. */
  readonly state: State;
}

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
    const nextState = await next;
    if (revision !== undefined) return { revision, state: nextState };
  }
}
