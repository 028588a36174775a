/** How long turns of an edge worker were, by its processor time, and how long viewers who came meanwhile waited for them. */
import { existsSync, readFileSync } from "node:fs";

/** Turns in milliseconds, the longest first. */
export type TurnTimes = readonly number[];

/**
 * @param file as note-turns.ts writes it
 * @param from in milliseconds since the epoch
 */
export function turnsBetween(file: string, from: number, to: number): TurnTimes {
  const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  return lines
    .map((line) => line.split(" ").map(Number) as [at: number, us: number])
    .filter(([at]) => at >= from && at <= to)
    .map(([, us]) => us / 1000)
    .sort((one, other) => other - one);
}

/** @returns milliseconds that one in a hundred waits for a turn to end, or longer, of those who come at any time in `forMs` */
export function p99OfTurns(turns: TurnTimes, forMs: number): number {
  const share = (waitMs: number): number =>
    turns.reduce((sum, turn) => sum + Math.max(0, turn - waitMs), 0) / forMs;
  let waitMs = 0;
  while (share(waitMs) > 0.01) waitMs += 0.1;
  return waitMs;
}
