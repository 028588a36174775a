/** Why a host did not answer. */

/**
 * - `deadline`: it took longer than the job may take, and was killed;
 * - `died`: the process ended during the job;
 * - `busy`: all hosts are at work, and as many jobs as may wait are waiting;
 * - `unavailable`: no process could be started, or the hosts are closed.
 */
export type HostFailureReason = "deadline" | "died" | "busy" | "unavailable";

export class HostFailure extends Error {
  override readonly name = "HostFailure";
  readonly reason: HostFailureReason;

  constructor(reason: HostFailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }

  /** Whether what the job ran, and not the machine, is why there is no answer. */
  get isOfTheJob(): boolean {
    return this.reason === "deadline" || this.reason === "died";
  }
}
