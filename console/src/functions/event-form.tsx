/** A test event as a form, with what must come of it. What the form does not show is in the JSON. */
import type { JSX } from "preact";
import { Field } from "../parts/field.tsx";
import { TextField } from "../parts/text-field.tsx";
import { EventLines } from "./event-lines.tsx";
import {
  responseOf,
  type EventFile,
  type RequestObject,
  type ResponseObject,
} from "./event-model.ts";
import { ExpectedLines } from "./expected-lines.tsx";
import { GivenLines } from "./given-lines.tsx";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export function EventForm({
  event,
  onChange,
}: {
  readonly event: EventFile;
  readonly onChange: (event: EventFile) => void;
}): JSX.Element {
  const { request, viewer } = event;
  const response = responseOf(event);
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
        <TextField
          label="URI"
          isCode
          isSmall
          value={request.uri}
          onText={(text) => setRequest({ uri: text })}
        />
        <TextField
          label="Viewer's address"
          isCode
          isSmall
          value={viewer?.ip ?? ""}
          onText={(text) => onChange({ ...event, viewer: { ...viewer, ip: text } })}
        />
      </div>
      <EventLines
        title="Query"
        map={request.querystring}
        kind="query"
        onChange={(querystring) => setRequest({ querystring })}
      />
      <EventLines
        title="Headers"
        map={request.headers}
        kind="headers"
        onChange={(headers) => setRequest({ headers })}
      />
      <EventLines
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
            <TextField
              label="Description"
              isSmall
              value={response.statusDescription ?? ""}
              onText={(text) => setResponse({ statusDescription: text })}
            />
          </div>
          <EventLines
            title="Response headers"
            map={response.headers}
            kind="headers"
            onChange={(headers) => setResponse({ headers })}
          />
          <EventLines
            title="Response cookies"
            map={response.cookies}
            kind="response cookies"
            onChange={(cookies) => setResponse({ cookies })}
          />
        </>
      )}
      <div class="event-part stack">
        <ExpectedLines
          expected={event.expect}
          onChange={(expect) => onChange(withMember(event, "expect", expect))}
        />
        <GivenLines
          given={event.given}
          onChange={(given) => onChange(withMember(event, "given", given))}
        />
      </div>
    </div>
  );
}

/** @param value undefined where the file is to say nothing of it */
function withMember(
  event: EventFile,
  member: "expect" | "given",
  value: object | undefined,
): EventFile {
  const { [member]: _, ...others } = event;
  return value === undefined ? others : { ...others, [member]: value };
}
