/**
 * The gates of one step of a function's waves: what is counted of the new version against what is counted of the one before, at the
 * same time, and whether that is reason enough to take it back.
 *
 * All gates of all steps together take back a version that is no worse with a probability of at most {@link wronglyStopped}, however
 * often they are looked at: each has an equal part of it. See {@link ExcessTest} for the test.
 */
import type { Breach, GateName, WavePlan } from "../../model/function-waves.ts";
import {
  addTally,
  noTally,
  runsAbove,
  type StepTally,
  type VersionTally,
} from "../../model/wave-counts.ts";
import { ExcessTest } from "./excess-test.ts";

/** Of healthy publishes, at most so many are stopped. */
const wronglyStopped = 0.0005;

/** A batch ends when it has so many visits of each version: what happened in them has no say in it. */
const batchVisits = 20;

/** Something that is counted. A gate looks at one or several, whose mean evidence is its own. */
interface Measure {
  readonly of: string;
  readonly events: (tally: VersionTally) => number;
  readonly trials: (tally: VersionTally) => number;
}

interface Gate {
  /** Odds up to which the new version counts as no worse: viewers of two versions are not the same people. */
  readonly tolerance: number;
  readonly measures: readonly Measure[];
}

const visits = ({ visits: count }: VersionTally): number => count;
const runs = ({ runs: count }: VersionTally): number => count;

const gates: Readonly<Record<GateName, Gate>> = {
  errors: {
    tolerance: 1.2,
    measures: [
      { of: "execution and validation errors", events: ({ errors }) => errors, trials: runs },
    ],
  },
  status: {
    tolerance: 1.5,
    measures: [
      { of: "answers 5xx", events: ({ serverErrors }) => serverErrors, trials: visits },
      { of: "answers 4xx", events: ({ clientErrors }) => clientErrors, trials: visits },
    ],
  },
  // What is far from the limit is nobody's harm.
  utilization: {
    tolerance: 1.2,
    measures: ([50, 70, 90] as const).map((bound) => ({
      of: `runs above ${bound} % compute utilization`,
      events: (tally) => runsAbove(tally, bound),
      trials: runs,
    })),
  },
  origin: {
    tolerance: 1.5,
    measures: [
      {
        of: "failures of origins",
        events: ({ originFailed }) => originFailed,
        trials: ({ originAsked }) => originAsked,
      },
    ],
  },
};

interface Watched {
  readonly gate: GateName;
  readonly measure: Measure;
  readonly test: ExcessTest;
}

export class WaveGates {
  readonly #plan: WavePlan;
  readonly #versions: { readonly fresh: number; readonly former: number };
  readonly #watched: readonly Watched[];
  /** All that was counted in the step. */
  readonly fresh = noTally();
  readonly former = noTally();
  /** What was counted since the last batch ended. */
  #batch = { fresh: noTally(), former: noTally() };

  /** @param versions the numbers of the new version and of the one before */
  constructor(plan: WavePlan, versions: { readonly fresh: number; readonly former: number }) {
    this.#plan = plan;
    this.#versions = versions;
    this.#watched = plan.gates.flatMap((gate) =>
      gates[gate].measures.map((measure) => {
        return { gate, measure, test: new ExcessTest(gates[gate].tolerance) };
      }),
    );
  }

  add({ fresh, former }: Pick<StepTally, "fresh" | "former">): void {
    addTally(this.fresh, fresh);
    addTally(this.former, former);
    addTally(this.#batch.fresh, fresh);
    addTally(this.#batch.former, former);
    const { fresh: young, former: old } = this.#batch;
    if (young.visits >= batchVisits && old.visits >= batchVisits) this.#endBatch();
  }

  /** Whether each version had enough requests to leave the step by. */
  get hasEnough(): boolean {
    const { minRequests, gates: chosen } = this.#plan;
    if (chosen.length === 0) return true;
    return this.fresh.visits >= minRequests && this.former.visits >= minRequests;
  }

  /** @returns undefined where there is no reason to take the new version back */
  findBreach(): Breach | undefined {
    const { gates: chosen, steps } = this.#plan;
    const threshold = Math.log((chosen.length * steps.length) / wronglyStopped);
    for (const gate of chosen) {
      const watched = this.#watched.filter((each) => each.gate === gate);
      const evidence = watched.map(({ test }) => test.logEvidence);
      const greatest = Math.max(...evidence);
      const mean =
        greatest +
        Math.log(sum(evidence.map((log) => Math.exp(log - greatest)))) -
        Math.log(evidence.length);
      if (mean < threshold) continue;
      const { measure } = watched[evidence.indexOf(greatest)]!;
      return {
        gate,
        of: measure.of,
        newVersion: countOf(this.#versions.fresh, measure, this.fresh),
        oldVersion: countOf(this.#versions.former, measure, this.former),
      };
    }
    return undefined;
  }

  #endBatch(): void {
    const { fresh, former } = this.#batch;
    for (const { measure, test } of this.#watched) {
      test.add({
        newEvents: measure.events(fresh),
        newTrials: measure.trials(fresh),
        oldEvents: measure.events(former),
        oldTrials: measure.trials(former),
      });
    }
    this.#batch = { fresh: noTally(), former: noTally() };
  }
}

function countOf(version: number, measure: Measure, tally: VersionTally): Breach["newVersion"] {
  return { version, events: measure.events(tally), trials: measure.trials(tally) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
