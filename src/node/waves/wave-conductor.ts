/**
 * Takes publishes in waves from step to step, and back where a gate says so.
 *
 * Every control node does: each measures a step's time from when it saw the entry that began it, by a clock that only goes forward,
 * and proposes what is due. The log lets one of them through; the others see that it was done. So there is no leader, no clock is
 * compared with another's, and what a node that was killed had in mind is proposed by the next.
 */
import { randomUUID } from "node:crypto";
import type { Logger } from "../../base/logger.ts";
import { nextMove, tooFew } from "../../control/waves/next-move.ts";
import { WaveGates } from "../../control/waves/wave-gates.ts";
import type { WaveReading } from "../../control/waves/wave-calls.ts";
import type { Waves, WavesMove } from "../../model/function-waves.ts";
import type { StepTally } from "../../model/wave-counts.ts";
import type { Change } from "../../state/change.ts";
import type { State } from "../../state/state.ts";

export interface WaveConductorInput {
  readonly state: () => State;
  /** Resolves when this node's edges serve by it. */
  readonly commit: (decide: (state: State) => Change) => Promise<unknown>;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  readonly logger: Logger;
}

/** Who the audit says it was. */
const principal = "footlight";

/** The state is no longer the one that was decided on: somebody was first. */
class MovedOn extends Error {
  override readonly name = "MovedOn";
}

interface Watched {
  waves: Waves;
  /** When this node saw the last entry of them, by `now`. */
  seenAt: number;
  gates: WaveGates;
  isProposing: boolean;
  /** By `now`: before, nothing is proposed, since the log could not be reached. */
  restsUntil: number;
}

const lookEveryMs = 200;
/** Who can't reach the log tries again so much later: soon enough, and those who call are not kept waiting behind it. */
const restMs = 2000;

export class WaveConductor {
  readonly #input: WaveConductorInput;
  readonly #watched = new Map<string, Watched>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(input: WaveConductorInput) {
    this.#input = input;
    this.noteChange();
  }

  /** To be called when functions have changed. */
  noteChange(): void {
    const { state, now } = this.#input;
    const { functions, functionsInWaves } = state();
    for (const name of this.#watched.keys()) {
      if (!functionsInWaves.has(name)) this.#watched.delete(name);
    }
    for (const name of functionsInWaves) {
      const published = functions.get(name)!.published!;
      const waves = published.waves!;
      const known = this.#watched.get(name);
      if (known?.waves.revision === waves.revision) continue;
      const isSameStep = known?.waves.stepRevision === waves.stepRevision;
      const versions = { fresh: waves.version, former: published.settled };
      const gates = isSameStep ? known.gates : new WaveGates(waves.plan, versions);
      const begun = { seenAt: now(), isProposing: false, restsUntil: 0 };
      this.#watched.set(name, { waves, gates, ...begun });
    }
    this.#keepLooking();
  }

  /** Takes what edges have counted. */
  noteTallies(tallies: readonly StepTally[]): void {
    for (const tally of tallies) {
      const watched = this.#watched.get(tally.name);
      // What began in an earlier step was compared with that step's.
      if (watched?.waves.stepRevision !== tally.stepRevision) continue;
      watched.gates.add(tally);
      this.#look(tally.name, watched);
    }
  }

  /** @returns what this node knows of the waves of a function; undefined where none are on */
  readonly read = (name: string): WaveReading | undefined => {
    const watched = this.#watched.get(name);
    if (watched === undefined) return undefined;
    const { waves, seenAt, gates } = watched;
    const { fresh, former, hasEnough } = gates;
    const seenSeconds = (this.#input.now() - seenAt) / 1000;
    const waitsFor = hasEnough ? undefined : tooFew(waves.plan, gates);
    return { stepRevision: waves.stepRevision, seenSeconds, fresh, former, waitsFor };
  };

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
  }

  #keepLooking(): void {
    if (this.#watched.size === 0 || this.#isStopped) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    this.#timer ??= setInterval(() => {
      for (const [name, watched] of this.#watched) this.#look(name, watched);
    }, lookEveryMs);
  }

  #look(name: string, watched: Watched): void {
    const { waves, seenAt, gates, isProposing, restsUntil } = watched;
    const now = this.#input.now();
    if (isProposing || this.#isStopped || now < restsUntil) return;
    const move = nextMove(waves, now - seenAt, gates);
    if (move !== undefined) void this.#propose(name, watched, move);
  }

  async #propose(name: string, watched: Watched, move: WavesMove): Promise<void> {
    const { commit, logger } = this.#input;
    const { waves } = watched;
    watched.isProposing = true;
    try {
      await commit((state) => {
        const current = state.functions.get(name)?.published?.waves;
        if (current?.revision !== waves.revision) throw new MovedOn();
        return {
          ...{ type: "function-waves-changed", name, version: waves.version },
          ...move,
          at: new Date().toISOString(),
          cause: {
            operation: "footlight:AdvanceWaves",
            requestId: randomUUID(),
            principal,
            sourceIp: "",
          },
        };
      });
      if (move.move === "revert") {
        const { gate, of } = move.breach;
        logger.warn(
          { function: name, version: waves.version, gate, of },
          "a gate took a publish back",
        );
      }
    } catch (err) {
      if (!(err instanceof MovedOn)) {
        // Tried again, should it still be due.
        if (watched.restsUntil === 0) logger.warn({ err, function: name }, "waves could not go on");
        watched.restsUntil = this.#input.now() + restMs;
      }
    } finally {
      watched.isProposing = false;
    }
  }
}
