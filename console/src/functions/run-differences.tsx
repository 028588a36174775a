/** Where a run is not as its event's file expects, or that it is. */
import type { JSX } from "preact";
import type { RunDifference } from "../api/runs.ts";
import { Icon } from "../parts/icon.tsx";

export function RunDifferences({
  differences,
  expects,
}: {
  readonly differences: readonly RunDifference[];
  /** Whether the file says what must hold. */
  readonly expects: boolean;
}): JSX.Element | null {
  if (differences.length === 0) {
    return expects ? (
      <p class="run-check tone-good">
        <Icon name="check" /> Passed: all that the event expects holds
      </p>
    ) : null;
  }
  // What fails in itself is told of already.
  if (!expects) return null;
  return (
    <section aria-label="Not as expected">
      <h3 class="run-check tone-bad">
        <Icon name="alert" /> Failed: not as the event expects
      </h3>
      <dl class="expected">
        {differences.map(({ at, expected, actual }) => (
          <div key={at}>
            <dt>{at}</dt>
            <dd>
              <span class="quiet">expected</span> <ins>{expected}</ins>
            </dd>
            <dd>
              <span class="quiet">got</span> <del>{actual}</del>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
