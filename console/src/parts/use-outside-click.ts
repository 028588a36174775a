/** A dialog is left by a click beside it: one that began there, too. Who marks a text and lets go outside wants it to stay. */
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";

/** @returns what the dialog's element listens to */
export function useOutsideClick(dialog: RefObject<HTMLDialogElement | null>): {
  readonly onPointerDown: (event: Event) => void;
  readonly onClick: (event: Event) => void;
} {
  const beganOutside = useRef(false);
  return {
    onPointerDown: ({ target }) => {
      beganOutside.current = target === dialog.current;
    },
    onClick: ({ target }) => {
      if (target === dialog.current && beganOutside.current) dialog.current?.close();
    },
  };
}
