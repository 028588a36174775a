/** A test event as a form: what is most often changed. The file has all of it. */
import type { JSX } from "preact";
import { Button } from "../parts/button.tsx";
import { Field } from "../parts/field.tsx";
import {
  linesOf,
  mapOf,
  type EventFile,
  type EventMap,
  type FormLine,
  type RequestObject,
  type ResponseObject,
} from "./event-model.ts";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export function EventForm({
  event,
  onChange,
}: {
  readonly event: EventFile;
  readonly onChange: (event: EventFile) => void;
}): JSX.Element {
  const { request, response, viewer } = event;
  const setRequest = (change: Partial<RequestObject>): void =>
    onChange({ ...event, request: { ...request, ...change } });
  const setResponse = (change: Partial<ResponseObject>): void => {
    if (response) onChange({ ...event, response: { ...response, ...change } });
  };
  return (
    <div class="event-form">
      <div class="event-line">
        <Field label="Method">
          {(id) => (
            <select
              id={id}
              class="select is-small"
              value={request.method}
              onChange={(change) => setRequest({ method: change.currentTarget.value })}
            >
              {[...new Set([request.method, ...methods])].map((method) => (
                <option key={method}>{method}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label="URI">
          {(id) => (
            <input
              id={id}
              class="input is-small mono"
              spellcheck={false}
              value={request.uri}
              onInput={(change) => setRequest({ uri: change.currentTarget.value })}
            />
          )}
        </Field>
        <Field label="Viewer's address">
          {(id) => (
            <input
              id={id}
              class="input is-small mono"
              spellcheck={false}
              value={viewer?.ip ?? ""}
              onInput={(change) =>
                onChange({ ...event, viewer: { ...viewer, ip: change.currentTarget.value } })
              }
            />
          )}
        </Field>
      </div>
      <Lines
        title="Query"
        map={request.querystring}
        kind="query"
        onChange={(querystring) => setRequest({ querystring })}
      />
      <Lines
        title="Headers"
        map={request.headers}
        kind="headers"
        onChange={(headers) => setRequest({ headers })}
      />
      <Lines
        title="Cookies"
        map={request.cookies}
        kind="cookies"
        onChange={(cookies) => setRequest({ cookies })}
      />
      {response && (
        <>
          <h3 class="event-part">Response of the origin</h3>
          <div class="event-line">
            <Field label="Status">
              {(id) => (
                <input
                  id={id}
                  class="input is-small num"
                  type="number"
                  min={100}
                  max={599}
                  value={response.statusCode}
                  onInput={(change) =>
                    setResponse({ statusCode: Number(change.currentTarget.value) })
                  }
                />
              )}
            </Field>
            <Field label="Description">
              {(id) => (
                <input
                  id={id}
                  class="input is-small"
                  value={response.statusDescription ?? ""}
                  onInput={(change) =>
                    setResponse({ statusDescription: change.currentTarget.value })
                  }
                />
              )}
            </Field>
          </div>
          <Lines
            title="Response headers"
            map={response.headers}
            kind="headers"
            onChange={(headers) => setResponse({ headers })}
          />
          <Lines
            title="Response cookies"
            map={response.cookies}
            kind="response cookies"
            onChange={(cookies) => setResponse({ cookies })}
          />
        </>
      )}
    </div>
  );
}

/** Names and values; a name that is not filled in yet is there as long as one writes it. */
function Lines({
  title,
  map,
  kind,
  onChange,
}: {
  readonly title: string;
  readonly map: EventMap | string | undefined;
  readonly kind: "headers" | "cookies" | "response cookies" | "query";
  readonly onChange: (map: EventMap) => void;
}): JSX.Element {
  const lines = linesOf(map);
  const put = (next: readonly FormLine[]): void => onChange(mapOf(next, kind));
  const add = (): void => {
    const taken = lines.map(({ name }) => name);
    let name = kind === "headers" ? "x-header" : "name";
    while (taken.includes(name)) name += "-2";
    put([...lines, { name, value: "" }]);
  };
  const set = (index: number, change: Partial<FormLine>): void =>
    put(lines.map((line, each) => (each === index ? { ...line, ...change } : line)));
  const one = title.toLowerCase().replace(/s$/, "");
  return (
    <section class="lines" aria-label={title}>
      <div class="row row-between">
        <h3>
          {title} <span class="quiet num">{lines.length}</span>
        </h3>
        <Button
          kind="quiet"
          icon="plus"
          isSmall
          label={`Add to ${title.toLowerCase()}`}
          onClick={add}
        />
      </div>
      {lines.map(({ name, value }, index) => (
        // By place: the name is what is being typed.
        <div key={index} class="line">
          <input
            class="input is-small mono"
            aria-label={`Name of ${one} ${index + 1}`}
            spellcheck={false}
            value={name}
            onChange={(change) => set(index, { name: change.currentTarget.value })}
          />
          <input
            class="input is-small mono"
            aria-label={`Value of ${name}`}
            spellcheck={false}
            value={value}
            onInput={(change) => set(index, { value: change.currentTarget.value })}
          />
          <Button
            kind="quiet"
            icon="close"
            isSmall
            label={`Remove ${name}`}
            onClick={() => put(lines.filter((_, each) => each !== index))}
          />
        </div>
      ))}
    </section>
  );
}
