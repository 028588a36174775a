/** Why a log cannot keep an entry, or give back what it kept. */
import type { Revision } from "./change-log.ts";

/**
 * `full`: the disk, or what the log may use of it. `gone`: what keeps it was deleted or replaced under
 * the running process. `unreachable`: the servers that keep it do not answer, or too few of them are
 * there. `unwritable`: anything else that the system refuses.
 */
export type LogFailureReason = "full" | "gone" | "unreachable" | "unwritable";

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
