/**
 * How a cache behavior caches: its key, how long it keeps, and what it leaves out.
 *
 * Source: CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)",
 * "Serve compressed files" and "Cache content based on cookies".
 */
import { type BehaviorConfig, type Encodings, type Forwarding } from "./forward-selection.ts";
import { keyOfForwardedValues, keyOfPolicy, type KeySelection } from "./key-selection.ts";
import type { Policies } from "./policies.ts";
import { selectsNone, withoutSigning } from "./selection.ts";
import { isRestricted } from "./trust.ts";

export interface CacheRules {
  readonly key: KeySelection;
  /** In seconds, as the other two. */
  readonly minTtl: number;
  readonly defaultTtl: number;
  readonly maxTtl: number;
  /** Nothing is looked up or kept, errors and their pages neither. */
  readonly isOff: boolean;
  /** Whether requests wait for one that asks the origin for the same: not where cookies reach the origin. */
  readonly collapses: boolean;
  /** Whether what has expired is validated: not where cookies reach the origin, whose answers are fetched anew. */
  readonly validates: boolean;
  /** Whether Set-Cookie is kept with an object and given to all viewers: where cookies reach the origin. */
  readonly keepsCookies: boolean;
  /** Those that are answered from the cache. */
  readonly methods: ReadonlySet<string>;
  /** What the edge itself compresses to; undefined where it doesn't. */
  readonly compression: Encodings | undefined;
}

/** The settings of a behavior without a cache policy that names none. */
const legacyDefaultTtl = 86_400;
const legacyMaxTtl = 31_536_000;

/** @param forwarding the behavior's */
export function cacheRulesOf(
  behavior: BehaviorConfig,
  policies: Policies,
  forwarding: Forwarding,
): CacheRules {
  const methods = new Set(["GET", "HEAD"]);
  if (forwarding.cachesOptions) methods.add("OPTIONS");
  const keepsCookies = forwarding.cookies.kind !== "none";
  const common = { methods, keepsCookies, collapses: !keepsCookies, validates: !keepsCookies };
  const cachePolicyId = behavior.CachePolicyId ?? "";
  const isSigned = isRestricted(behavior);
  if (cachePolicyId === "") {
    return { ...common, ...keyed(ofForwardedValues(behavior), isSigned) };
  }
  const compresses = behavior.Compress === true;
  const key = `${cachePolicyId} ${behavior.OriginRequestPolicyId} ${forwarding.cachesOptions} ${compresses} ${isSigned}`;
  let rules = policies.rules.get(key);
  if (rules === undefined) {
    rules = { ...common, ...keyed(ofPolicy(policies, cachePolicyId, compresses), isSigned) };
    policies.rules.set(key, rules);
  }
  return rules;
}

type Chosen = Omit<CacheRules, "methods" | "collapses" | "validates" | "keepsCookies">;

/** Whoever may have an object shares it with all who may. */
function keyed(chosen: Chosen, isSigned: boolean): Chosen {
  if (!isSigned) return chosen;
  return { ...chosen, key: { ...chosen.key, query: withoutSigning(chosen.key.query) } };
}

function ofPolicy(policies: Policies, id: string, compresses: boolean): Chosen {
  const policy = policies.findCachePolicy(id);
  // The API lets no behavior name a policy that is not there.
  if (policy === undefined) return keepsNothing;
  const { minTtl, defaultTtl, maxTtl } = policy;
  const key = keyOfPolicy(policy);
  const isOff = minTtl === 0 && defaultTtl === 0 && maxTtl === 0;
  const compression = compresses && !isOff ? key.encodings : undefined;
  return { key, minTtl, defaultTtl, maxTtl, isOff, compression };
}

const keepsNothing: Chosen = {
  key: { headers: [], cookies: selectsNone, query: selectsNone, encodings: undefined },
  minTtl: 0,
  defaultTtl: 0,
  maxTtl: 0,
  isOff: true,
  compression: undefined,
};

/** Where all headers are forwarded nothing is cached. TTLs of 0 alone still validate what is kept. */
function ofForwardedValues(behavior: BehaviorConfig): Chosen {
  const key = keyOfForwardedValues(behavior);
  const minTtl = behavior.MinTTL ?? 0;
  const defaultTtl = behavior.DefaultTTL ?? Math.max(minTtl, legacyDefaultTtl);
  const maxTtl = behavior.MaxTTL ?? Math.max(minTtl, defaultTtl, legacyMaxTtl);
  const isOff = key.headers.includes("*");
  return { key, minTtl, defaultTtl, maxTtl, isOff, compression: isOff ? undefined : key.encodings };
}
