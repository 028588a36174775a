/** The calls by which a change is tried on a staging distribution: its copy, the policy that gives it viewers, and its promotion. */
import { callApi } from "./call-api.ts";
import { readDistribution, updateDistribution, type Distribution } from "./distributions.ts";

const policies = "/2020-05-31/continuous-deployment-policy";

/** As the API has it. */
export interface ContinuousDeployment {
  readonly enabled: boolean;
  readonly staging_distribution_dns_names: { readonly items?: readonly string[] };
  readonly traffic_config?: {
    readonly single_weight_config?: {
      readonly weight: number;
      readonly session_stickiness_config?: { readonly idle_ttl: number };
    };
    readonly single_header_config?: { readonly header: string; readonly value: string };
  };
}

export interface ReadDeployment {
  readonly id: string;
  readonly etag: string;
  readonly continuous_deployment_policy_config: ContinuousDeployment;
}

export function readDeployment(id: string, signal?: AbortSignal): Promise<ReadDeployment> {
  return callApi({ path: policyAt(id), signal });
}

/** @returns the policy that gives a staging distribution viewers, or may; undefined where there is none */
export async function findDeploymentOf(domainName: string): Promise<object | undefined> {
  const { items = [] } = await callApi<{
    readonly items?: readonly { readonly continuous_deployment_policy: ReadDeployment }[];
  }>({ path: policies });
  return items.find(
    ({ continuous_deployment_policy: { continuous_deployment_policy_config: of } }) =>
      of.staging_distribution_dns_names.items?.includes(domainName),
  );
}

/** Which viewers get the staging distribution. */
export type StagingTraffic =
  | {
      readonly type: "weight";
      /** From 0 to 0.15. */
      readonly weight: number;
      /** Whether a viewer stays where it was given to. */
      readonly isSticky: boolean;
    }
  | { readonly type: "header"; readonly header: string; readonly value: string };

export interface DeploymentSettings {
  /** The staging distribution's domain name. */
  readonly domainName: string;
  readonly enabled: boolean;
  readonly traffic: StagingTraffic;
}

export function createDeployment(settings: DeploymentSettings): Promise<ReadDeployment> {
  return callApi({ method: "POST", path: policies, body: policyBody(settings) });
}

/** @throws ApiRefusal, when somebody was first */
export function updateDeployment(
  id: string,
  settings: DeploymentSettings,
  ifMatch: string,
): Promise<ReadDeployment> {
  return callApi({ method: "PUT", path: policyAt(id), body: policyBody(settings), ifMatch });
}

export async function deleteDeployment(id: string, ifMatch: string): Promise<void> {
  await callApi({ method: "DELETE", path: policyAt(id), ifMatch });
}

/** In seconds: how long without a request, and at most, a viewer stays where it was given to. */
const stickiness = { IdleTTL: 300, MaximumTTL: 600 } as const;

function policyBody({ domainName, enabled, traffic }: DeploymentSettings): object {
  return {
    StagingDistributionDnsNames: { Quantity: 1, Items: [domainName] },
    Enabled: enabled,
    TrafficConfig:
      traffic.type === "weight"
        ? {
            Type: "SingleWeight",
            SingleWeightConfig: {
              Weight: traffic.weight,
              ...(traffic.isSticky && { SessionStickinessConfig: stickiness }),
            },
          }
        : {
            Type: "SingleHeader",
            SingleHeaderConfig: { Header: traffic.header, Value: traffic.value },
          },
  };
}

/** @returns a staging distribution that starts as its primary is */
export function copyForStaging({ id, etag }: Distribution): Promise<Distribution> {
  return callApi({
    method: "POST",
    path: `/2020-05-31/distribution/${encodeURIComponent(id)}/copy`,
    headers: { staging: "true" },
    body: { CallerReference: crypto.getRandomValues(new Uint32Array(4)).join("-"), Enabled: true },
    ifMatch: etag,
  });
}

/** @param policy empty to take it off */
export async function attachDeployment(
  distribution: string,
  policy: string,
): Promise<Distribution> {
  const { etag, distribution_config: config } = await readDistribution(distribution);
  const changed = { ...config, continuous_deployment_policy_id: policy };
  return updateDistribution(distribution, changed, etag);
}

/** Its primary takes over what the staging distribution is configured to do; the policy is disabled. */
export function promote(
  primary: Distribution,
  staging: Distribution,
  signal: AbortSignal,
): Promise<Distribution> {
  return callApi({
    method: "PUT",
    path: `/2020-05-31/distribution/${encodeURIComponent(primary.id)}/promote-staging-config`,
    query: { StagingDistributionId: staging.id },
    ifMatch: `${primary.etag}, ${staging.etag}`,
    signal,
  });
}

function policyAt(id: string): string {
  return `${policies}/${encodeURIComponent(id)}`;
}
