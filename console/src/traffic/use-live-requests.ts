/** Requests as they come, drawn a few times a second however many they are. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { followTraces, type TraceFilter } from "../api/traces.ts";
import { Paced } from "../base/paced.ts";
import { LiveRequests, type ShownRequests } from "./live-requests.ts";

/** Requests that are shown at once: the newest. */
export const shownMax = 100;

const drawEveryMs = 250;
/** Who types a path asks for what begins like each of its letters. */
const typingMs = 200;

export interface LiveView {
  /** Undefined before anything has come. */
  readonly shown: ShownRequests | undefined;
  /** Why nothing new comes. */
  readonly error: unknown;
  readonly reload: () => void;
}

interface Drawn {
  readonly requests: LiveRequests;
  readonly shown: ShownRequests | undefined;
  readonly error?: unknown;
}

export function useLiveRequests(filter: TraceFilter, isPaused: boolean): LiveView {
  const requests = useMemo(() => new LiveRequests(shownMax), [JSON.stringify(filter)]);
  const [drawn, setDrawn] = useState<Drawn>();
  const [round, setRound] = useState(0);

  useEffect(() => {
    if (isPaused) return undefined;
    const drawing = new Paced(() => {
      setDrawn((before) =>
        before?.requests === requests &&
        before.shown === requests.shown &&
        before.error === undefined
          ? before
          : { requests, shown: requests.shown },
      );
    }, drawEveryMs);
    let stop: (() => void) | undefined;
    const begin = (): void => {
      stop = followTraces(filter, shownMax, requests.marker, {
        onPage: (page) => {
          requests.add(page);
          drawing.ask();
        },
        onTrouble: (error) => {
          drawing.stop();
          setDrawn({ requests, shown: requests.shown, error });
        },
      });
    };
    const beginning = setTimeout(begin, drawn === undefined ? 0 : typingMs);
    return () => {
      clearTimeout(beginning);
      drawing.stop();
      stop?.();
    };
  }, [requests, isPaused, round]);

  const current = drawn?.requests === requests ? drawn : undefined;
  return {
    shown: current?.shown,
    error: current?.error,
    reload: () => setRound((before) => before + 1),
  };
}
