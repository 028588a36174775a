/** The last minutes of all viewers, as lines. */
import type { JSX } from "preact";
import { LineChart } from "../parts/line-chart.tsx";
import type { TrafficPoint } from "./traffic-history.ts";

const charts = [
  ["Requests a second", "requests"],
  ["From the cache, %", "hits"],
  ["Errors (4xx and 5xx), %", "errors"],
  ["Latency p95, ms", "latency"],
  ["Compute utilization, %", "utilization"],
] as const;

export function TrafficCharts({
  points,
}: {
  readonly points: readonly TrafficPoint[];
}): JSX.Element {
  const times = points.map(({ at }) => at);
  return (
    <div class="charts traffic-charts">
      {charts.map(([title, name]) => (
        <LineChart
          key={name}
          title={title}
          height={110}
          times={times}
          lines={[{ label: title, values: points.map((point) => point[name]) }]}
        />
      ))}
    </div>
  );
}
