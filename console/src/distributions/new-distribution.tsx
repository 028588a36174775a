/** A distribution in four fields: origin, path, function, cache. The rest is in its configuration afterwards. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { createFirstDistribution, type EventType } from "../api/distributions.ts";
import { listFunctions, readArn } from "../api/functions.ts";
import { useData } from "../api/use-data.ts";
import { CheckField } from "../parts/check-field.tsx";
import { Field } from "../parts/field.tsx";
import { TextField } from "../parts/text-field.tsx";
import { FormDialog } from "../parts/form-dialog.tsx";
import { notify } from "../parts/toasts.tsx";
import { navigate } from "../way/router.ts";

const eventTypes: readonly (readonly [EventType, string])[] = [
  ["viewer-request", "Before the cache (viewer-request)"],
  ["viewer-response", "After it (viewer-response)"],
];

/** Functions that are offered at once: to draw thousands takes a quarter of a second. */
const offeredMax = 200;

const later = "one can be attached later, under Viewers of the function";

export function NewDistribution({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const functions = useData("functions", listFunctions);
  const { isReading } = functions;
  const published = functions.data?.filter(({ isPublished }) => isPublished) ?? [];
  const [part, setPart] = useState("");
  const isLong = published.length > offeredMax;
  const offered = isLong
    ? published.filter(({ name }) => name.includes(part)).slice(0, offeredMax)
    : published;
  const [origin, setOrigin] = useState("");
  const [pathPattern, setPathPattern] = useState("*");
  const [chosen, setChosen] = useState("");
  const [isCached, setCached] = useState(true);
  const [isForTenants, setForTenants] = useState(false);
  const create = async (signal: AbortSignal): Promise<void> => {
    const [eventType, name] = (chosen || "viewer-request").split(" ") as [EventType, string?];
    const functionArn = name === undefined ? undefined : await readArn(name, signal);
    const made = await createFirstDistribution(
      { origin, pathPattern, functionArn, eventType, isCached, isForTenants },
      signal,
    );
    notify(`Made ${made.domainName}`);
    const part = isForTenants ? "/tenants" : "";
    navigate(`/distributions/${made.id}${part}`, { replaces: true });
  };
  const hintOf = (): string => {
    if (isReading) return "Reading which are published";
    if (functions.data === undefined) return `They could not be read; ${later}`;
    if (published.length === 0) return `None is published yet; ${later}`;
    return isLong
      ? `The first ${offered.length} of ${published.length} that are published and have that part`
      : "Those that are published";
  };
  return (
    <FormDialog
      title="New distribution"
      doing="make the distribution"
      verb="Create"
      isReady={!isReading}
      act={create}
      onClose={onClose}
    >
      <TextField
        label="Origin"
        hint="Who has the content, asked by http: HOST or HOST:PORT"
        isCode
        required
        autofocus
        pattern="[a-zA-Z0-9.\-]+(:[0-9]{1,5})?"
        placeholder="localhost:3000"
        value={origin}
        onText={setOrigin}
      />
      <TextField
        label="Path"
        hint="What the function runs on and what is kept: * is all, /img/* what begins so. Other paths are passed on."
        isCode
        required
        value={pathPattern}
        onText={setPathPattern}
      />
      <Field label="Function" hint={hintOf()}>
        {(id) => (
          <>
            {isLong && (
              <input
                type="search"
                class="input mono"
                aria-label="A part of the function's name"
                placeholder="A part of its name"
                spellcheck={false}
                value={part}
                onInput={(event) => {
                  setPart(event.currentTarget.value);
                  setChosen("");
                }}
              />
            )}
            <select
              id={id}
              class="select"
              value={chosen}
              onChange={(event) => setChosen(event.currentTarget.value)}
            >
              <option value="">{isReading ? "Reading …" : "None"}</option>
              {eventTypes.map(([type, label]) => (
                <optgroup key={type} label={label}>
                  {offered.map(({ name }) => (
                    <option key={name} value={`${type} ${name}`}>
                      {name}
                    </option>
                  ))}
                </optgroup>
              ))}
            </select>
          </>
        )}
      </Field>
      <CheckField
        label="Keep what the origin answers"
        hint="By the managed policy CachingOptimized; otherwise CachingDisabled"
        checked={isCached}
        onCheck={setCached}
      />
      <details class="form-part">
        <summary>For tenants</summary>
        <div class="stack">
          <CheckField
            label="Viewers come by domains of its tenants"
            hint="Sites that share what is configured here; this can't be changed afterwards"
            checked={isForTenants}
            onCheck={setForTenants}
          />
        </div>
      </details>
    </FormDialog>
  );
}
