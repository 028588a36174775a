/** Runs of a function's events, each with what came of it, for as long as the page is there. */
import { useRef, useState } from "preact/hooks";
import { runSource, type Run } from "../api/runs.ts";
import { readEvent, subjectOf, type EventObject, type TestEvent } from "./event-model.ts";

export interface Outcome {
  /** The code, and the event's file, that were run. */
  readonly source: string;
  readonly text: string;
  /** What was run, to be compared with. */
  readonly event?: EventObject;
  readonly run?: Run;
  readonly error?: unknown;
  readonly isRunning?: boolean;
}

export type Standing = "passed" | "failed" | "running" | "stale" | "not run";

/** @returns what is known of an event, stale where the code or the event is another since it was run */
export function standingOf(
  outcome: Outcome | undefined,
  source: string,
  { text }: TestEvent,
): Standing {
  if (outcome === undefined) return "not run";
  if (outcome.isRunning === true) return "running";
  if (outcome.source !== source || outcome.text !== text) return "stale";
  return outcome.run?.differences.length === 0 ? "passed" : "failed";
}

export interface Runs {
  /** By the events' names, which may be any text. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** One after the other; what is no event fails. */
  readonly run: (events: readonly TestEvent[]) => Promise<void>;
  readonly isRunning: boolean;
}

export function useRuns(name: string, source: string): Runs {
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [isRunning, setRunning] = useState(false);
  const latest = useRef(source);
  latest.current = source;

  const runOne = async ({ name: of, text }: TestEvent): Promise<void> => {
    const base = { source: latest.current, text };
    const note = (result: Partial<Outcome>): void =>
      setOutcomes((before) => new Map(before).set(of, { ...base, ...result }));
    const read = readEvent(text);
    if (typeof read === "string") {
      note({ error: new SyntaxError(read) });
      return;
    }
    setOutcomes((before) =>
      new Map(before).set(of, { ...base, ...before.get(of), isRunning: true }),
    );
    const subject = subjectOf(read);
    try {
      note({ event: subject.event, run: await runSource(name, base.source, subject) });
    } catch (error) {
      note({ error });
    }
  };
  const run = async (events: readonly TestEvent[]): Promise<void> => {
    setRunning(true);
    for (const event of events) await runOne(event);
    setRunning(false);
  };
  return { outcomes, run, isRunning };
}
