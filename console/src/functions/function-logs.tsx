/** What a function prints for viewers, and why it fails, as it runs. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { followFunctionLogs, type LogLine } from "../api/function-logs.ts";
import { Paced } from "../base/paced.ts";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Icon } from "../parts/icon.tsx";
import { Trouble } from "../parts/trouble.tsx";

const drawEveryMs = 250;
/** The latest that are shown. */
const linesMax = 500;

export function FunctionLogs({ name }: { readonly name: string }): JSX.Element {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  /** Until then nobody knows whether something was printed. */
  const [isHeard, setHeard] = useState(false);
  const [error, setError] = useState<unknown>();
  const [isPaused, setPaused] = useState(false);
  const [search, setSearch] = useState("");
  const marker = useRef<string | undefined>(undefined);
  const latest = useRef<readonly LogLine[]>([]);

  useEffect(() => {
    if (isPaused) return undefined;
    const drawing = new Paced(() => {
      setLines(latest.current);
      setHeard(true);
      setError(undefined);
    }, drawEveryMs);
    const stop = followFunctionLogs(name, marker.current, {
      onPage: ({ items, next_marker: next }) => {
        marker.current = next;
        if (items.length > 0) latest.current = [...latest.current, ...items].slice(-linesMax);
        drawing.ask();
      },
      onTrouble: (trouble) => {
        drawing.stop();
        setLines(latest.current);
        setError(trouble);
      },
    });
    return () => {
      stop();
      drawing.stop();
    };
  }, [name, isPaused]);

  const found = lines.filter((line) => textOf(line).includes(search.toLowerCase())).toReversed();
  return (
    <div class="stack">
      {error !== undefined && <Trouble error={error} doing="read the logs" />}
      <div class="toolbar">
        <label class="search">
          <Icon name="search" />
          <input
            type="search"
            placeholder="Filter"
            aria-label="Filter the logs"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </label>
        <Button
          isSmall
          icon={isPaused ? "play" : "pause"}
          onClick={() => setPaused((before) => !before)}
        >
          {isPaused ? "Follow" : "Pause"}
        </Button>
      </div>
      {!isHeard ? (
        error === undefined && <p class="quiet">Reading the logs …</p>
      ) : lines.length === 0 && error === undefined ? (
        <EmptyState icon="logs" title="Nothing was printed yet">
          <p>
            What <code>console.log</code> prints for viewers, and why runs fail, comes here as it
            happens. Secrets in it are masked.
          </p>
        </EmptyState>
      ) : found.length === 0 ? (
        <p class="card card-body quiet">None of the {lines.length} lines has that</p>
      ) : (
        <ol class="card logs" aria-label="Logs, newest first">
          {found.map((line) => (
            <li key={`${line.request_id} ${line.at}`} class={line.error ? "log is-bad" : "log"}>
              <span class="log-head">
                <time class="num" dateTime={line.at}>
                  {clock(line.at)}
                </time>
                <span class="quiet log-id">{line.request_id}</span>
              </span>
              {line.lines.map((text, index) => (
                <span key={index} class="log-text">
                  {text}
                </span>
              ))}
              {line.error !== undefined && <span class="log-text tone-bad">{line.error}</span>}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** By the clock of who looks, to the millisecond. */
function clock(time: string): string {
  const at = new Date(time);
  const ms = String(at.getMilliseconds()).padStart(3, "0");
  return `${at.toLocaleTimeString("en-GB")}.${ms}`;
}

function textOf({ lines, error = "", request_id: id }: LogLine): string {
  return `${lines.join("\n")} ${error} ${id}`.toLowerCase();
}
