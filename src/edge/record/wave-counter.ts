/**
 * Counts, while a function is published in waves, what its two versions come to: by the step that was on when each visit
 * began, so that only what was at the same time is ever compared.
 *
 * A run that a header chose the version of is not counted: whoever tests a version may try what breaks it.
 */
import { countRun, noTally, type StepTally, type VersionTally } from "../../model/wave-counts.ts";
import type { DetailedResult } from "./result-types.ts";
import type { FunctionRun, Visit, VisitListener } from "./visit.ts";

export class WaveCounter {
  #tallies = new Map<string, StepTally>();

  readonly listener: VisitListener = (visit) => {
    const { runs } = visit;
    for (let index = 0; index < runs.length; index += 1) {
      const run = runs[index]!;
      if (run.waves === undefined) continue;
      const tally = this.#of(run);
      const isFirst = !runs.slice(0, index).some(({ name }) => name === run.name);
      if (isFirst) countVisit(tally, visit);
      countRun(
        tally,
        run.computeUtilization,
        isError(run, index === runs.length - 1, visit.detail),
      );
    }
  };

  /** @returns what was counted since this was last called */
  take(): readonly StepTally[] {
    if (this.#tallies.size === 0) return [];
    const taken = [...this.#tallies.values()];
    this.#tallies = new Map();
    return taken;
  }

  #of({ name, version, waves }: FunctionRun): VersionTally {
    const { stepRevision, version: fresh } = waves!;
    const key = `${name} ${stepRevision}`;
    let step = this.#tallies.get(key);
    if (step === undefined) {
      step = { name, stepRevision, fresh: noTally(), former: noTally() };
      this.#tallies.set(key, step);
    }
    return version === fresh ? step.fresh : step.former;
  }
}

function countVisit(tally: VersionTally, { status, origins }: Visit): void {
  tally.visits += 1;
  if (status >= 500) tally.serverErrors += 1;
  else if (status >= 400) tally.clientErrors += 1;
  if (origins.length === 0) return;
  tally.originAsked += 1;
  const isFailure = origins.some(
    ({ status: answered, errorName }) => errorName !== undefined || (answered ?? 0) >= 500,
  );
  if (isFailure) tally.originFailed += 1;
}

/** The edge finds some errors in a result that the sandbox has let pass; the visit ended by the last run then. */
const invalidResults: ReadonlySet<DetailedResult> = new Set([
  "functionInvalid",
  "functionWithoutResult",
  "originChange",
]);

function isError({ outcome }: FunctionRun, isLast: boolean, detail: DetailedResult): boolean {
  const { type } = outcome;
  if (type === "execution-error" || type === "validation-error" || type === "no-result")
    return true;
  return isLast && invalidResults.has(detail);
}
