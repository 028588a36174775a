/** What the node has counted, as far as the console shows it. */
import { callApi } from "./call-api.ts";

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value?: number;
  readonly sum?: number;
  readonly count?: number;
}

export interface Metric {
  readonly name: string;
  readonly samples: readonly Sample[];
}

/** @param names of those that are wanted: all of them, of a large account, are megabytes */
export async function readMetrics(
  names: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Metric>> {
  const { metrics } = await callApi<{ readonly metrics: readonly Metric[] }>({
    path: "/footlight/v1/metrics",
    query: { format: "json", names: names.join() },
    signal,
  });
  return new Map(metrics.map((metric) => [metric.name, metric]));
}
