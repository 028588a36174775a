/** The kinds of differences that a rehearsal found, each with a sample of both sides, to be accepted or made a test event. */
import type { JSX } from "preact";
import type { DifferenceGroup, Effect, RehearsalReport } from "../api/rehearsal.ts";
import { percent, shortCount } from "../base/quantities.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Icon } from "../parts/icon.tsx";
import type { EventFile } from "./event-model.ts";

export function RehearsalGroups({
  report,
  expected,
  onAccept,
  onMakeEvent,
}: {
  readonly report: RehearsalReport;
  readonly expected: ReadonlySet<string>;
  readonly onAccept: (shapes: readonly string[], isAccepted: boolean) => void;
  readonly onMakeEvent: (event: EventFile) => void;
}): JSX.Element | null {
  const { groups, compared } = report;
  if (groups.length === 0) {
    return compared === 0 ? (
      <EmptyState icon="traffic" title="There was no traffic to compare on">
        <p>Viewers have sent nothing since the node began to record. Try again when they have.</p>
      </EmptyState>
    ) : (
      <EmptyState icon="check" title="No viewer would notice">
        <p>Both versions do the same with every request that was compared.</p>
      </EmptyState>
    );
  }
  const open = groups.filter(({ shape }) => !expected.has(shape)).map(({ shape }) => shape);
  return (
    <section class="card" aria-label="Differences">
      <div class="card-head">
        <h2>Differences</h2>
        <Button
          isSmall
          icon="check"
          disabled={open.length === 0}
          onClick={() => onAccept(open, true)}
        >
          Accept all
        </Button>
      </div>
      <ul>
        {groups.map((group) => (
          <li key={group.shape} class="group">
            <Group
              group={group}
              compared={compared}
              isExpected={expected.has(group.shape)}
              onAccept={(isAccepted) => onAccept([group.shape], isAccepted)}
              onMakeEvent={onMakeEvent}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Group({
  group,
  compared,
  isExpected,
  onAccept,
  onMakeEvent,
}: {
  readonly group: DifferenceGroup;
  readonly compared: number;
  readonly isExpected: boolean;
  readonly onAccept: (isAccepted: boolean) => void;
  readonly onMakeEvent: (event: EventFile) => void;
}): JSX.Element {
  const { shape, count, sample } = group;
  const { method, uri } = sample.event.request;
  return (
    <details>
      <summary class="group-head">
        <Icon name="right" />
        <code class="group-shape">{shape}</code>
        <span class="num quiet">
          {shortCount(count)} · {percent(count / Math.max(compared, 1))}
        </span>
        <Badge tone={isExpected ? "good" : "warn"}>{isExpected ? "Expected" : "Unexpected"}</Badge>
      </summary>
      <div class="group-body">
        <p class="mono">
          {method} {uri}
        </p>
        <div class="both">
          <EffectBox title="LIVE" effect={sample.live} other={sample.development} />
          <EffectBox title="DEVELOPMENT" effect={sample.development} other={sample.live} />
        </div>
        <div class="row">
          <Button
            isSmall
            icon={isExpected ? "close" : "check"}
            onClick={() => onAccept(!isExpected)}
          >
            {isExpected ? "No longer expected" : "Accept"}
          </Button>
          <Button isSmall icon="file" onClick={() => onMakeEvent(sample.event)}>
            Make it a test event
          </Button>
        </div>
      </div>
    </details>
  );
}

/** What the other does not have, or has otherwise, is marked. */
function EffectBox({
  title,
  effect,
  other,
}: {
  readonly title: string;
  readonly effect: Effect;
  readonly other: Effect;
}): JSX.Element {
  const { kind, status, uri, querystring, headers, failure } = effect;
  const pairs = pairsOf(headers);
  const others = new Set(pairsOf(other.headers).map((pair) => pair.join(": ").toLowerCase()));
  return (
    <div class="effect">
      <h3>{title}</h3>
      <p>
        {kind === "goes on"
          ? `asks for ${uri}${querystring === "" ? "" : `?${querystring}`}`
          : `${kind === "fails" ? "fails with" : "answers"} ${status}`}
      </p>
      {failure !== undefined && <p class="tone-bad">{failure}</p>}
      <dl class="pairs">
        {pairs.map(([name, value], index) => (
          <div
            key={index}
            class={others.has(`${name}: ${value}`.toLowerCase()) ? "" : "is-different"}
          >
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="hint num">utilization {effect.compute_utilization} %</p>
    </div>
  );
}

function pairsOf(headers: readonly string[]): readonly (readonly [string, string])[] {
  return headers.flatMap((name, index) =>
    index % 2 === 0 ? [[name, headers[index + 1] ?? ""] as const] : [],
  );
}
