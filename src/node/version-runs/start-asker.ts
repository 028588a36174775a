/** Has a control node learn how versions of functions ran at the edges on its log. */
import type { SideChannel } from "../../log/side-channel.ts";
import type { VisitTotals } from "../metrics/visit-totals.ts";
import type { NodeRoster } from "../roster/node-roster.ts";
import { countedHere } from "./counted-here.ts";
import { RunsAsker } from "./runs-asker.ts";

export interface StartAskerInput {
  /** Undefined where there are no other nodes. */
  readonly channel: SideChannel | undefined;
  readonly roster: NodeRoster;
  /** Undefined where the node serves no viewers. */
  readonly totals: VisitTotals | undefined;
}

export function startAsker({ channel, roster, totals }: StartAskerInput): RunsAsker {
  return new RunsAsker({
    channel,
    edges: () =>
      roster.list().filter(({ kind, condition }) => kind !== "control" && condition !== "gone"),
    own: totals && {
      id: roster.report().id,
      read: (name) => countedHere(totals, name),
    },
  });
}
