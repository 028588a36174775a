/** The calls on what stands around a distribution: cache policies, tenants, and how staging is tried. */
import { callApi } from "./call-api.ts";

/** @returns names of the account's and the managed cache policies, by their ids */
export async function readCachePolicyNames(
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { items } = await callApi<{
    readonly items: readonly {
      readonly cache_policy: {
        readonly id: string;
        readonly cache_policy_config: { readonly name: string };
      };
    }[];
  }>({ path: "/2020-05-31/cache-policy", query: { MaxItems: "100" }, signal });
  return new Map(
    items.map(({ cache_policy: { id, cache_policy_config: config } }) => [id, config.name]),
  );
}

export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly domains: readonly { readonly domain: string; readonly status: string }[];
}

/** The first hundred of a distribution's tenants. */
export async function listTenants(
  distribution: string,
  signal?: AbortSignal,
): Promise<{ readonly items: readonly Tenant[]; readonly next_marker?: string }> {
  return callApi({
    method: "POST",
    path: "/2020-05-31/distribution-tenants",
    body: { AssociationFilter: { DistributionId: distribution }, MaxItems: 100 },
    signal,
  });
}

export interface ContinuousDeployment {
  readonly enabled: boolean;
  readonly staging_distribution_dns_names: { readonly items?: readonly string[] };
  readonly traffic_config?: {
    readonly single_weight_config?: { readonly weight: number };
    readonly single_header_config?: { readonly header: string; readonly value: string };
  };
}

export async function readContinuousDeployment(
  id: string,
  signal?: AbortSignal,
): Promise<ContinuousDeployment> {
  const path = `/2020-05-31/continuous-deployment-policy/${encodeURIComponent(id)}`;
  const { continuous_deployment_policy_config: config } = await callApi<{
    readonly continuous_deployment_policy_config: ContinuousDeployment;
  }>({ path, signal });
  return config;
}
