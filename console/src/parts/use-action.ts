/** What a button or a form does: once at a time, and why it failed. */
import { useState } from "preact/hooks";

export interface Action<Given extends readonly unknown[]> {
  readonly isBusy: boolean;
  /** Why the last time failed; undefined while it is tried again. */
  readonly error: unknown;
  readonly run: (...given: Given) => void;
  /** Of the error, when what is shown is another. */
  readonly forget: () => void;
}

/**
 * @param act done when it returns; what it throws is the error
 * @param onFailure is told of what it throws, in the place of `error`
 */
export function useAction<Given extends readonly unknown[]>(
  act: (...given: Given) => Promise<void>,
  onFailure?: (failure: unknown) => void,
): Action<Given> {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = async (...given: Given): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      await act(...given);
    } catch (failure) {
      (onFailure ?? setError)(failure);
    }
    setBusy(false);
  };
  return {
    isBusy,
    error,
    run: (...given) => void run(...given),
    forget: () => setError(undefined),
  };
}
