/** Viewers who ask every edge for everything, all the while, and note what they got. */
import { setTimeout } from "node:timers/promises";
import { view, type ViewerAnswer } from "../../support/viewer.ts";
import type { Seen } from "./history.ts";
import type { Resource } from "./resources.ts";
import type { NodeVictim } from "./scene.ts";

/** Between two requests of an edge's viewer. */
const pauseMs = 60;

/** Longer than any edge is paused, and a busy machine may take. */
const patienceMs = 20_000;

export class Viewers {
  readonly seen = new Map<Resource, Seen[]>();
  /** What no viewer should get, a sentence each. */
  readonly failures: string[] = [];
  answers = 0;
  readonly #resources: readonly Resource[];

  constructor(resources: readonly Resource[]) {
    this.#resources = resources;
    for (const resource of resources) this.seen.set(resource, []);
  }

  /** One edge's viewer, until it is told to stop. */
  async run(edge: NodeVictim, signal: AbortSignal): Promise<void> {
    const last = new Map<Resource, Seen>();
    while (!signal.aborted) {
      for (const resource of this.#resources) {
        await this.#ask(edge, resource, last);
        await setTimeout(pauseMs);
      }
    }
  }

  async #ask(edge: NodeVictim, resource: Resource, last: Map<Resource, Seen>): Promise<void> {
    if (!edge.isWell) return;
    const { disturbances, life } = edge;
    const from = performance.now();
    const answer = await Promise.race([
      view(edge.node.edge, resource.host, "/").catch((error: Error) => error),
      setTimeout(patienceMs, new Error(`no answer within ${patienceMs} ms`), { ref: false }),
    ]);
    // Who is killed or stopped amid a request cannot answer it.
    if (edge.disturbances !== disturbances && answer instanceof Error) return;
    const to = performance.now();
    const text = answer instanceof Error ? undefined : resource.textOf(answer);
    if (text === undefined) {
      this.failures.push(`${edge.name}, asked for ${resource.history.name}: ${inWords(answer)}`);
      return;
    }
    this.answers += 1;
    const before = last.get(resource);
    if (before !== undefined && before.text === text && before.life === life) {
      before.until = to;
      return;
    }
    const now = { edge: edge.name, life, text, from, to, until: to };
    last.set(resource, now);
    this.seen.get(resource)!.push(now);
  }
}

function inWords(answer: ViewerAnswer | Error): string {
  return answer instanceof Error ? String(answer) : `${answer.status} ${answer.body}`;
}
