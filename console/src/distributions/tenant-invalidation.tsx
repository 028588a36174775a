/** Makes what is kept of one tenant unusable; what other tenants have of the same paths stays. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { invalidateTenant, type Tenant } from "../api/tenants.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import { notify } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";

export function TenantInvalidation({
  tenant: { id, name },
  onClose,
}: {
  readonly tenant: Tenant;
  readonly onClose: () => void;
}): JSX.Element {
  const [text, setText] = useState("/*");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const paths = text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
      await invalidateTenant(id, paths);
      notify(`Invalidated ${paths.length === 1 ? "1 path" : `${paths.length} paths`} of ${name}`);
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`Invalidate what is kept of ${name}`}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" isBusy={isBusy}>
            Invalidate
          </Button>
        </>
      }
    >
      {error !== undefined && <Trouble error={error} doing="invalidate" />}
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
    </Dialog>
  );
}
