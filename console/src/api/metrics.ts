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

export async function readMetrics(signal?: AbortSignal): Promise<ReadonlyMap<string, Metric>> {
  const { metrics } = await callApi<{ readonly metrics: readonly Metric[] }>({
    path: "/footlight/v1/metrics",
    query: { format: "json" },
    signal,
  });
  return new Map(metrics.map((metric) => [metric.name, metric]));
}
