/** Has an edge tell control nodes on its log, when they ask, how the versions of a function ran here. */
import type { SideChannel } from "../../log/side-channel.ts";
import type { VisitTotals } from "../metrics/visit-totals.ts";
import { circleOf } from "../roster/node-report.ts";
import type { NodeRoster } from "../roster/node-roster.ts";
import { countedHere } from "./counted-here.ts";
import { answerRuns } from "./runs-teller.ts";

export interface TellRunsInput {
  readonly channel: SideChannel;
  readonly roster: NodeRoster;
  readonly totals: VisitTotals;
}

/** @returns the function that ends it */
export function tellRuns({ channel, roster, totals }: TellRunsInput): () => Promise<void> {
  const report = roster.report();
  const about = { channel, id: report.id, circle: circleOf(report) };
  const stop = answerRuns({ ...about, read: (name) => countedHere(totals, name) });
  return async () => stop();
}
