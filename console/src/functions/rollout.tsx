/** A publish in waves: how far it is, what both versions do to viewers, and what may be done to it. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import {
  changeWaves,
  readWaves,
  type Breach,
  type Counted,
  type Waves,
  type WaveVerb,
} from "../api/waves.ts";
import { useData } from "../api/use-data.ts";
import { capitalized } from "../base/capitalized.ts";
import { ago, moment, percent, shortCount, span } from "../base/quantities.ts";
import { Badge, type Tone } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Icon } from "../parts/icon.tsx";
import { later } from "../parts/later.tsx";
import { notify, notifyTrouble } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { useAction } from "../parts/use-action.ts";
import { WaveHistory } from "./wave-history.ts";

type On = NonNullable<Waves["on"]>;
type Ended = NonNullable<Waves["ended"]>;

const everyMs = 1000;

const WaveCharts = later(async () => (await import("./wave-charts.tsx")).WaveCharts);

export function Rollout({
  name,
  onPublish,
}: {
  readonly name: string;
  readonly onPublish: () => void;
}): JSX.Element | null {
  const waves = useData(name, (signal) => readWaves(name, signal), { everyMs });
  const { data } = waves;
  const { isBusy, run } = useAction(
    async (verb: WaveVerb) => {
      if (data === undefined) return;
      waves.set(await changeWaves(name, verb, data.etag));
      notify(told[verb]);
    },
    (failure) => {
      notifyTrouble(failure);
      waves.reload();
    },
  );
  if (data === undefined) {
    return waves.error === undefined ? null : (
      <Trouble error={waves.error} doing="read the waves" onRetry={waves.reload} />
    );
  }
  return (
    <div class="stack">
      {data.on ? (
        <Going on={data.on} isBusy={isBusy} onChange={run} />
      ) : (
        !data.ended && (
          <EmptyState
            icon="publish"
            title="No publish in waves is on"
            actions={
              <Button kind="primary" icon="publish" onClick={onPublish}>
                Publish in waves
              </Button>
            }
          >
            <p>
              A new version gets more and more viewers, and is taken back within a second when it
              clearly does worse than the one before. Here you watch both.
            </p>
          </EmptyState>
        )
      )}
      {data.ended && <Over ended={data.ended} />}
      {!data.on && data.ended && (
        <div class="row">
          <Button icon="publish" onClick={onPublish}>
            Publish again
          </Button>
        </div>
      )}
    </div>
  );
}

const told: Readonly<Record<WaveVerb, string>> = {
  pause: "The waves are paused: who has the new version keeps it",
  resume: "The waves go on",
  finish: "All viewers get the new version",
  abort: "All viewers get the version before",
};

function Going({
  on,
  isBusy,
  onChange,
}: {
  readonly on: On;
  readonly isBusy: boolean;
  readonly onChange: (verb: WaveVerb) => void;
}): JSX.Element {
  const step = on.waves[on.wave - 1];
  const history = useRef(new WaveHistory());
  const [points, setPoints] = useState(history.current.points);
  useEffect(() => {
    if (!on.counted) return;
    history.current.add(`${on.version} ${on.began_at}`, on.counted, performance.now());
    setPoints(history.current.points);
  }, [on]);
  return (
    <section class="card" aria-label="Waves">
      <div class="card-head">
        <div>
          <h2>
            Version {on.version} <span class="quiet">beside version {on.old_version}</span>
          </h2>
          <p class="hint">
            Wave {on.wave} of {on.waves.length}
            {step && `, ${percent(step.share)} of the viewers`}
            {on.seen_seconds !== undefined && `, on for ${span(on.seen_seconds)}`}
          </p>
        </div>
        <div class="row">
          {on.paused ? (
            <Button isSmall icon="play" disabled={isBusy} onClick={() => onChange("resume")}>
              Resume
            </Button>
          ) : (
            <Button isSmall icon="pause" disabled={isBusy} onClick={() => onChange("pause")}>
              Pause
            </Button>
          )}
          <Button isSmall icon="skip" disabled={isBusy} onClick={() => onChange("finish")}>
            Give to all
          </Button>
          <Button
            isSmall
            kind="danger"
            icon="stop"
            disabled={isBusy}
            onClick={() => onChange("abort")}
          >
            Abort
          </Button>
        </div>
      </div>
      <div class="card-body stack">
        <ol class="waves">
          {on.waves.map(({ share, seconds, groups }, index) => (
            <li
              key={index}
              class={`wave ${index + 1 < on.wave ? "is-over" : index + 1 === on.wave ? "is-on" : ""}`}
              aria-current={index + 1 === on.wave ? "step" : undefined}
            >
              <span class="wave-bar">
                <span style={{ width: `${share * 100}%` }} />
              </span>
              <strong class="num">{percent(share)}</strong>
              <span class="hint">
                {groups && `@${groups.join(", @")} `}
                {seconds === undefined ? "stays" : span(seconds)}
              </span>
            </li>
          ))}
        </ol>
        {on.paused && (
          <p class="note note-warn">
            <Icon name="pause" /> Paused by {on.paused.by}
            {on.paused.because !== undefined && `: ${on.paused.because}`}
          </p>
        )}
        {on.waits_for !== undefined && !on.paused && (
          <p class="note">
            <Icon name="info" /> {capitalized(on.waits_for)}
          </p>
        )}
        {on.counted ? (
          <>
            <Counts fresh={on.counted.new} old={on.counted.old} />
            <WaveCharts points={points} fresh={on.version} old={on.old_version} />
          </>
        ) : (
          <p class="quiet">This node has counted nothing of this wave yet.</p>
        )}
      </div>
    </section>
  );
}

function Counts({ fresh, old }: { readonly fresh: Counted; readonly old: Counted }): JSX.Element {
  const share = (count: number, of: number): string => (of === 0 ? "–" : percent(count / of));
  const rows: readonly (readonly [string, (of: Counted) => string])[] = [
    ["Requests", ({ requests }) => shortCount(requests)],
    ["Errors of the function", ({ errors, requests }) => share(errors, requests)],
    ["Answers 4xx", (of) => share(of.answers_4xx, of.requests)],
    ["Answers 5xx", (of) => share(of.answers_5xx, of.requests)],
    ["Failures of origins", (of) => share(of.origin_failures, of.origin_requests)],
    ["Utilization, p99", ({ utilization_p99: p99 }) => `${p99} %`],
  ];
  return (
    <div class="table-card">
      <table class="table counts">
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">What</span>
            </th>
            <th scope="col">
              <span class="key key-new" /> Version {fresh.version}
            </th>
            <th scope="col">
              <span class="key key-old" /> Version {old.version}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, read]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td class="num">{read(fresh)}</td>
              <td class="num">{read(old)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const ends: Readonly<Record<Ended["how"], readonly [word: string, tone: Tone]>> = {
  finished: ["All viewers have it", "good"],
  aborted: ["Aborted", "neutral"],
  reverted: ["Taken back by a gate", "bad"],
  replaced: ["Another publish came", "neutral"],
};

function Over({ ended }: { readonly ended: Ended }): JSX.Element {
  const [word, tone] = ends[ended.how];
  return (
    <section class="card" aria-label="The last waves">
      <div class="card-head">
        <h2>
          Version {ended.version}, wave {ended.wave} of {ended.waves}
        </h2>
        <Badge tone={tone}>{word}</Badge>
      </div>
      <div class="card-body stack">
        {ended.breach && <WhyTakenBack breach={ended.breach} />}
        {ended.message !== undefined && <p>{ended.message}</p>}
        <p class="hint">
          <time dateTime={ended.at} title={moment(ended.at)}>
            {ago(ended.at, Date.now())}
          </time>{" "}
          by {ended.by}
        </p>
      </div>
    </section>
  );
}

function WhyTakenBack({ breach }: { readonly breach: Breach }): JSX.Element {
  const { gate, of, new: fresh, old } = breach;
  const share = ({ events, trials }: Breach["new"]): string =>
    `${events} of ${trials} (${trials === 0 ? "–" : percent(events / trials)})`;
  return (
    <div class="note note-bad">
      <Icon name="alert" />
      <div>
        <strong>
          The gate {gate} closed: {of}
        </strong>
        <p class="num">
          Version {fresh.version}: {share(fresh)} · version {old.version}: {share(old)}
        </p>
      </div>
    </div>
  );
}
