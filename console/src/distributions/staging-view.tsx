/**
 * How a change is tried: a staging distribution that starts as a copy, a policy that gives it a part of the viewers, and the
 * promotion, by which the primary takes over what was tried.
 */
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { listDistributions, readDistribution, type Distribution } from "../api/distributions.ts";
import {
  attachDeployment,
  copyForStaging,
  createDeployment,
  deleteDeployment,
  readDeployment,
  type ReadDeployment,
} from "../api/staging.ts";
import { useData } from "../api/use-data.ts";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Field } from "../parts/field.tsx";
import { StepList, useSteps, type Step } from "../parts/step-list.tsx";
import { notify } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { Link } from "../way/link.tsx";
import { DeploymentForm } from "./deployment-form.tsx";
import { PromoteDialog } from "./promote-dialog.tsx";

const everyMs = 5000;
/** What a policy gives before somebody has said how much. */
const firstWeight = 0.05;

export function StagingView({
  distribution,
  onChanged,
}: {
  readonly distribution: Distribution;
  readonly onChanged: (distribution: Distribution) => void;
}): JSX.Element {
  const { distribution_config: config } = distribution;
  const policyId = config.continuous_deployment_policy_id || undefined;
  const policy = useData(
    policyId && `deployment ${policyId}`,
    (signal) => readDeployment(policyId ?? "", signal),
    { everyMs },
  );
  if (config.staging === true) {
    return (
      <EmptyState icon="info" title="This is a staging distribution">
        <p>
          Change it as any other: the viewers whom its primary's policy gives it get the change. It
          is promoted, and taken off, at its primary.
        </p>
      </EmptyState>
    );
  }
  if (policyId === undefined)
    return <BeginStaging distribution={distribution} onChanged={onChanged} />;
  // What is filled in stays when it can't be read anew.
  return (
    <div class="stack">
      {policy.error !== undefined && (
        <Trouble error={policy.error} doing="read its policy" onRetry={policy.reload} />
      )}
      {policy.data !== undefined ? (
        <Deployment
          distribution={distribution}
          policy={policy.data}
          onChanged={onChanged}
          onPolicy={policy.set}
          onReload={policy.reload}
        />
      ) : (
        policy.error === undefined && <p class="quiet">Reading its policy …</p>
      )}
    </div>
  );
}

