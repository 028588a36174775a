/** Why a log cannot keep an entry, or give back what it kept. */
import type { Revision } from "./change-log.ts";

/**
 * `full`: the disk, or what the log may use of it. `gone`: what keeps it was deleted or replaced under
 * the running process. `unreachable`: the servers that keep it do not answer, or too few of them are
 * there. `unwritable`: anything else that the system refuses. The others: see {@link LogTroubleKind}.
 */
export type LogFailureReason = "full" | "gone" | "unreachable" | "unwritable" | LogTroubleKind;

/**
 * How a log can differ from what a node has seen of it. `deleted`: it is not there. `remade`: another log
 * is in its place. `behind`: it ends before what the node has, and is the same up to there. `diverged`: it
 * went on otherwise. `purged`: entries in it were removed from outside. `dropped`: it begins later than
 * what the node has, and it cannot be told whether it is the same.
 */
export type LogTroubleKind = "deleted" | "remade" | "behind" | "diverged" | "purged" | "dropped";

/**
 * The log cannot be written now. Nothing was acknowledged; trying again later may succeed. Where it is
 * `unreachable`, an entry that was on its way may still turn out to be kept.
 */
export class LogFailure extends Error {
  override readonly name = "LogFailure";
  readonly reason: LogFailureReason;

  constructor(reason: LogFailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** What the log holds is not what was written: a bit has flipped, or a row is missing. */
export class DamagedLog extends Error {
  override readonly name = "DamagedLog";
  readonly revision: Revision;

  /** @param what like `Entry 17 of the change log changes.db` */
  constructor(what: string, how: string, revision: Revision) {
    super(`${what} is damaged: ${how}. A backup has it whole: footlight restore`);
    this.revision = revision;
  }
}
