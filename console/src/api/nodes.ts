/** The calls on nodes. */
import { callApi } from "./call-api.ts";

interface ListedNode {
  readonly kind: "control" | "edge" | "whole";
  readonly state: string;
  readonly address?: string;
}

/** @returns the base URL of an edge that serves viewers; undefined where none is known */
export async function findEdge(signal?: AbortSignal): Promise<URL | undefined> {
  const path = "/footlight/v1/nodes";
  const { items } = await callApi<{ readonly items: readonly ListedNode[] }>({ path, signal });
  const edge = items.find(
    ({ kind, state, address }) => kind !== "control" && state === "ready" && address !== undefined,
  );
  return edge?.address === undefined ? undefined : new URL(edge.address);
}
