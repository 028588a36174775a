/** Deletes something in steps that are told, once its name was typed. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { StepList, useSteps, type Step } from "./step-list.tsx";
import { Trouble } from "./trouble.tsx";

export function DeletionDialog({
  name,
  steps,
  onDone,
  onClose,
  children,
}: {
  /** What is to be typed. */
  readonly name: string;
  readonly steps: readonly Step[];
  readonly onDone: () => void;
  readonly onClose: () => void;
  /** What goes with it, and what must be so before. */
  readonly children: ComponentChildren;
}): JSX.Element {
  const [typed, setTyped] = useState("");
  const standing = useSteps(steps, onDone);
  const { done, isBusy, error, run } = standing;
  const isBegun = done !== undefined;
  return (
    <Dialog
      title={`Delete ${name}`}
      onClose={onClose}
      onSubmit={() => {
        if (typed === name && !isBusy) void run();
      }}
      actions={
        <>
          <Button onClick={onClose}>{isBusy ? "Leave" : "Cancel"}</Button>
          <Button
            kind="danger"
            type="submit"
            icon="trash"
            isBusy={isBusy}
            disabled={typed !== name}
          >
            {error === undefined ? "Delete" : "Try again"}
          </Button>
        </>
      }
    >
      {children}
      {error !== undefined && <Trouble error={error} doing={`delete ${name}`} />}
      {steps.length > 1 && <StepList steps={steps} standing={standing} />}
      {isBusy && (
        <p class="hint">
          When you leave, what is going on is finished, and what follows is not begun.
        </p>
      )}
      {!isBegun && (
        <Field label={`Type ${name} to be sure`}>
          {(id) => (
            <input
              id={id}
              class="input mono"
              autofocus
              spellcheck={false}
              autocomplete="off"
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          )}
        </Field>
      )}
    </Dialog>
  );
}
