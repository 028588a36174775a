/** The call `/footlight/v1/nodes`: who is on the change log, and how far. */
import type { State } from "../state/state.ts";

/** Which of several is told where more than one holds: the first. */
export type NodeCondition =
  | "gone"
  | "silent"
  | "held"
  | "holding"
  | "not-ready"
  | "cut-off"
  | "ready";

/** A node as the one that is asked knows it. */
export interface ListedNode {
  readonly id: string;
  readonly name: string;
  readonly kind: "control" | "edge" | "whole";
  /** Of edges. */
  readonly group: string | undefined;
  readonly revision: number;
  readonly head: string | undefined;
  readonly condition: NodeCondition;
  /** Why it is in it, where that can be said. */
  readonly because: string | undefined;
  /** How many revisions it has that the log lacks. */
  readonly aheadOfLog: number;
  readonly version: string;
  /** ISO 8601, by its own clock. */
  readonly since: string;
  readonly secondsSinceHeard: number;
  readonly address: string;
}

export type ReadNodes = () => readonly ListedNode[];

/** In the order of groups and names, control nodes first. */
export function listNodes(nodes: readonly ListedNode[], { account, revision }: State): object {
  const sorted = nodes.toSorted(
    (a, b) =>
      compare(a.group ?? "", b.group ?? "") || compare(a.name, b.name) || compare(a.id, b.id),
  );
  return {
    id: account,
    revision,
    items: sorted.map((node) => ({
      ...{ id: node.id, name: node.name, kind: node.kind },
      ...(node.group !== undefined && { group: node.group }),
      revision: node.revision,
      lag: Math.max(0, revision - node.revision),
      ...(node.head !== undefined && { head: node.head }),
      state: node.condition,
      ...(node.because !== undefined && { because: node.because }),
      ahead_of_log: node.aheadOfLog,
      ...{ version: node.version, since: node.since },
      heard_seconds_ago: Math.floor(node.secondsSinceHeard),
      address: node.address,
    })),
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
