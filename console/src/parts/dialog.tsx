/** A question before the page: the rest waits, Escape leaves, and the focus goes back to where it was. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Button } from "./button.tsx";
import { focusFirst } from "./fields.tsx";
import { useOutsideClick } from "./use-outside-click.ts";

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
  const outside = useOutsideClick(dialog);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    // One comes to fill it in; the button that closes it, which is first, is the last that is wanted.
    if (document.activeElement?.closest(".dialog-head")) {
      focusFirst(dialog.current);
    }
    return () => {
      // A dialog that is taken away, not closed, leaves the focus nowhere; and until it is, nothing else can have it.
      setTimeout(() => {
        if (document.activeElement !== document.body) return;
        if (before instanceof HTMLElement) before.focus();
        // What opened it may be gone, or can't be used any more.
        if (document.activeElement === document.body) {
          document.querySelector<HTMLElement>("#main")?.focus({ preventScroll: true });
        }
      });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={isWide ? "dialog is-wide" : "dialog"}
      aria-labelledby={id}
      onClose={onClose}
      {...outside}
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
