/** The pairs of a store as a page shows them, read as they are scrolled to. */
import { useEffect, useState } from "preact/hooks";
import type { Pair } from "../api/key-value-stores.ts";
import { LoadedPairs } from "./loaded-pairs.ts";

/** How often what is read is drawn while all of it is. */
const drawnMs = 200;

/** Pairs that are read again when somebody has changed one; those behind them when they are scrolled to. */
const readAgainMax = 1000;

/** The pairs as far as they are read; all of them while something is looked for. Anew where somebody has changed one. */
export function usePairs(
  arn: string,
  etag: string,
  search: string,
  isWorking: boolean,
): {
  readonly pairs: readonly Pair[];
  readonly isComplete: boolean;
  readonly readMore: () => void;
  readonly error: unknown;
} {
  const [shown, setShown] = useState<{ readonly pairs: readonly Pair[]; isComplete: boolean }>({
    ...{ pairs: [], isComplete: false },
  });
  const [error, setError] = useState<unknown>();
  const [loaded, setLoaded] = useState(() => new LoadedPairs(arn));
  const draw = (from: LoadedPairs): void =>
    setShown({ pairs: from.pairs.slice(), isComplete: from.isComplete });
  useEffect(() => {
    // An import changes it many times.
    if (isWorking) return undefined;
    const ending = new AbortController();
    const fresh = new LoadedPairs(arn);
    const reach = Math.min(shown.pairs.length, readAgainMax);
    const read = async (): Promise<void> => {
      try {
        do await fresh.readMore(ending.signal);
        while (fresh.pairs.length < reach && !fresh.isComplete);
        setLoaded(fresh);
        draw(fresh);
        setError(undefined);
      } catch (failure) {
        if (!ending.signal.aborted) setError(failure);
      }
    };
    void read();
    return () => ending.abort();
  }, [arn, etag, isWorking]);
  useEffect(() => {
    if (search === "" || isWorking) return undefined;
    const ending = new AbortController();
    let drawnAt = 0;
    const onPage = (): void => {
      const now = performance.now();
      if (now - drawnAt < drawnMs) return;
      drawnAt = now;
      draw(loaded);
    };
    loaded.readAll(onPage, ending.signal).then(
      () => {
        if (!ending.signal.aborted) draw(loaded);
      },
      (failure: unknown) => {
        if (!ending.signal.aborted) setError(failure);
      },
    );
    return () => ending.abort();
  }, [loaded, search === "", isWorking]);
  const readMore = (): void => {
    if (loaded.isComplete) return;
    loaded.readMore().then(() => draw(loaded), setError);
  };
  return { ...shown, readMore, error };
}
