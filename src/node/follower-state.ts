/** Where a node that follows a change log stands: for its health, and for what it reports to others. */
import type { Revision } from "../log/change-log.ts";
import type { LogTrouble } from "../log/log-trouble.ts";
import type { LogStanding } from "../log/witness-log.ts";
import type { Replica } from "../state/replica.ts";
import type { Holding } from "../state/state-follower.ts";

export interface FollowerState {
  /** What it serves by. */
  readonly revision: Revision;
  /** The SHA-256 of the log's entry at that revision, in hex. */
  readonly hash: string;
  /** Why it stays at that revision though the log has more. */
  readonly holding: Holding | undefined;
  /** Whether the log answered when it was looked at last, some seconds ago. */
  readonly logReachable: boolean;
  /** Why it did not, in words. */
  readonly logOutage: string | undefined;
  /** How many revisions it has that the log lacks; 0 where all is as it should be. */
  readonly aheadOfLog: number;
  /** How the log differs from what the node has seen of it; nothing is taken from it or appended to it then. */
  readonly logTrouble: LogTrouble | undefined;
}

export function followerStateOf(
  { state, holding }: Pick<Replica, "state" | "holding">,
  { isReachable, outage, last, trouble }: LogStanding,
): FollowerState {
  return {
    revision: state.revision,
    hash: state.head,
    holding,
    logReachable: isReachable,
    logOutage: isReachable ? undefined : outage,
    aheadOfLog: last === undefined ? 0 : Math.max(0, state.revision - last),
    logTrouble: trouble,
  };
}

/** As health tells it, in JSON. */
export function followerFacts(state: FollowerState): object {
  const { revision, hash, holding, logReachable, logOutage, aheadOfLog, logTrouble } = state;
  return {
    ...{ revision, hash, log_reachable: logReachable, ahead_of_log: aheadOfLog },
    ...(holding && {
      holding: { why: holding.why, at: holding.at, entry_kind: holding.entryKind },
    }),
    ...(logOutage !== undefined && { log_outage: logOutage }),
    ...(logTrouble && { log_trouble: { kind: logTrouble.kind, says: logTrouble.says } }),
  };
}
