/** What may be on or off, and what that means. */
import type { JSX } from "preact";

export function CheckField({
  label,
  hint,
  checked,
  onCheck,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onCheck: (isChecked: boolean) => void;
}): JSX.Element {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onCheck(event.currentTarget.checked)}
      />
      <span>
        {label}
        {hint !== undefined && <span class="hint">{hint}</span>}
      </span>
    </label>
  );
}
