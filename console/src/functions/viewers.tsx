/** Whom a function runs for: the cache behaviors that use it, and how it gets some. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import {
  attachFunction,
  createFirstDistribution,
  findUses,
  listDistributions,
  type EventType,
} from "../api/distributions.ts";
import { readArn } from "../api/functions.ts";
import { findEdge } from "../api/nodes.ts";
import { useData } from "../api/use-data.ts";
import { Button } from "../parts/button.tsx";
import { CheckField } from "../parts/check-field.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Field } from "../parts/field.tsx";
import { TextField } from "../parts/text-field.tsx";
import { notify } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { useAction } from "../parts/use-action.ts";
import { FunctionUses } from "./function-uses.tsx";

export interface ViewersProps {
  readonly name: string;
  readonly isPublished: boolean;
  /** What its code is for, as far as can be told. */
  readonly eventType: EventType;
  readonly onPublish: () => void;
}

export function Viewers({ name, isPublished, eventType, onPublish }: ViewersProps): JSX.Element {
  const arn = useData(`arn ${name}`, (signal) => readArn(name, signal));
  const uses = useData(`uses ${name}`, (signal) => findUses(name, signal), { everyMs: 10_000 });
  const edge = useData("edge", findEdge);
  if (!isPublished) {
    return (
      <EmptyState
        icon="publish"
        title="Publish it first"
        actions={
          <Button kind="primary" icon="publish" onClick={onPublish}>
            Publish
          </Button>
        }
      >
        <p>Viewers get what is LIVE. Then a distribution can use it.</p>
      </EmptyState>
    );
  }
  return (
    <div class="stack">
      {uses.error !== undefined && (
        <Trouble error={uses.error} doing="read the distributions" onRetry={uses.reload} />
      )}
      {arn.error !== undefined && arn.data === undefined && (
        <Trouble error={arn.error} doing="read the function's ARN" onRetry={arn.reload} />
      )}
      {uses.data && uses.data.length > 0 && <FunctionUses uses={uses.data} edge={edge.data} />}
      {uses.data && arn.data !== undefined && (
        <Attach
          arn={arn.data}
          eventType={eventType}
          isFirst={uses.data.length === 0}
          onDone={uses.reload}
        />
      )}
    </div>
  );
}

function Attach({
  arn,
  eventType: likely,
  isFirst,
  onDone,
}: {
  readonly arn: string;
  readonly eventType: EventType;
  readonly isFirst: boolean;
  readonly onDone: () => void;
}): JSX.Element {
  const distributions = useData("distributions", listDistributions);
  const { isReading } = distributions;
  const [chosen, setChosen] = useState("");
  const [pathPattern, setPathPattern] = useState("*");
  const [origin, setOrigin] = useState("localhost:3000");
  const [isCached, setCached] = useState(true);
  const [eventType, setEventType] = useState(likely);
  const distribution = distributions.data?.find(({ id }) => id === chosen);
  const patterns = [
    "*",
    ...(distribution?.cache_behaviors?.items ?? []).flatMap(({ path_pattern: each }) => each ?? []),
  ];

  const { isBusy, error, run } = useAction(async () => {
    if (distribution) {
      await attachFunction({
        ...{ distribution: distribution.id, pathPattern, eventType, functionArn: arn },
      });
      notify(`${distribution.domain_name} runs it`);
    } else {
      const made = await createFirstDistribution({
        ...{ origin, functionArn: arn, eventType, isCached },
      });
      notify(`Made ${made.domainName}, which runs it`);
      distributions.reload();
    }
    onDone();
  });
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <div class="card-head">
        <h2>{isFirst ? "Give it viewers" : "Run it in another place"}</h2>
      </div>
      <div class="card-body stack">
        {isFirst && (
          <p class="quiet">
            A distribution serves a site: its behaviors say which paths run which function. Use one
            that is there, or make one now.
          </p>
        )}
        {error !== undefined && <Trouble error={error} doing="attach the function" />}
        <div class="attach">
          <Field
            label="Distribution"
            hint={
              distributions.error !== undefined && distributions.data === undefined
                ? "Those that are there could not be read"
                : undefined
            }
          >
            {(id) => (
              <select
                id={id}
                class="select"
                value={chosen}
                onChange={(event) => {
                  setChosen(event.currentTarget.value);
                  setPathPattern("*");
                }}
              >
                <option value="">{isReading ? "Reading …" : "A new one"}</option>
                {distributions.data?.map(({ id: each, domain_name: domain, comment }) => (
                  <option key={each} value={each}>
                    {domain} {comment}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {distribution ? (
            <Field label="Path pattern">
              {(id) => (
                <select
                  id={id}
                  class="select"
                  value={pathPattern}
                  onChange={(event) => setPathPattern(event.currentTarget.value)}
                >
                  {patterns.map((each) => (
                    <option key={each} value={each}>
                      {each === "*" ? "Default (*)" : each}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          ) : (
            <TextField
              label="Origin"
              hint="Who answers what the function lets through: HOST or HOST:PORT"
              isCode
              required
              pattern="[a-zA-Z0-9.\-]+(:[0-9]{1,5})?"
              value={origin}
              onText={setOrigin}
            />
          )}
          <Field label="Event">
            {(id) => (
              <select
                id={id}
                class="select"
                value={eventType}
                onChange={(event) => setEventType(event.currentTarget.value as EventType)}
              >
                <option>viewer-request</option>
                <option>viewer-response</option>
              </select>
            )}
          </Field>
        </div>
        {!distribution && (
          <CheckField
            label="Keep what the origin answers"
            hint="By the managed policy CachingOptimized; otherwise CachingDisabled"
            checked={isCached}
            onCheck={setCached}
          />
        )}
        <div class="row">
          <Button kind="primary" type="submit" isBusy={isBusy} disabled={isReading}>
            {distribution ? "Attach" : "Make the distribution"}
          </Button>
        </div>
      </div>
    </form>
  );
}