/** Copy, policy, and the primary's mention of it. */
function BeginStaging({
  distribution,
  onChanged,
}: {
  readonly distribution: Distribution;
  readonly onChanged: (distribution: Distribution) => void;
}): JSX.Element {
  const all = useData("staging distributions", (signal) => listDistributions(signal));
  const others = (all.data ?? []).filter(({ staging }) => staging === true);
  const [chosen, setChosen] = useState("");
  const made = useMemo(() => ({ domainName: "", policy: "" }), [distribution.id]);
  const steps: readonly Step[] = [
    {
      label: chosen === "" ? "Copy this distribution" : "Take the staging distribution",
      run: async () => {
        if (made.domainName !== "") return;
        const staging =
          chosen === ""
            ? await copyForStaging(await readDistribution(distribution.id))
            : await readDistribution(chosen);
        made.domainName = staging.domain_name;
      },
    },
    {
      label: "Make a policy, not enabled yet",
      run: async () => {
        if (made.policy !== "") return;
        const { domainName } = made;
        const traffic = { type: "weight", weight: firstWeight, isSticky: false } as const;
        made.policy = (await createDeployment({ domainName, enabled: false, traffic })).id;
      },
    },
    {
      label: "Name the policy in this distribution",
      run: async () => onChanged(await attachDeployment(distribution.id, made.policy)),
    },
  ];
  const standing = useSteps(steps, () => notify("No viewer gets it before the policy is enabled"));
  return (
    <section class="card card-body stack" aria-label="Try a change">
      <div>
        <h2>Try a change on a part of the viewers</h2>
        <p class="quiet">
          A staging distribution starts as a copy of this one. You change the copy, give it some of
          the viewers, and promote it when it is right. Viewers come by this one's host names.
        </p>
      </div>
      {all.isReading && <p class="quiet">Reading which staging distributions there are …</p>}
      {all.error !== undefined && all.data === undefined && (
        <Trouble
          error={all.error}
          doing="read which staging distributions there are"
          onRetry={all.reload}
        />
      )}
      {others.length > 0 && (
        <Field label="Staging distribution">
          {(id) => (
            <select
              id={id}
              class="select"
              value={chosen}
              onChange={(event) => setChosen(event.currentTarget.value)}
            >
              <option value="">A new copy</option>
              {others.map(({ id: other, comment, domain_name: host }) => (
                <option key={other} value={other}>
                  {comment || host} ({other})
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {standing.error !== undefined && <Trouble error={standing.error} doing="begin it" />}
      {standing.done !== undefined && <StepList steps={steps} standing={standing} />}
      <div class="row">
        <Button
          kind="primary"
          icon="play"
          isBusy={standing.isBusy}
          disabled={all.isReading}
          onClick={() => void standing.run()}
        >
          {standing.done === undefined ? "Make a staging distribution" : "Go on"}
        </Button>
      </div>
    </section>
  );
}

function Deployment({
  distribution,
  policy,
  onChanged,
  onPolicy,
  onReload,
}: {
  readonly distribution: Distribution;
  readonly policy: ReadDeployment;
  readonly onChanged: (distribution: Distribution) => void;
  readonly onPolicy: (policy: ReadDeployment) => void;
  readonly onReload: () => void;
}): JSX.Element {
  const { continuous_deployment_policy_config: config } = policy;
  const host = config.staging_distribution_dns_names.items?.[0] ?? "";
  const staging = useData(`staging of ${host}`, async (signal) =>
    (await listDistributions(signal)).find(({ domain_name: domain }) => domain === host),
  );
  const [isPromoting, setPromoting] = useState(false);
  const steps: readonly Step[] = [
    {
      label: "Take the policy off this distribution",
      run: async () => onChanged(await attachDeployment(distribution.id, "")),
    },
    {
      label: "Delete the policy",
      run: async () => {
        const { id } = policy;
        await deleteDeployment(id, (await readDeployment(id)).etag);
      },
    },
  ];
  const ending = useSteps(steps, () => notify("The staging distribution has no viewers any more"));
  return (
    <div class="stack">
      <section class="card" aria-label="Staging distribution">
        <div class="card-head">
          <h2>Staging distribution</h2>
          <div class="row">
            <Button isSmall icon="close" isBusy={ending.isBusy} onClick={() => void ending.run()}>
              End the trial
            </Button>
            <Button
              isSmall
              kind="primary"
              icon="publish"
              disabled={staging.data === undefined}
              onClick={() => setPromoting(true)}
            >
              Promote
            </Button>
          </div>
        </div>
        <div class="card-body stack stack-tight">
          {ending.error !== undefined && <Trouble error={ending.error} doing="end the trial" />}
          {staging.error !== undefined && staging.data === undefined && (
            <Trouble
              error={staging.error}
              doing="read the staging distribution"
              onRetry={staging.reload}
            />
          )}
          <p class="breaks">
            {staging.data === undefined ? (
              <span class="mono">{host}</span>
            ) : (
              <Link to={`/distributions/${staging.data.id}/configuration`}>
                {staging.data.comment || host} ({staging.data.id})
              </Link>
            )}{" "}
            is where the change is made.
          </p>
        </div>
      </section>
      <DeploymentForm key={policy.id} policy={policy} domainName={host} onSaved={onPolicy} />
      {isPromoting && staging.data !== undefined && (
        <PromoteDialog
          primary={distribution.id}
          staging={staging.data.id}
          onClose={() => setPromoting(false)}
          onDone={(next) => {
            setPromoting(false);
            notify("Promoted: all viewers get it, and the policy is disabled");
            onChanged(next);
            onReload();
          }}
        />
      )}
    </div>
  );
}
