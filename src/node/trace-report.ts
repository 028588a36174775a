/** What a node says of the traces of requests: all workers write down what waits, and one of them looks. */
import type { TraceReport } from "../control/trace-calls.ts";
import type { FoundTraces } from "../traces/kept-trace.ts";
import type { AskWorkers } from "./cache-report.ts";
import { isLoopback } from "./listen-address.ts";
import type { NodeOptions } from "./options.ts";
import type { TraceQuery } from "./trace-thread.ts";

/** Whether a node keeps traces: where only its own machine can be a viewer, unless it is told. */
export function keepsTraces({
  traces,
  edgeHost,
}: Pick<NodeOptions, "traces" | "edgeHost">): boolean {
  return traces === "" ? isLoopback(edgeHost) : traces === "on";
}

export function createTraceReport(askWorkers: AskWorkers): TraceReport {
  const ask = async (query: TraceQuery): Promise<FoundTraces | undefined> => {
    await askWorkers(() => ({ about: "traces" }));
    const answers = await askWorkers((index) => ({
      about: "traces",
      ...(index === 0 && { query }),
    }));
    return answers[0]?.answer?.value as FoundTraces | undefined;
  };
  // Workers are not stopped for it: what one has not written yet comes with the next look.
  const follow: TraceReport["follow"] = async (filter) => {
    const query: TraceQuery = { filter, withText: false };
    const answers = await askWorkers((index) => ({
      ...({ about: "traces", isFollowing: true } as const),
      ...(index === 0 && { query }),
    }));
    return answers[0]?.answer?.value as FoundTraces | undefined;
  };
  return {
    follow,
    list: (filter) => ask({ filter, withText: false }),
    find: (filter) => ask({ filter: { ...filter, limit: 1 }, withText: true }),
  };
}
