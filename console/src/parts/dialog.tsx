/** A question before the page: the rest waits, Escape leaves, and the focus goes back to where it was. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Button } from "./button.tsx";

export function Dialog({
  title,
  onClose,
  children,
  actions,
  onSubmit,
  isWide = false,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Buttons at its foot. */
  readonly actions?: ComponentChildren;
  readonly onSubmit?: () => void;
  readonly isWide?: boolean;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={isWide ? "dialog is-wide" : "dialog"}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      <form
        class="dialog-body"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit?.();
        }}
      >
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          <Button
            kind="quiet"
            icon="close"
            label="Close"
            isSmall
            onClick={() => dialog.current?.close()}
          />
        </header>
        <div class="dialog-main">{children}</div>
        {actions !== undefined && <footer class="dialog-foot">{actions}</footer>}
      </form>
    </dialog>
  );
}
