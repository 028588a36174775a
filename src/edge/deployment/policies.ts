/**
 * The cache and origin request policies that behaviors name: AWS's own, and those of the account.
 *
 * A policy is the same object as long as its configuration is, so whatever was worked out from it
 * is known to be valid by the object alone.
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
import type { CacheRules } from "./cache-rules.ts";
import type { Forwarding } from "./forward-selection.ts";

export interface Policies {
  findCachePolicy(id: string): CachePolicy | undefined;
  findOriginRequestPolicy(id: string): OriginRequestPolicy | undefined;
  /** What behaviors forward by two of them (forward-selection.ts): many behaviors name the same two. */
  readonly joined: Map<string, Forwarding>;
  /** How behaviors cache by them (cache-rules.ts), for the same reason. */
  readonly rules: Map<string, CacheRules>;
}

/** Of an account that has created none. */
export const managedPolicies: Policies = {
  findCachePolicy: (id) => managedCachePolicies.get(id),
  findOriginRequestPolicy: (id) => managedOriginRequestPolicies.get(id),
  joined: new Map(),
  rules: new Map(),
};

/** Those of an account at one state. What did not change since `previous` is the same object. */
export function policiesOf(
  { resources }: Pick<State, "resources">,
  previous?: AccountPolicies,
): AccountPolicies {
  const cache = resources.get("cache-policy");
  const request = resources.get("origin-request-policy");
  if (previous?.storedCache === cache && previous?.storedRequest === request) {
    return previous ?? new AccountPolicies(cache, request);
  }
  return new AccountPolicies(cache, request, previous);
}

type Stored = ReturnType<State["resources"]["get"]>;

export class AccountPolicies implements Policies {
  readonly storedCache: Stored;
  readonly storedRequest: Stored;
  readonly joined = new Map<string, Forwarding>();
  readonly rules = new Map<string, CacheRules>();
  readonly cache = new Map<string, Read<"cache-policy", CachePolicy>>();
  readonly request = new Map<string, Read<"origin-request-policy", OriginRequestPolicy>>();

  constructor(cache: Stored, request: Stored, previous?: AccountPolicies) {
    this.storedCache = cache;
    this.storedRequest = request;
    const before = previous ?? { cache: new Map(), request: new Map() };
    readInto(this.cache, cache, before.cache, cachePolicyOf);
    readInto(this.request, request, before.request, originRequestPolicyOf);
  }

  findCachePolicy(id: string): CachePolicy | undefined {
    return this.cache.get(id)?.policy ?? managedPolicies.findCachePolicy(id);
  }

  findOriginRequestPolicy(id: string): OriginRequestPolicy | undefined {
    return this.request.get(id)?.policy ?? managedPolicies.findOriginRequestPolicy(id);
  }
}

type PolicyKind = "cache-policy" | "origin-request-policy";

interface Read<Kind extends PolicyKind, Policy> {
  readonly config: Resource<Kind>["config"];
  readonly policy: Policy;
}

function readInto<Kind extends PolicyKind, Policy>(
  to: Map<string, Read<Kind, Policy>>,
  stored: Stored,
  previous: ReadonlyMap<string, Read<Kind, Policy>>,
  read: (id: string, config: Resource<Kind>["config"]) => Policy,
): void {
  for (const [id, resource] of stored ?? []) {
    const { config } = resource as Resource<Kind>;
    const known = previous.get(id);
    to.set(id, known?.config === config ? known : { config, policy: read(id, config) });
  }
}
