/** A control with its name, and what helps to fill it in. */
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

export function Field({
  label,
  hint,
  children,
}: {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** The control, which takes the id. */
  readonly children: (id: string) => ComponentChildren;
}): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
      {hint !== undefined && <p class="hint">{hint}</p>}
    </div>
  );
}
