/** Code that is checked and run as it stands in the editor. */
import { callApi } from "./call-api.ts";
import { ours, type RuntimeName } from "./functions.ts";

export interface Finding {
  readonly severity: "error" | "warning";
  readonly rule: string;
  /** From 1, as the column. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export async function checkSource(
  source: string,
  runtime: RuntimeName,
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  const { findings } = await callApi<{ readonly findings: readonly Finding[] }>({
    method: "POST",
    path: "/footlight/v1/functions/check",
    body: { source, runtime },
    signal,
  });
  return findings;
}

export interface EdgeVerdict {
  readonly does: "refuse" | "answer" | "ask";
  readonly status?: number;
  readonly result?: string;
  readonly page?: string;
  readonly because?: string;
  readonly method?: string;
  readonly target?: string;
  readonly origins?: readonly string[];
  readonly note?: string;
}

/** Where a run is not as its event's file expects. */
export interface RunDifference {
  /** What it is about, like `headers.location`. */
  readonly at: string;
  /** As a person reads it, like `"/new"` or `nothing`. */
  readonly expected: string;
  readonly actual: string;
}

export interface Run {
  readonly verdict: string;
  readonly test: {
    readonly compute_utilization: number;
    readonly logs: readonly string[];
    readonly error_message: string;
    /** JSON of `{request}` or `{response}`; empty where it failed. */
    readonly output: string;
  };
  readonly edge: EdgeVerdict;
  /** None where it is as expected. */
  readonly differences: readonly RunDifference[];
  /** Absent of code that does not compile. */
  readonly costs?: RunCosts;
}

/** What of a run costs most, in the compute utilization that is its own: of 100, with two decimals. */
export interface RunCosts {
  /** What every run costs before its first statement. */
  readonly base: number;
  readonly lines: readonly LineCost[];
  /** Of built-ins, the costliest first. */
  readonly calls: readonly CallCost[];
}

export interface LineCost {
  /** From 1. */
  readonly line: number;
  readonly runs: number;
  readonly utilization: number;
}

export interface CallCost extends LineCost {
  /** From 1. */
  readonly column: number;
  /** As it is written, like `crypto.createHash`. */
  readonly callee: string;
}

/** What stands in an event's file. */
export interface RunSubject {
  readonly event: object;
  readonly expect?: unknown;
  readonly given?: unknown;
}

/** Runs code as it is in the editor, as `footlight test` runs a file's. */
export function runSource(name: string, source: string, subject: RunSubject): Promise<Run> {
  const body = { source, ...subject, costs: true };
  return callApi({ method: "POST", path: `${ours(name)}/verdict`, body });
}
