/** A continuous deployment policy: which viewers get the staging distribution, by their share or by a header. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { isConflict } from "../api/api-refusal.ts";
import {
  readDeployment,
  updateDeployment,
  type ContinuousDeployment,
  type ReadDeployment,
  type StagingTraffic,
} from "../api/staging.ts";
import { Button } from "../parts/button.tsx";
import { CheckField } from "../parts/check-field.tsx";
import { Conflict } from "../parts/conflict.tsx";
import { Field } from "../parts/field.tsx";
import { Fields } from "../parts/fields.tsx";
import { TextField } from "../parts/text-field.tsx";
import { notify } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { useAction } from "../parts/use-action.ts";

/** CloudFront's, in percent. */
const weightMax = 15;

interface Settings {
  readonly enabled: boolean;
  readonly type: StagingTraffic["type"];
  /** In percent, as it is typed. */
  readonly weight: string;
  readonly isSticky: boolean;
  readonly header: string;
  readonly value: string;
}

export function DeploymentForm({
  policy,
  domainName,
  onSaved,
}: {
  readonly policy: ReadDeployment;
  readonly domainName: string;
  readonly onSaved: (policy: ReadDeployment) => void;
}): JSX.Element {
  const saved = settingsOf(policy.continuous_deployment_policy_config);
  const [draft, setDraft] = useState<Settings & { readonly etag: string }>();
  const [theirs, setTheirs] = useState<ReadDeployment>();
  const settings: Settings = draft ?? saved;
  const isChanged = draft !== undefined && textOf(draft) !== textOf(saved);
  const change = (next: Partial<Settings>): void =>
    setDraft({ ...settings, etag: draft?.etag ?? policy.etag, ...next });
  const { isBusy, error, run } = useAction(async () => {
    if (draft === undefined) return;
    try {
      const { enabled } = draft;
      const written = { domainName, enabled, traffic: trafficOf(draft) };
      onSaved(await updateDeployment(policy.id, written, draft.etag));
      setDraft(undefined);
      notify(enabled ? "Saved: these viewers get it" : "Saved: no viewer gets it");
    } catch (failure) {
      if (!isConflict(failure)) throw failure;
      setTheirs(await readDeployment(policy.id));
    }
  });
  const { enabled, type, weight, isSticky, header, value } = settings;
  return (
    <section class="card" aria-label="Who gets it">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <div class="card-head">
          <span class="row">
            <h2>Who gets it</h2>
            {isChanged && <span class="unsaved">Not saved</span>}
          </span>
          <Button
            isSmall
            kind="primary"
            type="submit"
            icon="save"
            isBusy={isBusy}
            disabled={!isChanged || theirs !== undefined}
          >
            Save
          </Button>
        </div>
        <div class="card-body stack">
          {error !== undefined && <Trouble error={error} doing="save the policy" />}
          {theirs !== undefined && (
            <Conflict
              theirs={textOf(settingsOf(theirs.continuous_deployment_policy_config))}
              mine={textOf(settings)}
              onTake={() => {
                onSaved(theirs);
                setDraft(undefined);
                setTheirs(undefined);
              }}
              onKeep={() => {
                onSaved(theirs);
                setDraft({ ...settings, etag: theirs.etag });
                setTheirs(undefined);
              }}
            />
          )}
          <Fields isLocked={isBusy}>
            <CheckField
              label="Enabled"
              hint="Otherwise no viewer gets the staging distribution"
              checked={enabled}
              onCheck={(isChecked) => change({ enabled: isChecked })}
            />
            <div class="filters">
              <Field label="Chosen by">
                {(id) => (
                  <select
                    id={id}
                    class="select"
                    value={type}
                    onChange={(event) =>
                      change({ type: event.currentTarget.value as StagingTraffic["type"] })
                    }
                  >
                    <option value="weight">Their share</option>
                    <option value="header">A header</option>
                  </select>
                )}
              </Field>
              {type === "weight" ? (
                <Field label={`Share in %, up to ${weightMax}`}>
                  {(id) => (
                    <input
                      id={id}
                      class="input num"
                      type="number"
                      required
                      min={0}
                      max={weightMax}
                      step="any"
                      value={weight}
                      onInput={(event) => change({ weight: event.currentTarget.value })}
                    />
                  )}
                </Field>
              ) : (
                <>
                  <TextField
                    label="Header (aws-cf-cd-…)"
                    isCode
                    required
                    pattern="[aA][wW][sS]-[cC][fF]-[cC][dD]-[a-zA-Z0-9_\-]+"
                    value={header}
                    onText={(text) => change({ header: text })}
                  />
                  <TextField
                    label="Value"
                    isCode
                    required
                    value={value}
                    onText={(text) => change({ value: text })}
                  />
                </>
              )}
            </div>
            {type === "weight" && (
              <CheckField
                label="A viewer stays where it was given to"
                hint="For 5 minutes without a request, and 10 at most"
                checked={isSticky}
                onCheck={(isChecked) => change({ isSticky: isChecked })}
              />
            )}
          </Fields>
        </div>
      </form>
    </section>
  );
}

function settingsOf({ enabled, traffic_config: traffic }: ContinuousDeployment): Settings {
  const { single_weight_config: weighted, single_header_config: header } = traffic ?? {};
  return {
    enabled,
    type: header === undefined ? "weight" : "header",
    weight: String(Math.round((weighted?.weight ?? 0.05) * 10_000) / 100),
    isSticky: weighted?.session_stickiness_config !== undefined,
    header: header?.header ?? "aws-cf-cd-trial",
    value: header?.value ?? "1",
  };
}

function trafficOf({ type, weight, isSticky, header, value }: Settings): StagingTraffic {
  return type === "weight"
    ? { type, weight: Number(weight) / 100, isSticky }
    : { type, header, value };
}

function textOf({ enabled, type, weight, isSticky, header, value }: Settings): string {
  const who =
    type === "weight"
      ? `${weight} % of the viewers\n${isSticky ? "who stay" : "request by request"}`
      : `requests with ${header}: ${value}`;
  return `${enabled ? "enabled" : "disabled"}\n${who}\n`;
}
