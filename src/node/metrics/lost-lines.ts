/** Lines of logs that could not be written, by the log that they were of. */
export const lossyLogs = ["access", "real-time", "function"] as const;

export type LossyLog = (typeof lossyLogs)[number];

export type LostLines = Readonly<Partial<Record<LossyLog, number>>>;

/** What all workers of a node have lost since it started, those that have ended among them. */
export class LostLineTotals {
  readonly #totals = new Map<LossyLog, number>(lossyLogs.map((log) => [log, 0]));

  readonly add = (lost: LostLines): void => {
    for (const log of lossyLogs) this.#totals.set(log, this.of(log) + (lost[log] ?? 0));
  };

  of(log: LossyLog): number {
    return this.#totals.get(log) ?? 0;
  }
}
