/**
 * What is due in waves that are on. Pure: whoever asks says for how long it has seen the step, by a clock that only goes
 * forward, and what was counted.
 */
import { isEnd, type Waves, type WavesMove } from "../../model/function-waves.ts";
import type { WaveGates } from "./wave-gates.ts";

/** @returns undefined while there is nothing to do */
export function nextMove(
  { plan, step, paused }: Pick<Waves, "plan" | "step" | "paused">,
  seenForMs: number,
  gates: Pick<WaveGates, "findBreach" | "hasEnough" | "fresh" | "former">,
): WavesMove | undefined {
  const breach = gates.findBreach();
  if (breach !== undefined) return { move: "revert", breach };
  const { seconds } = plan.steps[step]!;
  if (paused !== undefined || seconds === undefined || seenForMs < seconds * 1000) return undefined;
  if (gates.hasEnough) return { move: "step", step: step + 1 };
  return plan.whenFew === "wait" ? undefined : { move: "pause", because: tooFew(plan, gates) };
}

/** Why a step can't be left yet. */
export function tooFew(
  { minRequests }: Waves["plan"],
  { fresh, former }: Pick<WaveGates, "fresh" | "former">,
): string {
  return `not enough requests: ${fresh.visits} of the new version and ${former.visits} of the one before, of ${minRequests} each`;
}

/** Whether a step goes on until somebody ends it. */
export function staysOn({ plan, step }: Pick<Waves, "plan" | "step">): boolean {
  const { seconds, ...current } = plan.steps[step]!;
  return seconds === undefined && !isEnd(current);
}
