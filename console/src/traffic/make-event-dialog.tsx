/** Makes a request that came a test event of one of the functions that ran on it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { readCode } from "../api/functions.ts";
import type { Trace } from "../api/traces.ts";
import { keepAnother } from "../functions/kept-events.ts";
import { Field } from "../parts/field.tsx";
import { TextField } from "../parts/text-field.tsx";
import { FormDialog } from "../parts/form-dialog.tsx";
import { notify } from "../parts/toasts.tsx";
import { navigate } from "../way/router.ts";
import { eventOfTrace } from "./event-of-trace.ts";

export function MakeEventDialog({
  trace,
  onClose,
}: {
  readonly trace: Trace;
  readonly onClose: () => void;
}): JSX.Element {
  const [chosen, setChosen] = useState(0);
  const [name, setName] = useState(
    trace.request.path.replaceAll(/[^\w-]+/g, "-").replaceAll(/^-+|-+$/g, "") || "root",
  );
  const fn = trace.functions[chosen] ?? trace.functions[0]!;
  const { event, leftOut } = eventOfTrace(trace, fn.event_type);
  const make = async (signal: AbortSignal): Promise<void> => {
    const { source } = await readCode(fn.name, "DEVELOPMENT", signal);
    notify(`${keepAnother(fn.name, source, name, event)} is a test event of ${fn.name}`);
    navigate(`/functions/${encodeURIComponent(fn.name)}`);
  };
  return (
    <FormDialog
      title="Make it a test event"
      doing="make the event"
      verb="Make it"
      act={make}
      onClose={onClose}
    >
      <Field label="Of">
        {(id) => (
          <select
            id={id}
            class="select"
            value={chosen}
            onChange={(change) => setChosen(Number(change.currentTarget.value))}
          >
            {trace.functions.map((each, index) => (
              <option key={index} value={index}>
                {each.name} ({each.event_type})
              </option>
            ))}
          </select>
        )}
      </Field>
      <TextField
        label="Name"
        hint="It is kept in this browser, beside the function's other events"
        isCode
        required
        value={name}
        onText={setName}
      />
      {leftOut.length > 0 && (
        <div class="note note-warn">
          <p class="breaks">
            Left out, as its value is masked: <strong>{leftOut.join(", ")}</strong>. Add what the
            function needs of it.
          </p>
        </div>
      )}
    </FormDialog>
  );
}
