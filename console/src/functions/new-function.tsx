/** Makes a function, of a template. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { createFunction } from "../api/functions.ts";
import { TextField } from "../parts/text-field.tsx";
import { FormDialog } from "../parts/form-dialog.tsx";
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
  const isTaken = known.includes(name);

  const create = async (signal: AbortSignal): Promise<void> => {
    if (isTaken) return;
    const settings = { comment, runtime: "cloudfront-js-2.0", keyValueStores: [] } as const;
    await createFunction(name, settings, template.source, signal);
    navigate(`/functions/${encodeURIComponent(name)}`, { replaces: true });
  };

  return (
    <FormDialog
      title="New function"
      doing="create the function"
      verb="Create"
      act={create}
      onClose={onClose}
    >
      <TextField
        label="Name"
        hint={
          isTaken ? (
            <span class="tone-bad">There is a function {name} already</span>
          ) : (
            "Letters, digits, - and _; it can't be changed later"
          )
        }
        isCode
        required
        pattern={namePattern}
        maxLength={64}
        autocomplete="off"
        autofocus
        value={name}
        onText={setName}
      />
      <TextField
        label="Comment"
        hint="What it is for"
        maxLength={128}
        value={comment}
        onText={setComment}
      />
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
    </FormDialog>
  );
}
