/**
 * The policies that AWS itself provides, by id: the same in every account, so a distribution may
 * name them without anything having been created.
 *
 * As resources they are at version 0 and date from the epoch, as AWS answers them.
 */
import { managedCachePolicyConfigs } from "./managed-cache-policies.ts";
import { managedOriginRequestPolicyConfigs } from "./managed-origin-request-policies.ts";
import { managedResponseHeadersPolicyConfigs } from "./managed-response-headers-policies.ts";
import {
  cachePolicyOf,
  originRequestPolicyOf,
  type CachePolicy,
  type OriginRequestPolicy,
} from "./policy-selections.ts";
import type { Resource, ResourceConfigs, ResourceKind } from "./resource.ts";

export type { CachePolicy, NameSelection, OriginRequestPolicy } from "./policy-selections.ts";

const epoch = new Date(0).toISOString();

type ManagedResources = {
  readonly [Kind in ResourceKind]?: ReadonlyMap<string, Resource<Kind>>;
};

function resourcesOf<Kind extends ResourceKind>(
  kind: Kind,
  configs: ReadonlyMap<string, ResourceConfigs[Kind]>,
): ReadonlyMap<string, Resource<Kind>> {
  const common = { kind, attributes: {}, version: 0, deployRevision: 0 };
  const times = { createdTime: epoch, lastModifiedTime: epoch };
  const entries = Array.from(configs, ([id, config]) => [id, { ...common, ...times, id, config }]);
  return new Map(entries as [string, Resource<Kind>][]);
}

/** What AWS provides of a kind, by kind and id. Nobody can update or delete it. */
export const managedResources: ManagedResources = {
  "cache-policy": resourcesOf("cache-policy", managedCachePolicyConfigs),
  "origin-request-policy": resourcesOf("origin-request-policy", managedOriginRequestPolicyConfigs),
  "response-headers-policy": resourcesOf(
    "response-headers-policy",
    managedResponseHeadersPolicyConfigs,
  ),
};

/** The managed cache policies in the form the edge reads. */
export const managedCachePolicies: ReadonlyMap<string, CachePolicy> = new Map(
  Array.from(managedCachePolicyConfigs, ([id, config]) => [id, cachePolicyOf(id, config)]),
);

export const managedOriginRequestPolicies: ReadonlyMap<string, OriginRequestPolicy> = new Map(
  Array.from(managedOriginRequestPolicyConfigs, ([id, config]) => [
    id,
    originRequestPolicyOf(id, config),
  ]),
);
