/** Viewers who come at a steady rate, whether the ones before were answered or not. */
import { Agent } from "node:http";
import { view } from "./viewer.ts";

export interface Visited {
  /** When it was to be asked, by performance.now(): what waits to be asked counts as waiting. */
  readonly at: number;
  readonly tookMs: number;
  /** 0 when the connection broke. */
  readonly status: number;
}

export interface SteadyInput {
  readonly edge: string;
  readonly host: string;
  readonly path: string;
  readonly perSecond: number;
  readonly seconds: number;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** @returns what became of each request, in the order of asking */
export async function visitSteadily(input: SteadyInput): Promise<Visited[]> {
  const { edge, host, path, perSecond, seconds, signal } = input;
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const start = performance.now();
  const asked: Promise<Visited>[] = [];
  const ask = async (at: number): Promise<Visited> => {
    const status = await view(edge, host, path, { agent }).then(
      (answer) => answer.status,
      () => 0,
    );
    return { at, tookMs: performance.now() - at, status };
  };
  for (let index = 0; index < perSecond * seconds && !signal?.aborted; index += 1) {
    const due = start + (index * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) {
      await new Promise((resolve) => {
        setTimeout(resolve, wait);
      });
    }
    asked.push(ask(due));
  }
  const visited = await Promise.all(asked);
  agent.destroy();
  return visited;
}

/** @param share 0.5 for the median; @returns milliseconds, 0 when there were none */
export function quantile(visited: readonly Visited[], share: number): number {
  const sorted = visited.map(({ tookMs }) => tookMs).sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
