/**
 * What the edges of all nodes count while functions are published in waves, on its way to whoever decides.
 *
 * A node's own workers tell its first process; where nodes share a log, that tells the others once a second, over the
 * side channel. What is lost on the way is not counted, which makes no version look better or worse.
 */
import type { SideChannel } from "../../log/side-channel.ts";
import { addTally, isStepTally, type StepTally } from "../../model/wave-counts.ts";

export interface WaveReportsInput {
  /** Undefined where there are no other nodes. */
  readonly channel: SideChannel | undefined;
  /** This node's, so that it does not hear itself. */
  readonly id: string;
  /** The group of edges that it is one of: each may be given the right to its own group's subject alone. */
  readonly group: string;
}

type TallyListener = (tallies: readonly StepTally[]) => void;

const tellEveryMs = 1000;
/** In a message, each in some 500 bytes: a server takes 1 MB at most unless it is told otherwise. */
const talliesMax = 500;

export class WaveReports {
  readonly #input: WaveReportsInput;
  readonly #listeners = new Set<TallyListener>();
  #pending = new Map<string, StepTally>();
  #timer: NodeJS.Timeout | undefined;
  #stopListening: (() => void) | undefined;

  constructor(input: WaveReportsInput) {
    this.#input = input;
  }

  /** Takes what the node's own workers have counted. */
  readonly add = (tallies: readonly StepTally[]): void => {
    for (const listener of this.#listeners) listener(tallies);
    if (this.#input.channel === undefined) return;
    for (const tally of tallies) {
      const key = `${tally.name} ${tally.stepRevision}`;
      const known = this.#pending.get(key);
      if (known === undefined) {
        this.#pending.set(key, structuredClone(tally));
        continue;
      }
      addTally(known.fresh, tally.fresh);
      addTally(known.former, tally.former);
    }
    this.#timer ??= setTimeout(() => this.#tell(), tellEveryMs);
  };

  /** @param listener told what any edge has counted, each visit once */
  onTallies(listener: TallyListener): void {
    this.#listeners.add(listener);
    this.#stopListening ??= this.#input.channel?.listen("waves.>", (bytes) => this.#hear(bytes));
  }

  /** What was counted in the last second is told. */
  stop(): void {
    this.#tell();
    this.#stopListening?.();
    this.#listeners.clear();
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { channel, id: from, group } = this.#input;
    const all = [...this.#pending.values()];
    this.#pending = new Map();
    for (let first = 0; first < all.length; first += talliesMax) {
      const tallies = all.slice(first, first + talliesMax);
      channel?.tell(`waves.edges.${group}`, Buffer.from(JSON.stringify({ from, tallies })));
    }
  }

  /** Anyone on the server may send anything. */
  #hear(bytes: Uint8Array): void {
    let message: unknown;
    try {
      message = JSON.parse(Buffer.from(bytes).toString());
    } catch {
      return;
    }
    if (typeof message !== "object" || message === null) return;
    const { from, tallies } = message as { readonly from?: unknown; readonly tallies?: unknown };
    if (from === this.#input.id || !Array.isArray(tallies) || !tallies.every(isStepTally)) return;
    for (const listener of this.#listeners) listener(tallies);
  }
}
