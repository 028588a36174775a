/** What DEVELOPMENT would do with the traffic that LIVE had: the differences by their kind, each with a sample. */
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { ApiRefusal } from "../api/api-refusal.ts";
import {
  noteRehearsal,
  rehearse,
  type DifferenceGroup,
  type Effect,
  type RehearsalReport,
} from "../api/rehearsal.ts";
import { percent, shortCount } from "../base/quantities.ts";
import { readFile } from "../base/read-file.ts";
import { saveFile } from "../base/save-file.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Icon } from "../parts/icon.tsx";
import { notify, notifyTrouble } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { useAction } from "../parts/use-action.ts";
import type { EventFile } from "./event-model.ts";
import { keepAnother } from "./kept-events.ts";
import { expectationsText, readExpectations } from "./expectations-file.ts";
import { keepExpected, recallExpected } from "./kept-expectations.ts";

export function Rehearsal({
  name,
  source,
  isPublished,
}: {
  readonly name: string;
  readonly source: string;
  readonly isPublished: boolean;
}): JSX.Element {
  const [report, setReport] = useState<RehearsalReport>();
  const [expected, setExpected] = useState(() => recallExpected(name));

  const tell = async (of: RehearsalReport, shapes: ReadonlySet<string>): Promise<void> => {
    if (of.compared === 0) return;
    const unexpected = of.groups.filter(({ shape }) => !shapes.has(shape)).length;
    await noteRehearsal(name, of, unexpected).catch(notifyTrouble);
  };
  const { isBusy, error, run } = useAction(async () => {
    const next = await rehearse(name);
    setReport(next);
    await tell(next, expected);
  });
  const accept = (shapes: readonly string[], isAccepted: boolean): void => {
    const next = new Set(expected);
    for (const shape of shapes) {
      if (isAccepted) next.add(shape);
      else next.delete(shape);
    }
    setExpected(next);
    keepExpected(name, next);
    if (report) void tell(report, next);
  };
  const importExpected = async (file: File): Promise<void> => {
    try {
      const read = readExpectations(await readFile(file));
      if (typeof read === "string") notify(`${file.name}: ${read}`, "bad");
      else accept(read, true);
    } catch (failure) {
      notifyTrouble(failure);
    }
  };
  const makeEvent = (event: EventFile): void => {
    notify(`It is the test event ${keepAnother(name, source, "rehearsed", event)} now`);
  };

  const runButton = (
    <Button kind="primary" icon="play" isBusy={isBusy} disabled={!isPublished} onClick={run}>
      {report === undefined ? "Rehearse" : "Rehearse again"}
    </Button>
  );
  return (
    <div class="stack">
      {error !== undefined && <CannotRehearse error={error} onRetry={run} />}
      {report === undefined ? (
        <EmptyState
          icon="traffic"
          title="What would DEVELOPMENT do with the traffic that LIVE had?"
          actions={runButton}
        >
          <p>
            {isPublished
              ? "Both run on the requests that the edge has recorded, with the same clock, chance and key values. What differs is grouped, so that a thousand requests are a handful of lines."
              : "There is no LIVE to compare with yet: publish the function first."}
          </p>
        </EmptyState>
      ) : (
        <>
          <div class="row row-between">
            <Summary report={report} expected={expected} />
            {runButton}
          </div>
          <Expected name={name} expected={expected} onImport={importExpected} />
          <Groups report={report} expected={expected} onAccept={accept} onMakeEvent={makeEvent} />
          <Details report={report} />
        </>
      )}
    </div>
  );
}

/** What is accepted, as the file that `footlight rehearse` reads beside a function. */
function Expected({
  name,
  expected,
  onImport,
}: {
  readonly name: string;
  readonly expected: ReadonlySet<string>;
  readonly onImport: (file: File) => Promise<void>;
}): JSX.Element {
  const picker = useRef<HTMLInputElement>(null);
  const file = `${name}.rehearsal.json`;
  return (
    <div class="row">
      <span class="quiet grow">
        {expected.size === 0
          ? "No difference is accepted yet"
          : expected.size === 1
            ? "1 difference is accepted"
            : `${expected.size} differences are accepted`}
      </span>
      <input
        ref={picker}
        class="unseen"
        type="file"
        tabIndex={-1}
        aria-label="A file of accepted differences"
        accept=".json,application/json"
        onChange={(event) => {
          const [given] = event.currentTarget.files ?? [];
          if (given) void onImport(given);
          event.currentTarget.value = "";
        }}
      />
      <Button isSmall icon="import" onClick={() => picker.current?.click()}>
        Import
      </Button>
      <Button
        isSmall
        icon="export"
        title={`As ${file}, for footlight rehearse`}
        disabled={expected.size === 0}
        onClick={() => saveFile(file, expectationsText(expected))}
      >
        Export
      </Button>
    </div>
  );
}

function CannotRehearse({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry: () => void;
}): JSX.Element {
  if (error instanceof ApiRefusal && error.message.startsWith("This node records no runs")) {
    return (
      <div class="note note-warn" role="alert">
        <Icon name="alert" />
        <div>
          <strong>This node records no requests</strong>
          <p>
            Start it with <code>--record sample</code>. It keeps some of them in memory, without
            secrets, and forgets them when it ends.
          </p>
        </div>
      </div>
    );
  }
  return <Trouble error={error} doing="rehearse the function" onRetry={onRetry} />;
}

function Summary({
  report,
  expected,
}: {
  readonly report: RehearsalReport;
  readonly expected: ReadonlySet<string>;
}): JSX.Element {
  const unexpected = report.groups.filter(({ shape }) => !expected.has(shape)).length;
  const isFine = unexpected === 0;
  return (
    <p class="rehearsal-sum" role="status">
      <Badge tone={report.compared === 0 ? "neutral" : isFine ? "good" : "warn"}>
        {report.compared === 0
          ? "Nothing compared"
          : isFine
            ? "As expected"
            : `${unexpected} unexpected`}
      </Badge>
      <span class="num">
        {shortCount(report.compared)} requests compared, {shortCount(report.differing)} differ
      </span>
    </p>
  );
}

function Groups({
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

function Details({ report }: { readonly report: RehearsalReport }): JSX.Element {
  const { utilization, caches, not_comparable: hidden } = report;
  const { live, development } = utilization;
  return (
    <section class="card card-body stack" aria-label="What else it found">
      <p class="num">
        Compute utilization: p50 {live.p50} → {development.p50} %, p99 {live.p99} →{" "}
        {development.p99} %, at most {live.max} → {development.max} %
      </p>
      {caches
        .filter(({ cold_objects: cold }) => cold > 0)
        .map((cache) => (
          <p key={cache.behavior} class="num">
            Cache of <code>{cache.behavior}</code>: {cache.is_estimate && "about "}
            {cache.cold_objects === 1
              ? "1 object goes cold"
              : `${shortCount(cache.cold_objects)} objects go cold`}
            ; hit ratio {percent(cache.live_hit_ratio)} → {percent(cache.development_hit_ratio)}
          </p>
        ))}
      {hidden.map(({ reads, count }) => (
        <p key={reads} class="quiet num">
          {shortCount(count)} could not be compared: they read {reads}, which is kept as a hash
        </p>
      ))}
      <p class="hint">
        What is accepted is kept in this browser, and what came of it told to the node: a publish
        may ask for it. Exported, it is the file that <code>footlight rehearse</code> reads.
      </p>
    </section>
  );
}
