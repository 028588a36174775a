/**
 * Which viewers of a primary distribution its staging one serves: worked out of continuous deployment
 * policies that are enabled and attached to an enabled primary, with a staging distribution that is enabled too.
 *
 * Source: CloudFront Developer Guide, "Use CloudFront continuous deployment to safely test CDN
 * configuration changes".
 */
import { createSecretKey, hash, type KeyObject } from "node:crypto";
import type { Resource } from "../../model/resource.ts";
import type { State } from "../../state/state.ts";
import type { DeployedDistribution } from "./deployed-distribution.ts";

export interface ContinuousDeployment {
  readonly staging: DeployedDistribution;
  readonly traffic: StagingTraffic;
}

export type StagingTraffic =
  | {
      readonly type: "header";
      /** In lower case. */
      readonly name: string;
      readonly value: string;
    }
  | {
      readonly type: "weight";
      /** From 0 to 1. */
      readonly weight: number;
      /** Undefined where each request is decided on for itself. */
      readonly sessions: Sessions | undefined;
    };

/** How long a viewer stays where it was sent. */
export interface Sessions {
  /** Without a request, in seconds. */
  readonly idleTtl: number;
  /** In seconds, from the first request. */
  readonly maximumTtl: number;
  /**
   * What session cookies are signed with. It follows from the state, so all nodes have the same, and from
   * the policy's version, so sessions end when the policy changes; the id in it is told to no viewer.
   */
  readonly key: KeyObject;
}

type Policy = Resource<"continuous-deployment-policy">;

/** By the id of the primary. */
export type ContinuousDeployments = ReadonlyMap<string, ContinuousDeployment>;

/**
 * @param deployed all distributions
 * @returns undefined where there are none
 */
export function continuousDeploymentsOf(
  { resources, distributions }: Pick<State, "resources" | "distributions">,
  deployed: (id: string) => DeployedDistribution | undefined,
): ContinuousDeployments | undefined {
  const policies = resources.get("continuous-deployment-policy");
  if (policies === undefined) return undefined;
  const stagings = new Map<string, string>();
  const primaries = new Map<string, string>();
  for (const [id, { config, domainName }] of distributions) {
    if (config.Enabled !== true) continue;
    const { Staging, ContinuousDeploymentPolicyId = "" } = config;
    if (Staging === true) stagings.set(domainName, id);
    else if (ContinuousDeploymentPolicyId !== "") primaries.set(id, ContinuousDeploymentPolicyId);
  }
  const found = new Map<string, ContinuousDeployment>();
  for (const [id, policyId] of primaries) {
    const policy = policies.get(policyId) as Policy | undefined;
    const [name = ""] = policy?.config.StagingDistributionDnsNames?.Items ?? [];
    const staging = deployed(stagings.get(name) ?? "");
    const traffic = policy?.config.Enabled === true ? trafficOf(policy) : undefined;
    if (staging !== undefined && traffic !== undefined) found.set(id, { staging, traffic });
  }
  return found.size === 0 ? undefined : found;
}

function trafficOf(policy: Policy): StagingTraffic | undefined {
  const { SingleHeaderConfig, SingleWeightConfig, Type } = policy.config.TrafficConfig ?? {};
  if (Type === "SingleHeader" && SingleHeaderConfig !== undefined) {
    const { Header = "", Value = "" } = SingleHeaderConfig;
    return { type: "header", name: Header.toLowerCase(), value: Value };
  }
  if (Type === "SingleWeight" && SingleWeightConfig !== undefined) {
    const { Weight = 0 } = SingleWeightConfig;
    return { type: "weight", weight: Weight, sessions: sessionsOf(policy) };
  }
  return undefined;
}

function sessionsOf({ id, version, createdTime, config }: Policy): Sessions | undefined {
  const { SessionStickinessConfig } = config.TrafficConfig?.SingleWeightConfig ?? {};
  if (SessionStickinessConfig === undefined) return undefined;
  const { IdleTTL: idleTtl = 0, MaximumTTL: maximumTtl = 0 } = SessionStickinessConfig;
  const text = `sessions of continuous deployment\n${id}\n${version}\n${createdTime}`;
  return { idleTtl, maximumTtl, key: createSecretKey(hash("sha256", text, "buffer")) };
}
