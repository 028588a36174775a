/**
 * Several nodes may share the change log, and what one of them has acknowledged is at the others some
 * milliseconds later. So a refusal may come of a state that is behind: by If-Match, or because something is
 * not there, or is there still. It is given only by a state that has all that was acknowledged when the call came.
 */
import { ApiError } from "../model/errors.ts";
import type { Change } from "../state/change.ts";
import type { State } from "../state/state.ts";

export interface NewestState {
  readonly state: () => State;
  readonly commit: (decide: (current: State) => Change) => Promise<State>;
  /**
   * Waits until this node's state has all that any node has acknowledged by now.
   *
   * @param isChange where that cannot be known, only a read may go on with what this node has
   * @throws ApiError ServiceUnavailable, where a change cannot
   */
  readonly catchUp: (isChange: boolean) => Promise<void>;
}

/** @param attempt called again, where it was refused by a state that was behind; it changes something by `commit` alone */
export async function refuseByNewest<T>(
  node: NewestState,
  isChange: boolean,
  attempt: (commit: NewestState["commit"]) => T | Promise<T>,
): Promise<T> {
  let isMade = false;
  const commit: NewestState["commit"] = async (decide) => {
    const state = await node.commit(decide);
    isMade = true;
    return state;
  };
  const { revision } = node.state();
  try {
    return await attempt(commit);
  } catch (error) {
    const isRefusal = error instanceof ApiError && error.status < 500;
    if (!isRefusal || isMade) throw error;
    await node.catchUp(isChange);
    if (node.state().revision === revision) throw error;
  }
  return attempt(commit);
}
