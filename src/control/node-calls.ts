/**
 * The calls below `/footlight/v1/nodes`: who is on the change log, and how far; and which groups of edges
 * stay where they are.
 */
import { decodeUtf8 } from "../base/decode-utf8.ts";
import { JsonRefusal, parseStrictJson } from "../base/strict-json.ts";
import { ApiError, InvalidArgument } from "../model/errors.ts";
import type { Fact } from "../state/change.ts";
import type { State } from "../state/state.ts";
import type { ApiResponse } from "../wire/api-message.ts";
import { footlightActions } from "./access/permissions.ts";
import { success } from "./footlight-answer.ts";
import { changeOf, type FootlightApi, type FootlightCall } from "./footlight-call.ts";

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
export function listNodes(
  nodes: readonly ListedNode[],
  { account, revision, heldGroups }: State,
): object {
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
    held_groups: [...heldGroups]
      .toSorted(([a], [b]) => compare(a, b))
      .map(([group, heldAt]) => ({ group, revision: heldAt })),
  };
}

/**
 * Holds a group or releases it.
 *
 * @throws InvalidArgument, when the body names no group, or `decide` refuses it
 */
export async function changeGroup(
  decide: (state: State, group: string) => Fact,
  call: FootlightCall,
  api: FootlightApi,
): Promise<ApiResponse> {
  const group = readGroup(call.request.body);
  const state = await api.commit((current) =>
    changeOf(decide(current, group), footlightActions.holdGroup, call, api.now),
  );
  return success({ id: group, revision: state.revision });
}

const groupPattern = /^[a-z0-9-]{1,32}$/;

/** @throws InvalidArgument, when the body names no group */
function readGroup(body: Uint8Array): string {
  const given = parse(body);
  const members = typeof given === "object" && given !== null ? Object.entries(given) : [];
  const [[name, group] = []] = members as [string, unknown][];
  if (members.length === 1 && name === "group" && typeof group === "string") {
    if (groupPattern.test(group)) return group;
    throw new InvalidArgument(
      `A group is up to 32 lower-case letters, digits and "-", got "${group}"`,
    );
  }
  throw new InvalidArgument('The body must be the group\'s name and nothing else: {"group": "eu"}');
}

/** @throws InvalidArgument, when it is held already */
export function holdGroup({ heldGroups }: State, group: string): Fact {
  const heldAt = heldGroups.get(group);
  if (heldAt === undefined) return { type: "group-held", group };
  throw new InvalidArgument(`The group "${group}" is held already, at revision ${heldAt}`);
}

/** @throws InvalidArgument, when it is not held */
export function releaseGroup({ heldGroups }: State, group: string): Fact {
  if (heldGroups.has(group)) return { type: "group-released", group };
  const held = [...heldGroups.keys()].toSorted().join(", ");
  throw new InvalidArgument(
    `The group "${group}" is not held: ${held === "" ? "none is" : `these are: ${held}`}`,
  );
}

function parse(body: Uint8Array): unknown {
  try {
    return parseStrictJson(decodeUtf8(body) ?? "");
  } catch (error) {
    if (error instanceof JsonRefusal)
      throw new ApiError("InvalidArgument", `The body ${error.message}`, { cause: error });
    throw error;
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
