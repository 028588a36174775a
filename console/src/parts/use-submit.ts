/** What a form does when it is submitted: once at a time, and why it failed. */
import { useState } from "preact/hooks";

export interface Submitting {
  readonly isBusy: boolean;
  /** Why the last time failed; undefined while it is tried again. */
  readonly error: unknown;
  readonly submit: () => void;
}

/** @param act done when it returns; what it throws is the error */
export function useSubmit(act: () => Promise<void>): Submitting {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      await act();
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  return { isBusy, error, submit: () => void submit() };
}
