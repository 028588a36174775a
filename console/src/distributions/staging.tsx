/** How a change is tried: what a staging distribution is for, and which viewers a primary gives to it. */
import type { JSX } from "preact";
import type { DistributionConfig } from "../api/distributions.ts";
import { readDeployment } from "../api/staging.ts";
import { useData } from "../api/use-data.ts";
import { percent } from "../base/quantities.ts";
import { Icon } from "../parts/icon.tsx";
import { Trouble } from "../parts/trouble.tsx";

export function Staging({ config }: { readonly config: DistributionConfig }): JSX.Element {
  const id = config.staging === true ? undefined : config.continuous_deployment_policy_id;
  const policy = useData(id, (signal) => readDeployment(id ?? "", signal));
  if (policy.error !== undefined) {
    return <Trouble error={policy.error} doing="read its policy" onRetry={policy.reload} />;
  }
  if (config.staging === true) {
    return (
      <div class="note note-warn">
        <Icon name="info" />
        <p>
          This is a staging distribution: the viewers that its primary's continuous deployment
          policy says get it in the primary's place, at the primary's host names.
        </p>
      </div>
    );
  }
  const deployment = policy.data?.continuous_deployment_policy_config;
  const { enabled = false, traffic_config: traffic } = deployment ?? {};
  const host = deployment?.staging_distribution_dns_names.items?.join(", ") ?? "";
  const { single_weight_config: weighted, single_header_config: header } = traffic ?? {};
  return (
    <div class="note note-accent">
      <Icon name="info" />
      <p class="breaks">
        {policy.data === undefined
          ? "Reading its continuous deployment policy …"
          : !enabled
            ? `A staging distribution stands by, ${host}; its policy is not enabled, so no viewer gets it.`
            : weighted
              ? `${percent(weighted.weight)} of its viewers get the staging distribution ${host}.`
              : header
                ? `Requests with ${header.header}: ${header.value} get the staging distribution ${host}.`
                : `Its policy is for the staging distribution ${host}.`}
      </p>
    </div>
  );
}
