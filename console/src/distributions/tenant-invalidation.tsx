/** Makes what is kept of one tenant unusable; what other tenants have of the same paths stays. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { invalidateTenant, type Tenant } from "../api/tenants.ts";
import { Field } from "../parts/field.tsx";
import { FormDialog } from "../parts/form-dialog.tsx";
import { notify } from "../parts/toasts.tsx";

export function TenantInvalidation({
  tenant: { id, name },
  onClose,
}: {
  readonly tenant: Tenant;
  readonly onClose: () => void;
}): JSX.Element {
  const [text, setText] = useState("/*");
  const act = async (signal: AbortSignal): Promise<void> => {
    const paths = text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
    await invalidateTenant(id, paths, signal);
    notify(`Invalidated ${paths.length === 1 ? "1 path" : `${paths.length} paths`} of ${name}`);
    onClose();
  };
  return (
    <FormDialog
      title={`Invalidate what is kept of ${name}`}
      doing="invalidate"
      verb="Invalidate"
      act={act}
      onClose={onClose}
    >
      <Field
        label="Paths"
        hint="One a line; * at its end is whatever follows. What other tenants have stays."
      >
        {(field) => (
          <textarea
            id={field}
            class="input mono"
            required
            spellcheck={false}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}
