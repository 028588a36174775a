/**
 * What an edge does while an operator holds its group: it stays at the change that says so, and passes
 * over what comes until the group is released. Then it goes through what it passed over, in order.
 */
import type { ChangeLog, Entry, Revision } from "../log/change-log.ts";
import { headOf, requireLinked } from "./apply-entry.ts";
import { decodeChange, linkOf } from "./encode-change.ts";
import { loadState, type LoadedState, type LoadOptions } from "./load-state.ts";
import type { State } from "./state.ts";

/** `released`: what was passed over is to be read again, from the state's revision on. */
export type HoldVerdict = "apply" | "pass over" | "released";

export class HoldGate {
  readonly #group: string | undefined;
  /** Up to here nothing is passed over: the group was released there. */
  #releasedAt: Revision = 0;
  /** Where what was passed over ended: each names the one before, though it is not applied. */
  #passed: Pick<State, "revision" | "head"> | undefined;

  /** @param group undefined for a node that nobody holds */
  constructor(group: string | undefined) {
    this.#group = group;
  }

  /**
   * @param state what the entry would be applied to, or what it was passed over at
   * @throws BrokenChain, when it is passed over and does not go on from the ones before
   */
  judge(entry: Entry, state: State): HoldVerdict {
    const { revision, bytes } = entry;
    const group = this.#group;
    if (group === undefined || !state.heldGroups.has(group)) return "apply";
    if (revision <= this.#releasedAt) return "apply";
    const passed = this.#passed;
    const isPast = passed !== undefined && passed.revision > state.revision;
    requireLinked(entry, linkOf(bytes), isPast ? passed : state);
    this.#passed = { revision, head: headOf(bytes) };
    if (!isReleaseOf(bytes, group)) return "pass over";
    this.#releasedAt = revision;
    return "released";
  }
}

/** Nothing is decoded twice but what is passed over. */
function isReleaseOf(bytes: Uint8Array, group: string): boolean {
  try {
    const change = decodeChange(bytes);
    return change.type === "group-released" && change.group === group;
  } catch {
    // Whoever applies it says what is wrong with it.
    return false;
  }
}

/**
 * The state to start from: the newest, or where the group is held the newest that is no later than that.
 * Where nothing tells any more what was then, it is the newest after all: an edge that is new in a held
 * group has nothing else to serve.
 */
export async function loadAtHold(
  log: ChangeLog,
  options: LoadOptions & { readonly group?: string },
): Promise<LoadedState> {
  const newest = await loadState(log, options);
  const { group, logger } = options;
  const heldAt = group === undefined ? undefined : newest.state.heldGroups.get(group);
  if (heldAt === undefined || newest.state.revision <= heldAt) return newest;
  try {
    return await loadState(log, options, heldAt + 1);
  } catch (err) {
    const { revision } = newest.state;
    logger.warn({ err, heldAt, revision }, "the log no longer tells what the group is held at");
    return newest;
  }
}
