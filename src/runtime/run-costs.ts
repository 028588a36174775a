/** What of a run costs most: its lines and its calls, in the compute utilization that is theirs. */
import type { ToldCosts } from "./isolate-runtime.ts";
import { computeBase, computeLimit, instructionsPerStep, limitsOf } from "./limits.ts";

export interface LineCost {
  /** From 1. */
  readonly line: number;
  /** How often what begins in it was run. */
  readonly runs: number;
  /** Of 100, like the whole run's, with two decimals; what is called from here counts where it stands. */
  readonly utilization: number;
}

export interface CallCost {
  /** From 1, as the column. */
  readonly line: number;
  readonly column: number;
  /** What is called, as it is written, like `crypto.createHash`. */
  readonly callee: string;
  readonly runs: number;
  /** What the built-in was charged for; next to nothing of a function of the source. */
  readonly utilization: number;
}

export interface RunCosts {
  /** What every run costs before its first statement. */
  readonly base: number;
  /** In their order; those that were run. */
  readonly lines: readonly LineCost[];
  /** The costliest first; those that cost something. */
  readonly calls: readonly CallCost[];
}

/** Calls that are told of. */
const callsMax = 20;

export function runCosts({ map: { points, pieces }, told, kind }: ToldCosts): RunCosts {
  const [runs = [], charged = [], reached = []] = told
    .split(";")
    .map((list) => list.split(",").map(Number));
  const limit = computeLimit * limitsOf(kind);
  const utilizationOf = (steps: number): number =>
    Math.round((10_000 * steps * instructionsPerStep) / limit) / 100;
  const lines = new Map<number, { runs: number; steps: number }>();
  const at = (line: number): { runs: number; steps: number } => {
    const known = lines.get(line) ?? { runs: 0, steps: 0 };
    lines.set(line, known);
    return known;
  };
  for (const [piece, parts] of pieces.entries()) {
    for (const { line, steps } of parts) at(line).steps += steps * (reached[piece] ?? 0);
  }
  for (const [index, { line }] of points.entries()) {
    const entry = at(line);
    entry.steps += charged[index] ?? 0;
    entry.runs = Math.max(entry.runs, index === 0 ? 0 : (runs[index] ?? 0));
  }
  const calls = points.flatMap(({ kind: what, ...place }, index) => {
    const utilization = utilizationOf(charged[index] ?? 0);
    return what === "call" && utilization > 0
      ? [{ ...place, runs: runs[index] ?? 0, utilization }]
      : [];
  });
  return {
    base: Math.round((10_000 * computeBase) / limit) / 100,
    lines: [...lines]
      .map(([line, entry]) => ({ line, runs: entry.runs, utilization: utilizationOf(entry.steps) }))
      .filter((entry) => entry.runs > 0)
      .sort((one, other) => one.line - other.line),
    calls: calls.sort((one, other) => other.utilization - one.utilization).slice(0, callsMax),
  };
}
