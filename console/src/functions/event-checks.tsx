/** All events of a function, each with whether its last run was as its file expects. */
import type { JSX } from "preact";
import { Badge, type Tone } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import type { TestEvent } from "./event-model.ts";
import { standingOf, type Runs, type Standing } from "./use-runs.ts";

const words: Readonly<Record<Standing, readonly [Tone, string]>> = {
  passed: ["good", "Passed"],
  failed: ["bad", "Failed"],
  running: ["accent", "Running"],
  stale: ["neutral", "Changed since"],
  "not run": ["neutral", "Not run"],
};

export function EventChecks({
  events,
  source,
  runs,
  chosen,
  onChoose,
}: {
  readonly events: readonly TestEvent[];
  readonly source: string;
  readonly runs: Runs;
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}): JSX.Element {
  const standings = events.map((event) => standingOf(runs.outcomes.get(event.name), source, event));
  const passed = standings.filter((standing) => standing === "passed").length;
  const judged = standings.filter((each) => each === "passed" || each === "failed").length;
  return (
    <section class="card" aria-label="All events">
      <div class="card-head">
        <h2>All events</h2>
        <div class="row">
          <span class="quiet num" role="status">
            {judged > 0 && `${passed} of ${events.length} passed`}
          </span>
          <Button isSmall icon="play" isBusy={runs.isRunning} onClick={() => void runs.run(events)}>
            Run all
          </Button>
        </div>
      </div>
      <ul class="checks">
        {events.map(({ name }, index) => {
          const [tone, word] = words[standings[index]!];
          return (
            <li key={name}>
              <button
                type="button"
                class="check-row"
                aria-pressed={name === chosen}
                onClick={() => onChoose(name)}
              >
                <span class="check-name mono">{name}</span>
                <Badge tone={tone}>{word}</Badge>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
