/** A dialog that makes something of what is filled in: it says why it could not, and is busy meanwhile. */
import type { ComponentChildren, JSX } from "preact";
import type { IconName } from "../base/icon-paths.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Trouble } from "./trouble.tsx";
import { useSubmit } from "./use-submit.ts";

export function FormDialog({
  title,
  doing,
  verb,
  icon,
  act,
  onClose,
  children,
}: {
  readonly title: string;
  /** What may fail, like "make the store". */
  readonly doing: string;
  /** On the button, like "Create". */
  readonly verb: string;
  readonly icon?: IconName;
  /** Leads away from the dialog, or closes it. */
  readonly act: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { isBusy, error, submit } = useSubmit(act);
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" isBusy={isBusy} {...(icon && { icon })}>
            {verb}
          </Button>
        </>
      }
    >
      {error !== undefined && <Trouble error={error} doing={doing} />}
      {children}
    </Dialog>
  );
}
