/** What is answered where metrics are asked for. */
import type { MetricNames, MetricsReport } from "../../control/metrics-call.ts";
import type { NodeOptions } from "../options.ts";
import { metricsJson, prometheusText, prometheusType } from "./exposition.ts";
import { metrics as table } from "./metric-table.ts";
import type { NodeMetrics } from "./node-metrics.ts";
import type { Reading } from "./reading.ts";

/** @returns undefined where they are off */
export function metricsReport(
  options: NodeOptions,
  metrics: NodeMetrics,
): MetricsReport | undefined {
  if (options.metrics === "off") return undefined;
  return {
    names: Object.keys(table),
    text: async (of) => {
      const body = await prometheusText(only(of, await metrics.read()));
      return { type: prometheusType, body };
    },
    json: async (of) => metricsJson(only(of, await metrics.read())),
  };
}

function only(names: MetricNames, reading: Reading): Reading {
  if (names === undefined) return reading;
  return new Map([...reading].filter(([name]) => names.has(name)));
}
