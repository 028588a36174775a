/** Makes a request that came a test event of one of the functions that ran on it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { readCode } from "../api/functions.ts";
import type { Trace } from "../api/traces.ts";
import { eventText, freeName } from "../functions/event-model.ts";
import { keepEvents, recallEvents } from "../functions/kept-events.ts";
import { Field } from "../parts/field.tsx";
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
  const make = async (): Promise<void> => {
    const { source } = await readCode(fn.name, "DEVELOPMENT");
    const kept = recallEvents(fn.name, source);
    const free = freeName(
      name,
      kept.map((each) => each.name),
    );
    keepEvents(fn.name, [...kept, { name: free, text: eventText(event) }]);
    notify(`${free} is a test event of ${fn.name}`);
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
      <Field label="Name" hint="It is kept in this browser, beside the function's other events">
        {(id) => (
          <input
            id={id}
            class="input mono"
            required
            spellcheck={false}
            value={name}
            onInput={(change) => setName(change.currentTarget.value)}
          />
        )}
      </Field>
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
