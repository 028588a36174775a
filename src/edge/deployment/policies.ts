/**
 * The cache and origin request policies that behaviors name: AWS's own, and those of the account.
 *
 * A state whose policies are those of the one before gets the same object, so that what was worked
 * out from them stays valid until one of them changes.
 */
import {
  managedCachePolicies,
  managedOriginRequestPolicies,
  type CachePolicy,
  type OriginRequestPolicy,
} from "../../model/managed-policies.ts";
import { cachePolicyOf, originRequestPolicyOf } from "../../model/policy-selections.ts";
import type { Resource } from "../../model/resource.ts";
import type { State } from "../../state/state.ts";

export interface Policies {
  readonly findCachePolicy: (id: string) => CachePolicy | undefined;
  readonly findOriginRequestPolicy: (id: string) => OriginRequestPolicy | undefined;
}

type Stored = ReturnType<State["resources"]["get"]>;

/** Of an account that has created none. */
export const managedPolicies: Policies = {
  findCachePolicy: (id) => managedCachePolicies.get(id),
  findOriginRequestPolicy: (id) => managedOriginRequestPolicies.get(id),
};

let latest: { cache: Stored; request: Stored; policies: Policies } = {
  cache: undefined,
  request: undefined,
  policies: managedPolicies,
};

export function policiesOf({ resources }: State): Policies {
  const cache = resources.get("cache-policy");
  const request = resources.get("origin-request-policy");
  if (cache !== latest.cache || request !== latest.request) {
    latest = { cache, request, policies: buildPolicies(cache, request) };
  }
  return latest.policies;
}

function buildPolicies(cache: Stored, request: Stored): Policies {
  return {
    findCachePolicy(id) {
      const stored = cache?.get(id) as Resource<"cache-policy"> | undefined;
      return stored ? cachePolicyOf(id, stored.config) : managedPolicies.findCachePolicy(id);
    },
    findOriginRequestPolicy(id) {
      const stored = request?.get(id) as Resource<"origin-request-policy"> | undefined;
      return stored
        ? originRequestPolicyOf(id, stored.config)
        : managedPolicies.findOriginRequestPolicy(id);
    },
  };
}
