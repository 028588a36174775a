/** What came of a run: the verdict, what was changed, what it cost and what it printed. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CallCost, EdgeVerdict, Run } from "../api/runs.ts";
import { capitalized } from "../base/capitalized.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { Gauge } from "../parts/gauge.tsx";
import { Icon } from "../parts/icon.tsx";
import { CostList } from "./cost-list.tsx";
import { requestChanges, responseChanges, type PartChange } from "./event-difference.ts";
import {
  responseOf,
  type EventObject,
  type RequestObject,
  type ResponseObject,
} from "./event-model.ts";
import { RunDifferences } from "./run-differences.tsx";

interface Output {
  readonly request?: RequestObject;
  readonly response?: ResponseObject;
}

export function RunResult({
  event,
  run,
  expects,
  onExpect,
  onGoTo,
}: {
  readonly event: EventObject;
  readonly run: Run;
  /** Whether the event's file says what must hold. */
  readonly expects: boolean;
  /** Writes what came as what must hold. */
  readonly onExpect: () => void;
  /** Shows a place in the code. */
  readonly onGoTo: (place: CallCost) => void;
}): JSX.Element {
  const { test, edge } = run;
  const [showsAll, setShowsAll] = useState(false);
  const output = test.output === "" ? {} : (JSON.parse(test.output) as Output);
  const changes = changesOf(event, output);
  const shown = showsAll ? changes : changes.filter(({ state }) => state !== "same");
  return (
    <div class="result">
      <Verdict edge={edge} errorMessage={test.error_message} />
      <RunDifferences differences={run.differences} expects={expects} />
      <Gauge value={test.compute_utilization} />
      {run.costs && <CostList costs={run.costs} onGoTo={onGoTo} />}
      {changes.length > 0 && (
        <section aria-label="Changes">
          <div class="row row-between">
            <h3>{output.request ? "Request" : "Response"}, before and after</h3>
            <label class="check is-small">
              <input
                type="checkbox"
                checked={showsAll}
                onChange={(change) => setShowsAll(change.currentTarget.checked)}
              />
              All parts
            </label>
          </div>
          {shown.length === 0 ? (
            <p class="quiet">The function changed nothing.</p>
          ) : (
            <table class="changes">
              <thead class="unseen">
                <tr>
                  <th>State</th>
                  <th>Part</th>
                  <th>Value</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((change) => (
                  <ChangeRow key={change.part} change={change} />
                ))}
              </tbody>
            </table>
          )}
        </section>
      )}
      {test.logs.length > 0 && (
        <section aria-label="Logs">
          <h3>console.log</h3>
          <ol class="log-lines">
            {test.logs.map((line, index) => (
              <li key={index}>{line}</li>
            ))}
          </ol>
        </section>
      )}
      {(!expects || run.differences.length > 0) && (
        <div class="row">
          <Button
            isSmall
            icon="check"
            title="Writes it into the event, as footlight test --update does"
            onClick={onExpect}
          >
            {expects ? "Expect this from now on" : "Expect this result"}
          </Button>
        </div>
      )}
    </div>
  );
}

function Verdict({
  edge,
  errorMessage,
}: {
  readonly edge: EdgeVerdict;
  readonly errorMessage: string;
}): JSX.Element {
  const isRefused = edge.does === "refuse";
  return (
    <div class={`note ${isRefused ? "note-bad" : "note-good"}`} role="status">
      <Icon name={isRefused ? "alert" : "check"} />
      <div class="grow">
        <strong>{headline(edge)}</strong>
        {isRefused && (
          <>
            <p>{capitalized(edge.because ?? errorMessage)}</p>
            {errorMessage === "" && edge.because !== undefined && (
              <p class="hint">TestFunction passes it; viewers would get an error page.</p>
            )}
          </>
        )}
        {edge.origins && <p class="quiet">from {edge.origins.join(", else ")}</p>}
        {edge.note !== undefined && <p class="hint">{edge.note}</p>}
      </div>
      <Badge tone={isRefused ? "bad" : "good"}>
        {edge.does === "ask" ? "Goes on" : edge.does === "answer" ? "Answers" : "Refused"}
      </Badge>
    </div>
  );
}

function headline({ does, status, method, target }: EdgeVerdict): string {
  switch (does) {
    case "ask":
      return `The origin is asked for ${method} ${target}`;
    case "answer":
      return `Viewers get this response: ${status}`;
    case "refuse":
      return `Viewers get an error page: ${status}`;
  }
}

const signs = { same: " ", added: "+", removed: "−", changed: "~" } as const;

function ChangeRow({ change }: { readonly change: PartChange }): JSX.Element {
  const { part, before, after, state } = change;
  return (
    <tr class={`change-${state}`}>
      <td class="change-sign">
        <span aria-hidden="true">{signs[state]}</span>
        <span class="unseen">{state}</span>
      </td>
      <th scope="row">{part}</th>
      <td>
        {state === "changed" ? (
          <>
            <del>{before}</del> <ins>{after}</ins>
          </>
        ) : (
          (after ?? before)
        )}
      </td>
    </tr>
  );
}

function changesOf(event: EventObject, { request, response }: Output): readonly PartChange[] {
  if (request) return requestChanges(event.request, request);
  if (response) return responseChanges(responseOf(event), response);
  return [];
}
