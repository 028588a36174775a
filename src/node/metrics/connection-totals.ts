/** What became of connections that did harm, at all workers of a node since it started, those that have ended among them. */
import {
  connectionOutcomes,
  type ConnectionCounts,
  type ConnectionOutcome,
} from "../../edge/record/connection-counts.ts";

export class ConnectionTotals {
  readonly #totals = new Map<ConnectionOutcome, number>();

  readonly add = (counts: Partial<ConnectionCounts>): void => {
    for (const outcome of connectionOutcomes) {
      this.#totals.set(outcome, this.of(outcome) + (counts[outcome] ?? 0));
    }
  };

  of(outcome: ConnectionOutcome): number {
    return this.#totals.get(outcome) ?? 0;
  }
}
