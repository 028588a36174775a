/** Whether a node serves, for whoever sends it viewers: it lives as long as it answers, and is ready while it serves. */
import type { EdgeWorkers } from "./edge-workers.ts";

export class NodeHealth {
  /** Undefined on a node that serves no viewers, and before it does. */
  workers: EdgeWorkers | undefined;
  readonly #hasEdge: boolean;
  #isDraining = false;

  constructor(hasEdge: boolean) {
    this.#hasEdge = hasEdge;
  }

  /** To be called before anything is ended. */
  drain(): void {
    this.#isDraining = true;
  }

  /** @returns why nobody should be sent to it now; undefined where it is ready */
  readonly whyNotReady = (): string | undefined => {
    if (this.#isDraining) return "This node drains: it finishes what it has, and takes nothing new";
    if (!this.#hasEdge || (this.workers?.readyCount ?? 0) > 0) return undefined;
    return "No edge worker of this node serves viewers";
  };
}
