/** How the versions of a function ran at this node's edge, whichever distributions ran it. */
import { addFunctionCounts, noFunctionCounts } from "../../edge/record/visit-counts.ts";
import type { VisitTotals } from "../metrics/visit-totals.ts";
import type { RunsAnswer } from "./run-messages.ts";

export type RunsHere = Pick<RunsAnswer, "since" | "versions">;

export function countedHere(totals: Pick<VisitTotals, "read">, name: string): RunsHere {
  const all = totals
    .read()
    .functions.filter((one) => one.name === name)
    .map(({ counts: { versionsSince, versions } }) => ({ since: versionsSince, versions }));
  return addRuns(
    all.map(({ since, versions }) => ({
      since,
      versions: Array.from(versions, ([version, counts]) => ({ version, ...counts })),
    })),
  );
}

/** @returns their sum, of the function of that name which was made LIVE last */
export function addRuns(all: readonly RunsHere[]): RunsHere {
  const sum = noFunctionCounts();
  for (const { since, versions } of all) {
    addFunctionCounts(sum, {
      ...noFunctionCounts(),
      versionsSince: since,
      versions: new Map(versions.map(({ version, ...counts }) => [version, counts])),
    });
  }
  return {
    since: sum.versionsSince,
    versions: Array.from(sum.versions, ([version, counts]) => ({ version, ...counts })).sort(
      (one, other) => one.version - other.version,
    ),
  };
}
