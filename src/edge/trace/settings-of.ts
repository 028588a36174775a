/** What the API calls the settings that a visit was served by. */
import { behaviorsOf, type Distribution } from "../../model/distribution.ts";
import { managedResponseHeadersPolicyConfigs } from "../../model/managed-response-headers-policies.ts";
import { behaviorRules, type BehaviorRules } from "../caching/behavior-rules.ts";
import type { DeployedBehavior } from "../deployment/deployed-distribution.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { BehaviorConfig } from "../deployment/forward-selection.ts";
import type { Visit } from "../record/visit.ts";

export interface Settings {
  readonly config: Distribution["config"] | undefined;
  readonly behavior: BehaviorConfig | undefined;
  readonly rules: BehaviorRules | undefined;
  /** Like `cache behavior /api/*`. */
  readonly behaviorName: string;
  /** By which minimum, default and maximum TTL count. */
  readonly cachePolicyName: string;
}

/** They are the same for all visits of a deployment. */
const known = new WeakMap<Deployment, WeakMap<DeployedBehavior, Settings>>();

export function settingsOf(visit: Visit): Settings {
  const { deployment, behavior } = visit;
  if (behavior === undefined) return workOut(visit);
  let ofDeployment = known.get(deployment);
  if (ofDeployment === undefined) known.set(deployment, (ofDeployment = new WeakMap()));
  let settings = ofDeployment.get(behavior);
  if (settings === undefined) ofDeployment.set(behavior, (settings = workOut(visit)));
  return settings;
}

function workOut({ deployment, distribution, behavior }: Visit): Settings {
  const config = distribution && deployment.compiled.get(distribution.id)?.config;
  const at = behavior === undefined ? -1 : (distribution?.behaviors.indexOf(behavior) ?? -1);
  const rules =
    distribution && behavior ? behaviorRules(distribution, behavior, deployment) : undefined;
  const policy = rules?.cachePolicy;
  const pattern = rules?.pathPattern ?? "*";
  return {
    config,
    behavior: config && behaviorsOf(config)[at],
    rules,
    behaviorName: pattern === "*" ? "the default cache behavior" : `cache behavior ${pattern}`,
    cachePolicyName:
      policy === undefined ? "the behavior's own TTLs" : `CachePolicy ${policy.name}`,
  };
}

/** @returns the name of the response headers policy; undefined where the behavior has none */
export function headersPolicyName(
  { behavior }: Settings,
  { deployment }: Visit,
): string | undefined {
  const id = behavior?.ResponseHeadersPolicyId;
  if (!id) return undefined;
  const stored = deployment.policies.stored["response-headers-policy"]?.get(id);
  const config =
    stored?.kind === "response-headers-policy"
      ? stored.config
      : managedResponseHeadersPolicyConfigs.get(id);
  return (config as { readonly Name?: string } | undefined)?.Name ?? id;
}

/** @returns undefined where the behavior's target is an origin, and no group */
export function originGroupOf({ config, behavior }: Settings): string | undefined {
  const target = behavior?.TargetOriginId;
  return config?.OriginGroups?.Items?.some(({ Id }) => Id === target) === true ? target : undefined;
}
