/** A link to a view: the browser's own for new tabs and for copying, without a new page otherwise. */
import type { ComponentChildren, JSX } from "preact";
import { base } from "./path.ts";
import { navigate } from "./router.ts";

export function Link({
  to,
  class: className,
  isCurrent = false,
  label,
  children,
}: {
  /** Like `/functions/hello`. */
  readonly to: string;
  readonly class?: string;
  readonly isCurrent?: boolean;
  readonly label?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <a
      href={`${base}${to}`}
      class={className}
      aria-label={label}
      aria-current={isCurrent ? "page" : undefined}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
          return;
        event.preventDefault();
        navigate(to);
      }}
    >
      {children}
    </a>
  );
}
