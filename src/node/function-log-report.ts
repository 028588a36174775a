/** What a node answers of its functions' logs: workers write down what waits before its files are read. */
import type { FunctionLogPage, FunctionLogQuery } from "../control/log-calls.ts";
import type { AskWorkers } from "./cache-report.ts";
import { functionLogReader } from "./function-logs.ts";

/** Asks a worker to write down what its functions have logged; it answers when that is done. */
export interface FunctionLogQuestion {
  readonly about: "function logs";
}

/** A worker that takes longer, as one whose disk is full may, is read as it is, in milliseconds. */
const writtenWithinMs = 2000;

/** @returns what reads the logs of a data folder */
export function createFunctionLogReport(
  askWorkers: AskWorkers,
  data: string,
): (query: FunctionLogQuery) => Promise<FunctionLogPage> {
  const read = functionLogReader(data);
  return async (query) => {
    // Who goes on from a page follows, and gets the rest with the next.
    const isFirst = Object.keys(query.after).length === 0;
    if (isFirst) await askWorkers(() => ({ about: "function logs" }), writtenWithinMs);
    return read(query);
  };
}
