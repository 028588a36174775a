/** What is answered where metrics are asked for. */
import type { MetricsReport } from "../../control/metrics-call.ts";
import type { NodeOptions } from "../options.ts";
import { metricsJson, prometheusText, prometheusType } from "./exposition.ts";
import type { NodeMetrics } from "./node-metrics.ts";

/** @returns undefined where they are off */
export function metricsReport(
  options: NodeOptions,
  metrics: NodeMetrics,
): MetricsReport | undefined {
  if (options.metrics === "off") return undefined;
  return {
    text: async () => ({ type: prometheusType, body: await prometheusText(await metrics.read()) }),
    json: async () => metricsJson(await metrics.read()),
  };
}
