/**
 * What metrics stand at, in Prometheus's text and in JSON.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import type { DataPoint, MetricData } from "@opentelemetry/sdk-metrics";
import type { Histogram } from "../../base/histogram.ts";
import { helpOf, metrics, type Metric, type MetricName } from "./metric-table.ts";
import type { Reading, Sample } from "./reading.ts";

export const prometheusType = "text/plain; version=0.0.4; charset=utf-8";

/** The serializer takes a fifth of a second to load, which a node that nobody asks need not. */
export async function prometheusText(reading: Reading): Promise<string> {
  const { PrometheusSerializer } = await import("@opentelemetry/exporter-prometheus");
  const serializer = new PrometheusSerializer("", false, undefined, true, true);
  const told = await Promise.all(
    Array.from(reading, ([name, samples]) => metricData(name, samples)),
  );
  return serializer.serialize({
    resource: { attributes: {}, merge: (other) => other!, getRawAttributes: () => [] },
    scopeMetrics: [{ scope: { name: "footlight" }, metrics: told }],
  });
}

/** In the members of the JSON face. */
export function metricsJson(reading: Reading): object {
  return {
    metrics: Array.from(reading, ([name, samples]) => {
      const { type, cloudFront, help }: Metric = metrics[name];
      return {
        name,
        type,
        help,
        ...(cloudFront !== undefined && { cloud_front: cloudFront }),
        samples: samples.map(({ labels, value }) => ({
          labels,
          ...(typeof value === "number" ? { value } : histogramJson(value)),
        })),
      };
    }),
  };
}

function histogramJson({ bounds, counts, sum }: Histogram): object {
  return {
    sum,
    count: countOf(counts),
    buckets: counts.map((count, index) => ({
      ...(index < bounds.length && { up_to: bounds[index] }),
      count,
    })),
  };
}

async function metricData(name: MetricName, samples: readonly Sample[]): Promise<MetricData> {
  const { AggregationTemporality, DataPointType } = await import("@opentelemetry/sdk-metrics");
  const { ValueType } = await import("@opentelemetry/api");
  const common = {
    descriptor: { name, description: helpOf(name), unit: "", valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  const { type } = metrics[name];
  if (type === "histogram") {
    return {
      ...common,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: samples.map((sample) => point(sample, histogramValue(sample.value as Histogram))),
    };
  }
  const dataPoints = samples.map((sample) => point(sample, sample.value as number));
  return type === "counter"
    ? { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...common, dataPointType: DataPointType.GAUGE, dataPoints };
}

function point<Value>({ labels }: Sample, value: Value): DataPoint<Value> {
  return { attributes: { ...labels }, value, startTime: [0, 0], endTime: [0, 0] };
}

function histogramValue({ bounds, counts, sum }: Histogram) {
  return { buckets: { boundaries: [...bounds], counts }, sum, count: countOf(counts) };
}

function countOf(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
