/** What DEVELOPMENT would do with the traffic that LIVE had: the differences by their kind, each with a sample. */
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { ApiRefusal } from "../api/api-refusal.ts";
import { noteRehearsal, rehearse, type RehearsalReport } from "../api/rehearsal.ts";
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
import { RehearsalGroups } from "./rehearsal-groups.tsx";

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
  /** One may accept while it is rehearsed, or a file is read. */
  const latest = useRef(expected);

  const tell = async (of: RehearsalReport, shapes: ReadonlySet<string>): Promise<void> => {
    if (of.compared === 0) return;
    const unexpected = of.groups.filter(({ shape }) => !shapes.has(shape)).length;
    await noteRehearsal(name, of, unexpected).catch(notifyTrouble);
  };
  const { isBusy, error, run } = useAction(async () => {
    const next = await rehearse(name);
    setReport(next);
    await tell(next, latest.current);
  });
  const accept = (shapes: readonly string[], isAccepted: boolean): void => {
    const next = new Set(latest.current);
    for (const shape of shapes) {
      if (isAccepted) next.add(shape);
      else next.delete(shape);
    }
    latest.current = next;
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
          <RehearsalGroups
            report={report}
            expected={expected}
            onAccept={accept}
            onMakeEvent={makeEvent}
          />
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
