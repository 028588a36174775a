/** Steps that are done one after the other, and how far they are. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { useEnding } from "./use-ending.ts";

export interface Step {
  readonly label: string;
  /** @param signal aborted when nobody waits any more */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

export interface Steps {
  /** How many are done; undefined before they are begun. */
  readonly done: number | undefined;
  readonly isBusy: boolean;
  readonly error: unknown;
  /** Begins, or goes on with the step that has failed. */
  readonly run: () => Promise<void>;
}

/** What is left of them is not begun when the page is left. */
export function useSteps(steps: readonly Step[], onDone: () => void): Steps {
  const [done, setDone] = useState<number>();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const signal = useEnding();
  const run = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      for (let index = done ?? 0; index < steps.length; index += 1) {
        setDone(index);
        await steps[index]!.run(signal);
        if (signal.aborted) return;
      }
      setDone(steps.length);
      onDone();
    } catch (failure) {
      if (!signal.aborted) setError(failure);
    }
    setBusy(false);
  };
  return { done, isBusy, error, run };
}

export function StepList({
  steps,
  standing: { done = -1, error },
}: {
  readonly steps: readonly Step[];
  readonly standing: Steps;
}): JSX.Element {
  return (
    <ol class="steps" aria-live="polite">
      {steps.map(({ label }, index) => {
        const state =
          index < done
            ? "done"
            : index > done
              ? "to come"
              : error === undefined
                ? "going on"
                : "failed";
        return (
          <li key={label} class={`step-line is-${state.replace(" ", "-")}`}>
            {state === "done" ? (
              <Icon name="check" />
            ) : state === "failed" ? (
              <Icon name="alert" />
            ) : (
              <span class="step-dot" aria-hidden="true" />
            )}
            <span>
              {label}
              <span class="unseen">, {state}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** Asks again and again until it is so. */
export async function until(isSo: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await isSo())) {
    await new Promise((resolve) => {
      setTimeout(resolve, 500);
    });
  }
}
