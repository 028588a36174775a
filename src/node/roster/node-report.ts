/** What a node says of itself to the others on its log. */

/** `whole` is both in one process: its edge goes with its control plane. */
export type NodeKind = "control" | "edge" | "whole";

export interface NodeReport {
  /** The same after a restart. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly kind: NodeKind;
  /** Of edges; absent on a control node. */
  readonly group?: string;
  /** What all its edge workers serve by, or a control node shows. */
  readonly revision: number;
  /** SHA-256 of the log's entry at that revision, in hex; absent while the workers are behind the node. */
  readonly head?: string;
  /** Why nobody should be sent to it; absent where it is ready. */
  readonly notReady?: string;
  /** Why it stays at its revision; absent where it follows. */
  readonly holding?: string;
  readonly logReachable: boolean;
  /** Why not, in words; absent where it is, or an earlier release does not say. */
  readonly logOutage?: string;
  /** How the log differs from what it has seen of it, and what to do; absent where it does not. */
  readonly logTrouble?: string;
  /** How many revisions it has that the log lacks. */
  readonly aheadOfLog: number;
  readonly version: string;
  /** When it started, by its own clock: ISO 8601, UTC. */
  readonly since: string;
  /** Base URL of its viewers' port, or of its API where it has no edge. */
  readonly address: string;
}

/** The nodes that gather what they say before they tell it: a group's edges, or the control nodes. */
export function circleOf({ group }: Pick<NodeReport, "group">): string {
  return group === undefined ? "control" : `edges.${group}`;
}

/** Whether a node has all that was asked for, and nothing else is to be said of it. */
export function isAsAsked(report: NodeReport, revision: number, head: string): boolean {
  const isAnotherHistory =
    report.revision === revision && report.head !== undefined && report.head !== head;
  return report.revision >= revision && !isAnotherHistory && !isTroubled(report);
}

export function isTroubled({
  holding,
  notReady,
  logReachable,
  logTrouble,
  aheadOfLog,
}: Pick<
  NodeReport,
  "holding" | "notReady" | "logReachable" | "logTrouble" | "aheadOfLog"
>): boolean {
  const isAlone = !logReachable || logTrouble !== undefined || aheadOfLog > 0;
  return holding !== undefined || notReady !== undefined || isAlone;
}

const kinds = {
  id: "string",
  name: "string",
  kind: "string",
  revision: "number",
  version: "string",
  since: "string",
  address: "string",
  logReachable: "boolean",
  aheadOfLog: "number",
} as const;
const optionalTexts = ["group", "head", "notReady", "holding", "logOutage", "logTrouble"] as const;

/** In one line, and no longer than anybody's name or address: what an edge says is kept, and shown to people. */
// oxlint-disable-next-line no-control-regex
const plain = /^[^\u0000-\u001f\u007f]{0,1024}$/;
const plainTexts = ["id", "name", "kind", "version", "since", "address", "group", "head"] as const;
const textMax = 16_384;

/** @returns whether it is what another node, maybe of another version, may have said */
export function isNodeReport(value: unknown): value is NodeReport {
  if (typeof value !== "object" || value === null) return false;
  const members = value as Readonly<Record<string, unknown>>;
  const isWhole = Object.entries(kinds).every(([name, kind]) => typeof members[name] === kind);
  return (
    isWhole &&
    Number.isSafeInteger(members["revision"]) &&
    Number(members["revision"]) >= 0 &&
    plainTexts.every((name) => isPlain(members[name])) &&
    optionalTexts.every((name) => isShort(members[name]))
  );
}

function isPlain(text: unknown): boolean {
  return text === undefined || (typeof text === "string" && plain.test(text));
}

function isShort(text: unknown): boolean {
  return text === undefined || (typeof text === "string" && text.length <= textMax);
}
