/** Numbers over time as lines; the newest of each is said for who does not see them. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import UPlot from "uplot";
import { watchTheme } from "../base/theme.ts";

export interface ChartLine {
  readonly label: string;
  /** Null where there was nothing. */
  readonly values: readonly (number | null)[];
}

export function LineChart({
  title,
  times,
  lines,
  height = 150,
}: {
  readonly title: string;
  /** In seconds. */
  readonly times: readonly number[];
  /** The first is in the accent's color, others are dashed. */
  readonly lines: readonly ChartLine[];
  /** In pixels. */
  readonly height?: number;
}): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | undefined>(undefined);
  const labels = lines.map(({ label }) => label);
  const data = [[...times], ...lines.map(({ values }) => [...values])] as UPlot.AlignedData;
  useEffect(() => {
    const element = host.current!;
    const plot = new UPlot(options(element, labels, height), data, element);
    chart.current = plot;
    const sizing = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    sizing.observe(element);
    const leaveTheme = watchTheme(() => plot.redraw(false));
    return () => {
      leaveTheme();
      sizing.disconnect();
      plot.destroy();
    };
  }, [labels.join()]);
  useEffect(() => chart.current?.setData(data), [times, lines]);
  const text =
    times.length === 0
      ? "nothing yet"
      : lines.map(({ label, values }) => `${label} ${shown(values.at(-1) ?? null)}`).join(", ");
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

function options(element: HTMLElement, labels: readonly string[], height: number): UPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(name).trim() || style.color;
  const resolve = (name: string): string => {
    // Canvas knows no light-dark(): an element's own color is what it comes to.
    element.style.color = `var(${name})`;
    const resolved = getComputedStyle(element).color;
    element.style.color = "";
    return resolved || color(name);
  };
  // Asked whenever it draws: the theme may be another.
  const text = (): string => resolve("--text-3");
  const line = (): string => resolve("--line");
  const accent = (): string => resolve("--accent");
  const axis = {
    stroke: text,
    font: `11px ${style.fontFamily}`,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, Math.max(max * 1.1, 1)] } },
    axes: [
      { ...axis, size: 28, values: (_plot, values) => values.map((value) => `${value} s`) },
      { ...axis, size: 42 },
    ],
    series: [
      {},
      ...labels.map((label, index) =>
        index === 0
          ? { label, stroke: accent, width: 2, points: { show: false } }
          : {
              ...{ label, stroke: text, width: 1.5, dash: [4, 3] },
              points: { show: false },
            },
      ),
    ],
  };
}
