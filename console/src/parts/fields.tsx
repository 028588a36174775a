/**
 * What is filled in. While it is read or written nobody can: what they typed would be overwritten by what is read, or not be in what
 * was written. Who had the focus has it again.
 */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

const fillable = ":is(input, select, textarea):not([readonly], :disabled)";

export function focusFirst(within: Element | null): void {
  within?.querySelector<HTMLElement>(fillable)?.focus();
}

export function Fields({
  isLocked,
  children,
}: {
  readonly isLocked: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  const fields = useRef<HTMLFieldSetElement>(null);
  const focused = useRef<HTMLElement | undefined>(undefined);
  const wasLocked = useRef(false);
  useEffect(() => {
    const { activeElement: now } = document;
    if (wasLocked.current && (now === document.body || now?.closest(".dialog-head"))) {
      if (focused.current?.isConnected) focused.current.focus();
      else focusFirst(fields.current);
    }
    wasLocked.current = isLocked;
  }, [isLocked]);
  return (
    <fieldset
      ref={fields}
      class="fields"
      disabled={isLocked}
      onFocusIn={({ target }) => {
        focused.current = target as HTMLElement;
      }}
    >
      {children}
    </fieldset>
  );
}
