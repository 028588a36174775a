/** What a view shows of the API: read when it opens, again when it is asked to, and when the node is back. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../base/use-store.ts";
import { connection } from "./connection.ts";

export interface Loaded<Data> {
  /** The last that came; it stays while it is read again, and when that fails. */
  readonly data: Data | undefined;
  /** Why the last reading failed. */
  readonly error: unknown;
  /** Nothing has come yet and nothing has failed: what there is, or that there is none, is not known. */
  readonly isReading: boolean;
  readonly reload: () => void;
  /** Puts what a call has answered in its place. */
  readonly set: (data: Data) => void;
}

export interface DataOptions {
  /** Reads it again so often while the page is seen, in milliseconds. */
  readonly everyMs?: number;
}

interface Standing<Data> {
  readonly key: string | undefined;
  readonly data?: Data;
  readonly error?: unknown;
}

/** Nobody looks and the next look is soon enough, nobody answers, or whoever looks must sign in first. */
function isOfNoUse(): boolean {
  const { standing, signInWanted } = connection;
  return document.hidden || standing.value === "down" || signInWanted.value !== undefined;
}

/** What is the same is not drawn anew. */
function withData<Data>(
  before: Standing<Data>,
  key: string | undefined,
  data: Data,
): Standing<Data> {
  const isSame = before.key === key && before.data === data && before.error === undefined;
  return isSame ? before : { key, data };
}

/**
 * @param load is called anew when `key` is another
 * @param key names what is loaded; undefined where nothing is to be loaded yet
 */
export function useData<Data>(
  key: string | undefined,
  load: (signal: AbortSignal) => Promise<Data>,
  { everyMs }: DataOptions = {},
): Loaded<Data> {
  const [state, setState] = useState<Standing<Data>>({ key });
  const [round, setRound] = useState(0);
  const returns = useStore(connection.returns);
  const loadNow = useRef(load);
  loadNow.current = load;
  /** Counts what was put there: what was asked for before it is older. */
  const puts = useRef(0);

  useEffect(() => {
    if (key === undefined) return undefined;
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      const begun = puts.current;
      try {
        const data = await loadNow.current(ending.signal);
        if (!ending.signal.aborted && begun === puts.current) {
          setState((before) => withData(before, key, data));
        }
      } catch (error) {
        if (!ending.signal.aborted) {
          setState((before) => (before.key === key ? { ...before, error } : { key, error }));
        }
      }
      if (ending.signal.aborted) return;
      if (everyMs !== undefined) timer = setTimeout(tick, everyMs);
    };
    const tick = (): void => {
      if (isOfNoUse()) timer = setTimeout(tick, 500);
      else void read();
    };
    void read();
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [key, round, returns, everyMs]);

  const reload = useCallback(() => setRound((before) => before + 1), []);
  const set = useCallback(
    (data: Data) => {
      puts.current += 1;
      setState({ key, data });
    },
    [key],
  );
  const current = state.key === key ? state : undefined;
  const { data, error } = current ?? {};
  return { data, error, isReading: data === undefined && error === undefined, reload, set };
}
