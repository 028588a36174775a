/** Both versions of a publish in waves, as lines: requests, errors and utilization. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import UPlot from "uplot";
import type { Side, WavePoint } from "./wave-history.ts";

const height = 150;

export function WaveCharts({
  points,
  fresh,
  old,
}: {
  readonly points: readonly WavePoint[];
  readonly fresh: number;
  readonly old: number;
}): JSX.Element {
  const labels = [`Version ${fresh}`, `Version ${old}`] as const;
  return (
    <div class="charts">
      <Chart title="Requests a second" points={points} labels={labels} read={({ rate }) => rate} />
      <Chart title="Errors, %" points={points} labels={labels} read={({ errors }) => errors} />
      <Chart
        title="Utilization p99, %"
        points={points}
        labels={labels}
        read={({ utilization }) => utilization}
      />
    </div>
  );
}

function Chart({
  title,
  points,
  labels,
  read,
}: {
  readonly title: string;
  readonly points: readonly WavePoint[];
  readonly labels: readonly [string, string];
  readonly read: (side: Side) => number | null;
}): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | undefined>(undefined);
  const data: UPlot.AlignedData = [
    points.map(({ at }) => at),
    points.map((point) => read(point.fresh)),
    points.map((point) => read(point.old)),
  ];
  useEffect(() => {
    const element = host.current!;
    const plot = new UPlot(options(element, labels), data, element);
    chart.current = plot;
    const sizing = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    sizing.observe(element);
    return () => {
      sizing.disconnect();
      plot.destroy();
    };
  }, [labels.join()]);
  useEffect(() => chart.current?.setData(data), [points]);
  const last = points.at(-1);
  const text = last
    ? `${labels[0]} ${shown(read(last.fresh))}, ${labels[1]} ${shown(read(last.old))}`
    : "nothing yet";
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div ref={host} role="img" aria-label={`${title}: ${text}`} />
    </figure>
  );
}

function shown(value: number | null): string {
  return value === null ? "nothing" : String(Math.round(value * 10) / 10);
}

function options(element: HTMLElement, labels: readonly [string, string]): UPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(name).trim() || style.color;
  const resolve = (name: string): string => {
    // Canvas knows no light-dark(): an element's own color is what it comes to.
    element.style.color = `var(${name})`;
    const resolved = getComputedStyle(element).color;
    element.style.color = "";
    return resolved || color(name);
  };
  const axis = {
    stroke: resolve("--text-3"),
    font: `11px ${style.fontFamily}`,
    grid: { stroke: resolve("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, Math.max(max * 1.1, 1)] } },
    axes: [
      { ...axis, values: (_plot, values) => values.map((value) => `${value} s`) },
      { ...axis, size: 42 },
    ],
    series: [
      {},
      { label: labels[0], stroke: resolve("--accent"), width: 2, points: { show: false } },
      {
        label: labels[1],
        stroke: resolve("--text-3"),
        width: 1.5,
        dash: [4, 3],
        points: { show: false },
      },
    ],
  };
}
