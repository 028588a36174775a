/** The processes that serve a node's viewers. */
import { childrenOf } from "./child-processes.ts";
import type { TestNode } from "./test-node.ts";

export function workersOf({ process: { pid } }: TestNode): number[] {
  return childrenOf(pid!, "edge-worker");
}

/**
 * Waits until a worker is gone and as many serve as did: without it, one that took its place.
 *
 * The system is asked first. The node may not have heard yet that the worker has ended, and counts it until it starts another.
 */
export async function untilReplaced(node: TestNode, gone: number, count: number): Promise<void> {
  for (;;) {
    const now = workersOf(node);
    const health = await fetch(`${node.api}/footlight/v1/health`);
    const { data } = (await health.json()) as { data: { edge_workers: number } };
    if (now.length === count && !now.includes(gone) && data.edge_workers === count) return;
  }
}
