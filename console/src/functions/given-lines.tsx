/** What a run is given beside its event: clock, chance, keys and runtime. */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { Field } from "../parts/field.tsx";
import { TextField } from "../parts/text-field.tsx";
import { EventLines } from "./event-lines.tsx";
import type { EventMap } from "./event-model.ts";

type Given = Readonly<Record<string, unknown>>;

export function GivenLines({
  given,
  onChange,
}: {
  /** The member `given` of the event's file. */
  readonly given: unknown;
  /** Undefined where nothing is given any more. */
  readonly onChange: (given: object | undefined) => void;
}): JSX.Element {
  const members = isObject(given) ? given : {};
  const { now, seed, keys = {}, runtime } = members;
  /** @param value undefined or empty for none */
  const set = (member: string, value: unknown): void => {
    const { [member]: _, ...others } = members;
    const next = value === undefined || value === "" ? others : { ...others, [member]: value };
    onChange(Object.keys(next).length === 0 ? undefined : next);
  };
  const map = keysAsMap(keys);
  // What has been opened stays so when the last of it is taken away.
  const isOpen = useRef(false);
  isOpen.current ||= given !== undefined;
  if (given !== undefined && !isObject(given)) {
    return <p class="hint">What it is given beside the event is no object: the JSON has it</p>;
  }
  return (
    <details class="form-part" open={isOpen.current}>
      <summary>What it is given beside the event</summary>
      <div class="stack">
        <div class="given-line">
          <TextField
            label="Clock"
            isCode
            isSmall
            placeholder="2026-01-31T12:00:00Z"
            value={textOf(now)}
            onText={(text) => set("now", /^\d+$/.test(text) ? Number(text) : text)}
          />
          <Field label="Seed">
            {(id) => (
              <input
                id={id}
                class="input is-small num"
                type="number"
                min={1}
                value={textOf(seed)}
                onInput={(change) => {
                  const { value } = change.currentTarget;
                  set("seed", value === "" ? undefined : Number(value));
                }}
              />
            )}
          </Field>
          <Field label="Runtime">
            {(id) => (
              <select
                id={id}
                class="select is-small"
                value={textOf(runtime)}
                onChange={(change) => set("runtime", change.currentTarget.value)}
              >
                <option value="">Its own</option>
                <option value="cloudfront-js-2.0">2.0</option>
                <option value="cloudfront-js-1.0">1.0</option>
              </select>
            )}
          </Field>
        </div>
        {map === undefined && typeof keys !== "string" ? (
          <p class="hint">Its keys are no object of texts: the JSON has them</p>
        ) : map === undefined ? (
          <p class="hint">
            Its keys are in the file <span class="mono">{textOf(keys)}</span>, which{" "}
            <code>footlight test</code> reads
          </p>
        ) : (
          <EventLines
            title="Keys"
            map={map}
            kind="query"
            isUnique
            onChange={(next) => {
              const pairs = Object.entries(next).map(([name, { value }]) => [name, value]);
              set("keys", pairs.length === 0 ? undefined : Object.fromEntries(pairs));
            }}
          />
        )}
      </div>
    </details>
  );
}

/** What is there may be wrong: the file is anybody's. */
function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** @returns undefined where they are not written there, or are no texts, which a line would make other ones of */
function keysAsMap(keys: unknown): EventMap | undefined {
  if (!isObject(keys) || !Object.values(keys).every((value) => typeof value === "string")) {
    return undefined;
  }
  return Object.fromEntries(
    Object.entries(keys).map(([name, value]) => [name, { value: textOf(value) }]),
  );
}

function isObject(value: unknown): value is Given {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
