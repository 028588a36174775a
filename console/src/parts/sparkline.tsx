/** A little line of how a number went; the number itself stands beside it. */
import type { JSX } from "preact";

const width = 96;
const height = 24;

export function Sparkline({
  values,
  tone = "accent",
  max,
  label,
}: {
  /** Oldest first; undefined where there was nothing. */
  readonly values: readonly (number | undefined)[];
  readonly tone?: "accent" | "bad" | "quiet";
  /** What is at the top; the largest value unless given. */
  readonly max?: number;
  readonly label: string;
}): JSX.Element {
  const top = max ?? Math.max(...values.map((value) => value ?? 0), 1e-9);
  const step = width / Math.max(values.length - 1, 1);
  const points = values.map((value, index) => {
    const y = height - 1.5 - ((value ?? 0) / top) * (height - 3);
    return `${(index * step).toFixed(1)},${Math.max(y, 1.5).toFixed(1)}`;
  });
  return (
    <svg
      class={`spark spark-${tone}`}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {points.length > 1 ? (
        <>
          <polygon
            class="spark-area"
            points={`0,${height} ${points.join(" ")} ${width},${height}`}
          />
          <polyline class="spark-line" points={points.join(" ")} />
        </>
      ) : (
        <line class="spark-none" x1="0" x2={width} y1={height - 1.5} y2={height - 1.5} />
      )}
    </svg>
  );
}
