/** A node of the roster as the API tells it. */
import type { ListedNode, NodeCondition } from "../../control/node-calls.ts";
import type { KnownNode } from "./roster.ts";

export function asListed(known: KnownNode): ListedNode {
  const { id, name, kind, group, revision, head, version, since, address, aheadOfLog } =
    known.report;
  const condition = conditionOf(known);
  return {
    ...{ id, name, kind, group, revision, head, version, since, address, aheadOfLog },
    condition,
    because: becauseOf(known, condition),
    secondsSinceHeard: known.sinceHeardMs / 1000,
  };
}

function conditionOf({ isGone, isSilent, isHeld, report }: KnownNode): NodeCondition {
  if (isGone) return "gone";
  if (isSilent) return "silent";
  if (isHeld) return "held";
  if (report.holding !== undefined) return "holding";
  if (report.notReady !== undefined) return "not-ready";
  return report.logReachable && report.logTrouble === undefined ? "ready" : "cut-off";
}

function becauseOf({ report }: KnownNode, condition: NodeCondition): string | undefined {
  if (condition === "holding") return report.holding;
  if (condition === "cut-off") return report.logTrouble ?? report.logOutage;
  return condition === "not-ready" ? report.notReady : undefined;
}
