/** Test events beside the code: as files, each a form or JSON, and what came of running the code on them. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { CallCost, RunCosts } from "../api/runs.ts";
import { readFile } from "../base/read-file.ts";
import { saveFile } from "../base/save-file.ts";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Icon } from "../parts/icon.tsx";
import { notifyTrouble } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { CodeEditor } from "../parts/code-editor.tsx";
import { TypedInput } from "../parts/typed-input.tsx";
import { EventChecks } from "./event-checks.tsx";
import { EventForm } from "./event-form.tsx";
import {
  eventText,
  freeName,
  newEvent,
  readEvent,
  type EventFile,
  type TestEvent,
} from "./event-model.ts";
import { expectationOf } from "./expectation-of.ts";
import { keepEvents, keptEvents, placeOf, recallEvents } from "./kept-events.ts";
import { RunResult } from "./run-result.tsx";
import { useRuns } from "./use-runs.ts";

export function EventsPane({
  name,
  source,
  runs,
  onCosts,
  onGoTo,
}: {
  readonly name: string;
  readonly source: string;
  /** Another number asks for a run. */
  readonly runs: number;
  /** Told what the code costs on the event that is shown; undefined where that is not known. */
  readonly onCosts: (costs: RunCosts | undefined) => void;
  readonly onGoTo: (place: CallCost) => void;
}): JSX.Element {
  const [events, setEvents] = useState(() => recallEvents(name, source));
  const [chosen, setChosen] = useState(events[0]!.name);
  const [isForm, setForm] = useState(true);
  const all = useRuns(name, source);
  const file = useRef<HTMLInputElement>(null);
  const current = events.find((event) => event.name === chosen) ?? events[0]!;
  const read = readEvent(current.text);
  const outcome = all.outcomes.get(current.name);

  const put = (next: readonly TestEvent[]): void => {
    setEvents(next);
    keepEvents(name, next);
  };
  /** Another tab keeps the same events, and it may take a moment until it is told here what was made there. */
  const others = (): readonly TestEvent[] =>
    (keptEvents(name) ?? events).filter((event) => event.name !== current.name);
  /** What stands in the place of the one that is shown. */
  const putCurrent = (next: TestEvent): void => {
    const all = keptEvents(name) ?? events;
    const at = all.findIndex((event) => event.name === current.name);
    put(at === -1 ? [...all, next] : all.with(at, next));
  };
  const setText = (text: string): void => putCurrent({ ...current, text });
  const add = (text: string, wanted: string): void => {
    const all = keptEvents(name) ?? events;
    const free = freeName(
      wanted,
      all.map((event) => event.name),
    );
    put([...all, { name: free, text }]);
    setChosen(free);
  };
  const importFile = async (given: File): Promise<void> => {
    try {
      const text = await readFile(given);
      latestAdd.current(text, given.name.replace(/\.json$/i, "") || "event");
    } catch (failure) {
      notifyTrouble(failure);
    }
  };
  /** A file is read for a while, and events may have come meanwhile. */
  const latestAdd = useRef(add);
  latestAdd.current = add;
  useEffect(() => {
    const onStorage = ({ key }: StorageEvent): void => {
      // Where the other tab had no room for them, what is here stays.
      if (key === placeOf(name)) setEvents((before) => keptEvents(name) ?? before);
    };
    addEventListener("storage", onStorage);
    return () => removeEventListener("storage", onStorage);
  }, [name]);
  const remove = (): void => {
    const rest = others();
    if (rest.length === 0) return;
    put(rest);
    setChosen(rest[0]!.name);
  };
  const rename = (wanted: string): void => {
    const taken = others().map((event) => event.name);
    const free = freeName(wanted.trim() || "event", taken);
    putCurrent({ ...current, name: free });
    setChosen(free);
  };
  const run = (): Promise<void> => all.run([current]);
  const expect = (): void => {
    if (typeof read === "string" || !outcome?.run || !outcome.event) return;
    const text = eventText({ ...read, expect: expectationOf(outcome.event, outcome.run) });
    setText(text);
    void all.run([{ ...current, text }]);
  };
  useEffect(() => {
    if (runs > 0) void run();
  }, [runs]);
  const costs = outcome?.source === source ? outcome.run?.costs : undefined;
  useEffect(() => onCosts(costs), [costs]);

  return (
    <div class="events">
      <section class="card">
        <div class="card-head">
          <div class="row grow">
            <label class="unseen" for="event-choice">
              Test event
            </label>
            <select
              id="event-choice"
              class="select is-small event-choice"
              value={current.name}
              onChange={(change) => setChosen(change.currentTarget.value)}
            >
              {events.map((event) => (
                <option key={event.name}>{event.name}</option>
              ))}
            </select>
            <AddEvent
              onAdd={(type) => add(eventText(newEvent(type)), type)}
              onImport={() => file.current?.click()}
            />
            <input
              ref={file}
              class="unseen"
              type="file"
              accept="application/json,.json"
              tabIndex={-1}
              aria-label="Import an event's file"
              onChange={(change) => {
                const [given] = change.currentTarget.files ?? [];
                if (given) void importFile(given);
                change.currentTarget.value = "";
              }}
            />
          </div>
          <div class="segments" role="group" aria-label="How the event is edited">
            <button type="button" aria-pressed={isForm} onClick={() => setForm(true)}>
              Form
            </button>
            <button type="button" aria-pressed={!isForm} onClick={() => setForm(false)}>
              JSON
            </button>
          </div>
        </div>
        {typeof read === "string" && (
          <p class="note note-warn event-problem" role="alert">
            <Icon name="alert" /> {read}
          </p>
        )}
        {isForm && typeof read !== "string" ? (
          <div class="card-body">
            <EventForm event={read} onChange={(next: EventFile) => setText(eventText(next))} />
          </div>
        ) : (
          <div class="event-json">
            <CodeEditor
              key={current.name}
              label={`Test event ${current.name}`}
              language="json"
              value={current.text}
              onChange={setText}
            />
          </div>
        )}
        <div class="card-foot">
          <TypedInput
            class="input is-small event-name"
            aria-label="Name of the event"
            value={current.name}
            onText={(text, isDone) => {
              if (!isDone) return undefined;
              rename(text);
              return text;
            }}
          />
          <Button
            kind="quiet"
            icon="export"
            isSmall
            label="Save as a file, for footlight test"
            onClick={() => saveFile(`${current.name}.json`, current.text)}
          />
          <Button
            kind="quiet"
            icon="trash"
            isSmall
            label={`Delete the event ${current.name}`}
            disabled={events.length < 2}
            onClick={remove}
          />
          <span class="grow" />
          <Button
            kind="primary"
            icon="play"
            title="Ctrl Enter"
            isBusy={outcome?.isRunning === true}
            disabled={typeof read === "string"}
            onClick={() => void run()}
          >
            Run
          </Button>
        </div>
      </section>
      {events.length > 1 && (
        <EventChecks
          events={events}
          source={source}
          runs={all}
          chosen={current.name}
          onChoose={setChosen}
        />
      )}
      <section class="card card-body" aria-label="Result">
        {outcome?.error !== undefined && (
          <Trouble error={outcome.error} doing="run the function" onRetry={() => void run()} />
        )}
        {outcome?.run && outcome.event && (
          <RunResult
            event={outcome.event}
            run={outcome.run}
            expects={typeof read !== "string" && read.expect !== undefined}
            onExpect={expect}
            onGoTo={onGoTo}
          />
        )}
        {outcome?.run === undefined && outcome?.error === undefined && (
          <EmptyState icon="play" title="Run it on this event">
            <p>
              You see what the function changed, what it printed and cost, and what the edge would
              do with the result. Nothing is saved, no viewer notices.
            </p>
          </EmptyState>
        )}
      </section>
    </div>
  );
}

function AddEvent({
  onAdd,
  onImport,
}: {
  readonly onAdd: (type: "viewer-request" | "viewer-response") => void;
  readonly onImport: () => void;
}): JSX.Element {
  return (
    <select
      class="select is-small event-add"
      aria-label="Add an event"
      value=""
      onChange={(change) => {
        const { value } = change.currentTarget;
        change.currentTarget.value = "";
        if (value === "file") onImport();
        else if (value === "viewer-request" || value === "viewer-response") onAdd(value);
      }}
    >
      <option value="">Add …</option>
      <option value="viewer-request">Viewer request</option>
      <option value="viewer-response">Viewer response</option>
      <option value="file">From a file</option>
    </select>
  );
}
