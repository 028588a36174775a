/** Both versions of a publish in waves, as lines: requests, errors and utilization. */
import type { JSX } from "preact";
import { LineChart } from "../parts/line-chart.tsx";
import type { Side, WavePoint } from "./wave-history.ts";

export function WaveCharts({
  points,
  fresh,
  old,
}: {
  readonly points: readonly WavePoint[];
  readonly fresh: number;
  readonly old: number;
}): JSX.Element {
  const chart = (title: string, read: (side: Side) => number | null): JSX.Element => (
    <LineChart
      title={title}
      times={points.map(({ at }) => at)}
      lines={[
        { label: `Version ${fresh}`, values: points.map((point) => read(point.fresh)) },
        { label: `Version ${old}`, values: points.map((point) => read(point.old)) },
      ]}
    />
  );
  return (
    <div class="charts">
      {chart("Requests a second", ({ rate }) => rate)}
      {chart("Errors, %", ({ errors }) => errors)}
      {chart("Utilization p99, %", ({ utilization }) => utilization)}
    </div>
  );
}
