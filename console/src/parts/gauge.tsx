/** Compute utilization: how much of what a run may take it took. */
import type { JSX } from "preact";

export function Gauge({ value }: { readonly value: number }): JSX.Element {
  const tone = value >= 90 ? "bad" : value >= 70 ? "warn" : "good";
  return (
    <div class={`gauge gauge-${tone}`}>
      <div class="gauge-head">
        <span>Compute utilization</span>
        <strong class="num">{value} %</strong>
      </div>
      <div
        class="gauge-track"
        role="meter"
        aria-label="Compute utilization"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={value}
      >
        <div class="gauge-fill" style={{ width: `${Math.min(100, value)}%` }} />
      </div>
    </div>
  );
}
