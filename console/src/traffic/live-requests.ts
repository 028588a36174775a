/** The newest of the requests that the node tells of as they come. */
import type { ListedTrace, LiveTraces } from "../api/traces.ts";

export interface ShownRequests {
  /** Newest first. */
  readonly items: readonly ListedTrace[];
  /** How many are kept altogether. */
  readonly kept: number;
  /** How many came faster than they could be written down. */
  readonly lost: number;
  /** How many came faster than they are told here; each can be looked for. */
  readonly missed: number;
}

export class LiveRequests {
  readonly #max: number;
  #shown: ShownRequests | undefined;
  #marker: string | undefined;

  /** @param max of requests that are kept here */
  constructor(max: number) {
    this.#max = max;
  }

  /** Undefined before the first page has come. */
  get shown(): ShownRequests | undefined {
    return this.#shown;
  }

  /** Of the last page: what comes after it has not been told here. */
  get marker(): string | undefined {
    return this.#marker;
  }

  add({ items, kept, lost, missed, next_marker: marker }: LiveTraces): void {
    const before = this.#shown;
    this.#marker = marker;
    const isSame = items.length === 0 && missed === 0 && kept === before?.kept;
    if (isSame && lost === before.lost) return;
    // Under load some that came before are written down later.
    const all = [...items, ...(before?.items ?? [])].toSorted(byTime);
    this.#shown = {
      items: all.slice(0, this.#max),
      ...{ kept, lost, missed: (before?.missed ?? 0) + missed },
    };
  }
}

/** The newest first. */
function byTime({ at: one }: ListedTrace, { at: other }: ListedTrace): number {
  return Number(one < other) - Number(one > other);
}
