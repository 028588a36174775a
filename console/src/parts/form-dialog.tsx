/** A dialog that makes something of what is filled in: it says why it could not, and is busy meanwhile. */
import type { ComponentChildren, JSX } from "preact";
import type { IconName } from "../base/icon-paths.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Fields } from "./fields.tsx";
import { notify } from "./toasts.tsx";
import { Trouble } from "./trouble.tsx";
import { useAction } from "./use-action.ts";
import { useEnding } from "./use-ending.ts";

/** Told to who leaves before the node has answered. */
export const leftBusy = "Left before the node answered: it may have been done or not";

export function FormDialog({
  title,
  doing,
  verb,
  icon,
  isWide = false,
  isReady = true,
  act,
  onClose,
  children,
}: {
  readonly title: string;
  /** What may fail, like "make the store"; or by what has gone wrong. */
  readonly doing: string | ((error: unknown) => string);
  /** On the button, like "Create". */
  readonly verb: string;
  readonly icon?: IconName;
  readonly isWide?: boolean;
  /** Whether it can be done as things stand. */
  readonly isReady?: boolean;
  /**
   * Leads away from the dialog, or closes it.
   *
   * @param signal aborted when somebody has closed it meanwhile: then nothing else may come of it
   */
  readonly act: (signal: AbortSignal) => Promise<void>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const signal = useEnding();
  const { isBusy, error, run } = useAction(() => act(signal));
  const leave = (): void => {
    if (isBusy) notify(leftBusy);
    onClose();
  };
  return (
    <Dialog
      title={title}
      onClose={leave}
      onSubmit={run}
      isWide={isWide}
      actions={
        <>
          <Button onClick={leave}>Cancel</Button>
          <Button
            kind="primary"
            type="submit"
            isBusy={isBusy}
            disabled={!isReady}
            {...(icon && { icon })}
          >
            {verb}
          </Button>
        </>
      }
    >
      {error !== undefined && (
        <Trouble error={error} doing={typeof doing === "string" ? doing : doing(error)} />
      )}
      <Fields isLocked={isBusy}>{children}</Fields>
    </Dialog>
  );
}
