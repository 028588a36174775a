/** What the lines of a run cost, as the editor tells it beside them. */
import type { RunCosts } from "../api/runs.ts";
import { percent } from "../base/quantities.ts";
import type { LineMark } from "../parts/code-editor.tsx";

/** What is less is not told, in percent of the limit. */
const toldMin = 0.05;

/** What the lines of a run cost at least for one of them to stand out, in percent of the limit. */
const wholeMin = 5;

export function lineMarks(costs: RunCosts | undefined): ReadonlyMap<number, LineMark> {
  const told = (costs?.lines ?? []).filter(({ utilization }) => utilization >= toldMin);
  const all = told.reduce((sum, { utilization }) => sum + utilization, 0);
  // The most of very little is no matter.
  const whole = Math.max(all, wholeMin);
  return new Map(
    told.map(({ line, runs, utilization }) => [
      line,
      {
        text: percent(utilization / 100),
        title: `${percent(utilization / 100)} of what a run may take; run ${runs === 1 ? "once" : `${runs} times`}`,
        share: utilization / whole,
      },
    ]),
  );
}
