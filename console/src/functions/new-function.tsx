/** Makes a function, of a template. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { createFunction } from "../api/functions.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { navigate } from "../way/router.ts";
import { templates } from "./templates.ts";

/** CreateFunction's rule. */
const namePattern = "[a-zA-Z0-9_\\-]{1,64}";

export function NewFunction({
  known,
  onClose,
}: {
  readonly known: readonly string[];
  readonly onClose: () => void;
}): JSX.Element {
  const [name, setName] = useState("");
  const [comment, setComment] = useState("");
  const [template, setTemplate] = useState(templates[0]!);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const isTaken = known.includes(name);

  const submit = async (): Promise<void> => {
    if (isTaken) return;
    setBusy(true);
    setError(undefined);
    try {
      const settings = { comment, runtime: "cloudfront-js-2.0", keyValueStores: [] } as const;
      await createFunction(name, settings, template.source);
      navigate(`/functions/${encodeURIComponent(name)}`, { replaces: true });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };

  return (
    <Dialog
      title="New function"
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" isBusy={isBusy}>
            Create
          </Button>
        </>
      }
    >
      {error !== undefined && <Trouble error={error} doing="create the function" />}
      <Field
        label="Name"
        hint={
          isTaken ? (
            <span class="tone-bad">There is a function {name} already</span>
          ) : (
            "Letters, digits, - and _; it can't be changed later"
          )
        }
      >
        {(id) => (
          <input
            id={id}
            class="input mono"
            required
            pattern={namePattern}
            maxLength={64}
            spellcheck={false}
            autocomplete="off"
            autofocus
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="Comment" hint="What it is for">
        {(id) => (
          <input
            id={id}
            class="input"
            maxLength={128}
            value={comment}
            onInput={(event) => setComment(event.currentTarget.value)}
          />
        )}
      </Field>
      <fieldset class="choices">
        <legend>Begin with</legend>
        {templates.map((each) => (
          <label key={each.id} class="choice">
            <input
              type="radio"
              name="template"
              checked={each.id === template.id}
              onChange={() => setTemplate(each)}
            />
            <span>
              <strong>{each.name}</strong>
              <span class="hint">{each.what}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </Dialog>
  );
}
