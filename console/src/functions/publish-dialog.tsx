/** Publishes what DEVELOPMENT holds: to all viewers at once, or to more and more of them. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { isConflict } from "../api/api-refusal.ts";
import { gateNames, publishFunction, readCode, type Versions } from "../api/functions.ts";
import { checkSource } from "../api/runs.ts";
import { useData } from "../api/use-data.ts";
import { Button } from "../parts/button.tsx";
import { Field } from "../parts/field.tsx";
import { FormDialog } from "../parts/form-dialog.tsx";
import { TextField } from "../parts/text-field.tsx";
import { Icon } from "../parts/icon.tsx";
import { TextDiff } from "../parts/text-diff.tsx";
import { Trouble } from "../parts/trouble.tsx";

const gateWords: Readonly<Record<(typeof gateNames)[number], string>> = {
  errors: "Errors of the function",
  status: "Answers 4xx and 5xx",
  utilization: "Compute utilization",
  origin: "Failures of origins",
};

export function PublishDialog({
  name,
  versions,
  developmentEtag,
  onPublished,
  onClose,
}: {
  readonly name: string;
  readonly versions: Versions;
  /** Of what is saved, as far as is known. */
  readonly developmentEtag: string;
  readonly onPublished: (versions: Versions, isInWaves: boolean) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const { live } = versions;
  // What was looked at is published, and nothing that came later.
  const [seen, setSeen] = useState(developmentEtag);
  const [message, setMessage] = useState("");
  const [isInWaves, setInWaves] = useState(false);
  const [waves, setWaves] = useState("canary 5m, 10% 10m, 100%");
  const [gates, setGates] = useState<readonly string[]>(gateNames);
  const [minRequests, setMinRequests] = useState(1000);
  const both = useData(`${name} ${seen} ${versions.etag}`, async (signal) => {
    const [after, before] = await Promise.all([
      readCode(name, "DEVELOPMENT", signal),
      live && readCode(name, "LIVE", signal),
    ]);
    const findings = await checkSource(after.source, after.runtime, signal);
    return { after, before, errors: findings.filter(({ severity }) => severity === "error") };
  });
  const errors = both.data?.errors ?? [];

  const publish = async (signal: AbortSignal): Promise<void> => {
    const plan = isInWaves ? waves : "";
    const options = { message: message.trim(), waves: plan, gates, minRequests };
    onPublished(await publishFunction(name, options, seen, signal), isInWaves);
  };

  return (
    <FormDialog
      title={`Publish ${name}`}
      doing={(error) =>
        isConflict(error) ? "publish: somebody has saved something else" : "publish"
      }
      verb={isInWaves ? "Begin the first wave" : "Publish to all viewers"}
      icon="publish"
      isWide
      act={publish}
      onClose={onClose}
    >
      {developmentEtag !== seen && (
        <div class="note note-warn outdated" role="alert">
          <Icon name="alert" />
          <strong class="grow">Somebody else has saved this function meanwhile</strong>
          <Button isSmall onClick={() => setSeen(developmentEtag)}>
            Show what is saved now
          </Button>
        </div>
      )}
      {both.error !== undefined && both.data === undefined && (
        <Trouble
          error={both.error}
          doing="read and check what would be published"
          onRetry={both.reload}
        />
      )}
      {errors.length > 0 && (
        <div class="note note-warn" role="alert">
          <Icon name="alert" />
          <div>
            <strong>CloudFront's runtime would refuse this code</strong>
            <p>
              Line {errors[0]!.line}: {errors[0]!.message}
            </p>
          </div>
        </div>
      )}
      <TextField
        label="Message"
        hint="What it is for; the history shows it"
        maxLength={1000}
        placeholder="Send /old to /new"
        value={message}
        onText={setMessage}
      />
      <fieldset class="choices choices-two">
        <legend>Who gets it</legend>
        <label class="choice">
          <input type="radio" name="how" checked={!isInWaves} onChange={() => setInWaves(false)} />
          <span>
            <strong>All viewers, now</strong>
            <span class="hint">The next request of each runs it</span>
          </span>
        </label>
        <label class="choice">
          <input
            type="radio"
            name="how"
            checked={isInWaves}
            disabled={live === undefined}
            onChange={() => setInWaves(true)}
          />
          <span>
            <strong>In waves</strong>
            <span class="hint">
              {live === undefined
                ? "There is no version yet to compare with"
                : "More and more viewers; gates take it back"}
            </span>
          </span>
        </label>
      </fieldset>
      {isInWaves && (
        <div class="wave-plan">
          <TextField
            label="Waves"
            hint="A share and how long it lasts at least; canary is 5 %, @GROUP is for a group of edges"
            isCode
            required
            value={waves}
            onText={setWaves}
          />
          <Field label="Requests of each version, to leave a wave">
            {(id) => (
              <input
                id={id}
                class="input num"
                type="number"
                min={0}
                value={minRequests}
                onInput={(event) => setMinRequests(Number(event.currentTarget.value))}
              />
            )}
          </Field>
          <fieldset class="gates">
            <legend>Gates that take it back</legend>
            {gateNames.map((gate) => (
              <label key={gate} class="check">
                <input
                  type="checkbox"
                  checked={gates.includes(gate)}
                  // Without any it would be a broken glass, which needs a permission of its own.
                  disabled={gates.length === 1 && gates.includes(gate)}
                  onChange={(event) =>
                    setGates(
                      event.currentTarget.checked
                        ? [...gates, gate]
                        : gates.filter((each) => each !== gate),
                    )
                  }
                />
                {gateWords[gate]}
              </label>
            ))}
          </fieldset>
        </div>
      )}
      {both.isReading && <p class="hint">Reading what changes for viewers …</p>}
      {both.data?.before && (
        <details class="publish-diff" open>
          <summary>
            What changes for viewers{" "}
            <span class="quiet">version {live?.version} → DEVELOPMENT</span>
          </summary>
          {both.data.before.source === both.data.after.source ? (
            <p class="hint">The code is the same; settings may differ.</p>
          ) : (
            <div class="card">
              <TextDiff
                before={both.data.before.source}
                after={both.data.after.source}
                label="LIVE and DEVELOPMENT"
              />
            </div>
          )}
        </details>
      )}
    </FormDialog>
  );
}
