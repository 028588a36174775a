/**
 * The cache, origin request and response headers policies that behaviors name, AWS's own and those of the
 * account, and the account's key groups.
 *
 * A policy is the same object as long as its configuration is, so whatever was worked out from it
 * is known to be valid by the object alone.
 */
import { managedResponseHeadersPolicyConfigs } from "../../model/managed-response-headers-policies.ts";
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
import { responseHeadersRulesOf, type ResponseHeadersRules } from "./response-headers-policy.ts";
import { trustedKeysOf, type KeyGroup, type TrustedKeys } from "./trusted-keys.ts";

export interface Policies {
  findCachePolicy(id: string): CachePolicy | undefined;
  findOriginRequestPolicy(id: string): OriginRequestPolicy | undefined;
  findResponseHeadersPolicy(id: string): ResponseHeadersRules | undefined;
  findKeyGroup(id: string): KeyGroup | undefined;
  /** What behaviors forward by two of them (forward-selection.ts): many behaviors name the same two. */
  readonly joined: Map<string, Forwarding>;
  /** How behaviors cache by them (cache-rules.ts), for the same reason. */
  readonly rules: Map<string, CacheRules>;
}

const managedResponseHeaders: ReadonlyMap<string, ResponseHeadersRules> = new Map(
  Array.from(managedResponseHeadersPolicyConfigs, ([id, config]) => [
    id,
    responseHeadersRulesOf(config),
  ]),
);

/** Of an account that has created none. */
export const managedPolicies: Policies = {
  findCachePolicy: (id) => managedCachePolicies.get(id),
  findOriginRequestPolicy: (id) => managedOriginRequestPolicies.get(id),
  findResponseHeadersPolicy: (id) => managedResponseHeaders.get(id),
  findKeyGroup: () => undefined,
  joined: new Map(),
  rules: new Map(),
};

/** Those of an account at one state. What did not change since `previous` is the same object. */
export function policiesOf(
  state: Pick<State, "resources">,
  previous?: AccountPolicies,
): AccountPolicies {
  const stored = {
    "cache-policy": state.resources.get("cache-policy"),
    "origin-request-policy": state.resources.get("origin-request-policy"),
    "response-headers-policy": state.resources.get("response-headers-policy"),
  };
  const trustedKeys = trustedKeysOf(state, previous?.trustedKeys);
  const isSame =
    previous?.trustedKeys === trustedKeys &&
    policyKinds.every((kind) => previous?.stored[kind] === stored[kind]);
  return isSame && previous !== undefined
    ? previous
    : new AccountPolicies(stored, trustedKeys, previous);
}

const policyKinds = ["cache-policy", "origin-request-policy", "response-headers-policy"] as const;

type PolicyKind = (typeof policyKinds)[number];
type Stored = ReturnType<State["resources"]["get"]>;

export class AccountPolicies implements Policies {
  readonly stored: Readonly<Record<PolicyKind, Stored>>;
  readonly joined = new Map<string, Forwarding>();
  readonly rules = new Map<string, CacheRules>();
  readonly cache: ReadPolicies<"cache-policy", CachePolicy>;
  readonly request: ReadPolicies<"origin-request-policy", OriginRequestPolicy>;
  readonly headers: ReadPolicies<"response-headers-policy", ResponseHeadersRules>;
  readonly trustedKeys: TrustedKeys;

  constructor(
    stored: AccountPolicies["stored"],
    trustedKeys: TrustedKeys,
    previous?: AccountPolicies,
  ) {
    this.trustedKeys = trustedKeys;
    this.stored = stored;
    this.cache = readPolicies(stored["cache-policy"], previous?.cache, cachePolicyOf);
    this.request = readPolicies(
      stored["origin-request-policy"],
      previous?.request,
      originRequestPolicyOf,
    );
    this.headers = readPolicies(stored["response-headers-policy"], previous?.headers, (_, config) =>
      responseHeadersRulesOf(config),
    );
  }

  findCachePolicy(id: string): CachePolicy | undefined {
    return this.cache.get(id)?.policy ?? managedPolicies.findCachePolicy(id);
  }

  findOriginRequestPolicy(id: string): OriginRequestPolicy | undefined {
    return this.request.get(id)?.policy ?? managedPolicies.findOriginRequestPolicy(id);
  }

  findResponseHeadersPolicy(id: string): ResponseHeadersRules | undefined {
    return this.headers.get(id)?.policy ?? managedPolicies.findResponseHeadersPolicy(id);
  }

  findKeyGroup(id: string): KeyGroup | undefined {
    return this.trustedKeys.find(id);
  }
}

type ReadPolicies<Kind extends PolicyKind, Policy> = ReadonlyMap<string, Read<Kind, Policy>>;

interface Read<Kind extends PolicyKind, Policy> {
  readonly config: Resource<Kind>["config"];
  readonly policy: Policy;
}

function readPolicies<Kind extends PolicyKind, Policy>(
  stored: Stored,
  previous: ReadPolicies<Kind, Policy> | undefined,
  read: (id: string, config: Resource<Kind>["config"]) => Policy,
): ReadPolicies<Kind, Policy> {
  const policies = new Map<string, Read<Kind, Policy>>();
  for (const [id, resource] of stored ?? []) {
    const { config } = resource as Resource<Kind>;
    const known = previous?.get(id);
    policies.set(id, known?.config === config ? known : { config, policy: read(id, config) });
  }
  return policies;
}
