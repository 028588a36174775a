/** The calls on nodes: who serves, how far each has come, and which groups stay where they are. */
import { callApi } from "./call-api.ts";

export interface ListedNode {
  readonly id: string;
  readonly name: string;
  readonly kind: "control" | "edge" | "whole";
  /** Of edges. */
  readonly group?: string;
  readonly revision: number;
  /** Changes that it lacks yet. */
  readonly lag: number;
  readonly state: string;
  /** Why it is in this state, where that can be said. */
  readonly because?: string;
  readonly version: string;
  /** ISO 8601. */
  readonly since: string;
  readonly heard_seconds_ago: number;
  readonly address?: string;
}

export interface Nodes {
  /** Of the newest change. */
  readonly revision: number;
  readonly items: readonly ListedNode[];
  readonly held_groups: readonly { readonly group: string; readonly revision: number }[];
}

export function listNodes(signal?: AbortSignal): Promise<Nodes> {
  return callApi({ path: "/footlight/v1/nodes", signal });
}

/** Has the edges of a group stay at this revision, or go on. */
export async function holdGroup(group: string, isHeld: boolean): Promise<void> {
  const path = `/footlight/v1/nodes/${isHeld ? "hold" : "release"}`;
  await callApi({ method: "POST", path, body: { group } });
}

/** @returns the base URL of an edge that serves viewers; undefined where none is known */
export async function findEdge(signal?: AbortSignal): Promise<URL | undefined> {
  const { items } = await listNodes(signal);
  const edge = items.find(
    ({ kind, state, address }) => kind !== "control" && state === "ready" && address !== undefined,
  );
  return edge?.address === undefined ? undefined : new URL(edge.address);
}
