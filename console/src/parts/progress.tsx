/** How much of something is done. */
import type { JSX } from "preact";

export function Progress({
  label,
  done,
  all,
  text,
}: {
  readonly label: string;
  readonly done: number;
  readonly all: number;
  /** What stands beside it, like "3 of 5 have it". */
  readonly text: string;
}): JSX.Element {
  const share = all === 0 ? 1 : Math.min(1, done / all);
  return (
    <div class={share === 1 ? "progress is-done" : "progress"}>
      <div
        class="progress-track"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={all}
        aria-valuenow={done}
        aria-valuetext={text}
      >
        <div class="progress-fill" style={{ width: `${share * 100}%` }} />
      </div>
      <span class="hint num">{text}</span>
    </div>
  );
}
