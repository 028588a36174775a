/** A line of text with its name, and what helps to fill it in. */
import type { ComponentChildren, JSX } from "preact";
import { Field } from "./field.tsx";

export interface TextFieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly value: string;
  readonly onText: (text: string) => void;
  /** In the letters of code, and nothing that a dictionary knows. */
  readonly isCode?: boolean;
  readonly isSmall?: boolean;
  /** Shown to nobody. */
  readonly isSecret?: boolean;
  readonly required?: boolean;
  readonly autofocus?: boolean;
  readonly readOnly?: boolean;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly placeholder?: string;
  readonly autocomplete?: "off" | "username" | "current-password";
}

export function TextField({
  label,
  hint,
  onText,
  isCode = false,
  isSmall = false,
  isSecret = false,
  ...input
}: TextFieldProps): JSX.Element {
  return (
    <Field label={label} hint={hint}>
      {(id) => (
        <input
          {...input}
          {...(isSecret ? { type: "password" as const } : {})}
          id={id}
          class={`input${isCode ? " mono" : ""}${isSmall ? " is-small" : ""}`}
          spellcheck={!isCode}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
