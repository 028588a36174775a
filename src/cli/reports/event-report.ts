/** What came of functions and their events, for the reporters. */
import type { Difference } from "../../events/differences.ts";
import type { JudgedSource } from "../../node/judge-source.ts";

export interface EventReport {
  /** The event's file. */
  readonly file: string;
  readonly name: string;
  /** `broken` where the file is no event. */
  readonly outcome: "passed" | "failed" | "broken";
  readonly expects: boolean;
  readonly differences: readonly Difference[];
  /** Why there was no run, or no end of it; absent where there was. */
  readonly problem?: string;
  /** What CloudFront would not read of the event, or not take. */
  readonly remarks: readonly string[];
  /** Absent where there was no run. */
  readonly run?: JudgedSource;
  /** The file that now expects what the run came to; absent where nothing was written. */
  readonly written?: string;
  readonly durationMs: number;
}

export interface FunctionReport {
  readonly file: string;
  readonly events: readonly EventReport[];
}

/** The whole text of a report. */
export type Reporter = (reports: readonly FunctionReport[]) => string;

/** How many events came out so. */
export function count(
  reports: readonly FunctionReport[],
  outcome?: EventReport["outcome"],
): number {
  return reports
    .flatMap(({ events }) => events)
    .filter((event) => outcome === undefined || event.outcome === outcome).length;
}

/** What is wrong with an event's run, a line each; nothing where it passed. */
export function complaints({ problem, differences }: EventReport): string[] {
  if (problem !== undefined) return [problem];
  return differences.map(
    ({ at, expected, actual }) => `${at}: expected ${expected}, got ${actual}`,
  );
}
