/**
 * What the API does with the node's change log, and what its callers are told where the log cannot:
 * the reason, and nothing of the machine. The node's own log has the rest.
 */
import type { Logger } from "../base/logger.ts";
import type { ChangeLog, Revision } from "../log/change-log.ts";
import { DamagedLog, LogFailure, type LogFailureReason } from "../log/log-failure.ts";
import { ApiError } from "../model/errors.ts";
import { BackupOutdated, readBackupPage, type BackupPage } from "../state/backup-page.ts";
import type { Change } from "../state/change.ts";
import { commitChange, stateAt } from "../state/commit.ts";
import { decodeChange } from "../state/encode-change.ts";
import { NewerChange } from "../state/newer-change.ts";
import type { Replica } from "../state/replica.ts";
import type { State } from "../state/state.ts";

export interface AccountLogParts {
  readonly log: ChangeLog;
  readonly replica: Replica;
  readonly logger: Logger;
  /** Resolves when every edge worker of this node serves by a revision. */
  readonly whenApplied: (revision: Revision) => Promise<void>;
  /** Whether the log answered when it was looked at last. */
  readonly isReachable?: () => boolean;
  /** Told how long each entry took to be durable. */
  readonly onAppended?: (seconds: number) => void;
}

export interface RecordedChange {
  readonly revision: Revision;
  readonly change: Change;
}

export interface AccountLog {
  /** @throws ApiError, when the change cannot be kept */
  readonly commit: (decide: (current: State) => Change) => Promise<State>;
  /** See `NewestState.catchUp` of control/refuse-by-newest.ts. */
  readonly catchUp: (isChange: boolean) => Promise<void>;
  /** @throws ApiError, when one of them is damaged */
  readonly readChanges: (after: Revision, limit: number) => Promise<readonly RecordedChange[]>;
  readonly firstRevision: () => Promise<Revision>;
  /** @throws ApiError, when what it would give is damaged, or was dropped meanwhile */
  readonly readBackup: (marker: string | undefined) => Promise<BackupPage | undefined>;
  /** @returns why no change can be kept now */
  readonly findFailure: () => Promise<ApiError | undefined>;
}

export function createAccountLog({
  log,
  replica,
  logger,
  whenApplied,
  isReachable = () => true,
  onAppended = () => {},
}: AccountLogParts): AccountLog {
  const append: ChangeLog["append"] = async (bytes, after) => {
    const beganAt = performance.now();
    const revision = await log.append(bytes, after);
    if (revision !== undefined) onAppended((performance.now() - beganAt) / 1000);
    return revision;
  };
  return {
    commit: async (decide) => {
      try {
        const { revision, state } = await commitChange({ append }, replica, decide);
        await whenApplied(revision);
        return state;
      } catch (err) {
        const refusal = replica.end === undefined ? refusalOf(err) : endOf(replica);
        if (refusal !== err) logger.error({ err }, "a change could not be kept");
        throw refusal;
      }
    },
    catchUp: async (isChange) => {
      if (!isChange && !isReachable()) return;
      try {
        await stateAt(replica, await log.requireLast());
      } catch (err) {
        if (isChange) throw replica.end === undefined ? refusalOf(err) : endOf(replica);
      }
    },
    readChanges: async (after, limit) => {
      try {
        const entries = await log.read(after, limit);
        return entries.map(({ revision, bytes }) => ({ revision, change: decodeChange(bytes) }));
      } catch (err) {
        throw refusalOf(err);
      }
    },
    firstRevision: () => log.firstRevision(),
    readBackup: async (marker) => {
      try {
        return await readBackupPage(log, marker);
      } catch (err) {
        if (err instanceof BackupOutdated) throw new ApiError("InvalidArgument", err.message);
        throw refusalOf(err);
      }
    },
    findFailure: async () => {
      if (replica.end !== undefined) return endOf(replica);
      const failure = await log.findFailure();
      return failure && toApiError(failure);
    },
  };
}

const repairFirst =
  ". Viewers are served and reading goes on as before. The node's log and footlight doctor say what to do";

const reasons: Readonly<Record<LogFailureReason, string>> = {
  full: "the disk of this node's change log is full. Viewers are served as before",
  gone: "this node's change log was deleted or replaced while it was in use. Put it back, or start the node again",
  unreachable:
    "this node cannot reach its change log now, or too few of the servers that keep it are there. " +
    "Viewers are served and reading goes on as before; try again. A change that was on its way may still be made",
  unwritable: "this node's change log cannot be written; the node's log says why",
  deleted: `the change log was deleted${repairFirst}`,
  remade: `the change log was deleted and made anew, or is another one than this node knows${repairFirst}`,
  behind: `the change log ends before what this node has: an old backup of it was restored, or its end was cut off${repairFirst}`,
  diverged: `the change log is not the one that this node knows: it went on otherwise${repairFirst}`,
  purged: `entries of the change log were removed${repairFirst}`,
  dropped: `the change log is another one than this node knows${repairFirst}`,
};

/** @returns the error itself, unless it is one of the log's */
function refusalOf(error: unknown): unknown {
  if (error instanceof LogFailure) return toApiError(error);
  if (error instanceof NewerChange) {
    return new ApiError("ServiceUnavailable", error.message, { cause: error });
  }
  if (!(error instanceof DamagedLog)) return error;
  const message =
    `The change log is damaged at revision ${error.revision}, which cannot be read. ` +
    "A backup has it whole: footlight restore";
  return new ApiError("InternalFailure", message, { cause: error });
}

function toApiError(failure: LogFailure): ApiError {
  const code = failure.reason === "full" ? "InsufficientStorage" : "ServiceUnavailable";
  const message = `Nothing can be changed: ${reasons[failure.reason]}`;
  return new ApiError(code, message, { cause: failure });
}

function endOf({ end, holding }: Pick<Replica, "end" | "holding">): ApiError {
  const because =
    holding?.entryKind === undefined
      ? "this node no longer follows its change log; the node's log says why"
      : `this node's Footlight is older than the one that made change ${holding.at} (${holding.entryKind}), ` +
        "so it goes on with what was before. Upgrade it, or ask another control node";
  return new ApiError("ServiceUnavailable", `Nothing can be changed: ${because}`, { cause: end });
}
