import type { JSX } from "preact";

/** Footlight's mark. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path class="mark-light" d="M7 22a9 9 0 0 1 18 0z" />
      <path class="mark-ray" d="M16 9V5M7.5 12.5 4.7 9.7M24.5 12.5l2.8-2.8" />
      <path class="mark-floor" d="M5 26h22" />
    </svg>
  );
}
