/** The calls on distributions: which there are, how each is configured, which use a function, and a first one for it. */
import { callApi } from "./call-api.ts";
import { PagedList } from "./paged-list.ts";
import { signedInKey } from "./signed-in-key.ts";

interface Association {
  readonly event_type: EventType;
  readonly function_arn: string;
}

/** As the API has a list: its items are left out where there are none. */
export interface Listed<Item> {
  readonly quantity?: number;
  readonly items?: readonly Item[];
}

export interface Behavior {
  readonly path_pattern?: string;
  readonly target_origin_id: string;
  readonly viewer_protocol_policy?: string;
  /** Absent where the behavior has TTLs of its own. */
  readonly cache_policy_id?: string;
  readonly function_associations?: Listed<Association>;
  readonly lambda_function_associations?: Listed<{ readonly event_type: string }>;
}

export interface Origin {
  readonly id: string;
  readonly domain_name: string;
  readonly origin_path?: string;
  readonly custom_origin_config?: {
    readonly http_port: number;
    readonly https_port: number;
    readonly origin_protocol_policy: string;
  };
}

/** What a list and a configuration both say. */
interface Described {
  readonly comment?: string;
  readonly enabled: boolean;
  readonly staging?: boolean;
  readonly aliases?: Listed<string>;
  readonly origins: Listed<Origin>;
  readonly default_cache_behavior: Behavior;
  readonly cache_behaviors?: Listed<Behavior>;
  /** Tells distributions of tenants, which have no host names of their own. */
  readonly connection_mode?: "direct" | "tenant-only";
}

export interface ListedDistribution extends Described {
  readonly id: string;
  readonly domain_name: string;
  /** InProgress until all edges have it, then Deployed. */
  readonly status: string;
  readonly last_modified_time: string;
}

export interface DistributionConfig extends Described {
  readonly origin_groups?: Listed<{
    readonly id: string;
    readonly members?: Listed<{ readonly origin_id: string }>;
  }>;
  readonly continuous_deployment_policy_id?: string;
  readonly tenant_config?: { readonly parameter_definitions?: readonly ParameterDefinition[] };
}

/** What tenants may have values of. */
export interface ParameterDefinition {
  readonly name: string;
  readonly definition: {
    readonly string_schema?: {
      readonly required: boolean;
      readonly comment?: string;
      readonly default_value?: string;
    };
  };
}

export interface Distribution {
  readonly id: string;
  readonly etag: string;
  readonly domain_name: string;
  readonly status: string;
  readonly last_modified_time: string;
  readonly distribution_config: DistributionConfig;
}

export type EventType = "viewer-request" | "viewer-response";

/** A cache behavior that runs a function. */
export interface FunctionUse {
  readonly distribution: string;
  readonly domainName: string;
  /** Of the behavior; `*` of the default. */
  readonly pathPattern: string;
  readonly eventType: EventType;
}

export async function findUses(
  name: string,
  signal?: AbortSignal,
): Promise<readonly FunctionUse[]> {
  const distributions = await listDistributions(signal);
  return distributions.flatMap(({ id, domain_name: domainName, ...distribution }) =>
    [
      ...(distribution.cache_behaviors?.items ?? []),
      { ...distribution.default_cache_behavior, path_pattern: "*" },
    ].flatMap(({ path_pattern: pathPattern = "*", function_associations: associations }) =>
      (associations?.items ?? [])
        .filter(({ function_arn: arn }) => arn.endsWith(`:function/${name}`))
        .map(({ event_type: eventType }) => ({
          ...{ distribution: id, domainName, pathPattern, eventType },
        })),
    ),
  );
}

export function readDistribution(id: string, signal?: AbortSignal): Promise<Distribution> {
  return callApi({ path: at(id), signal });
}

/**
 * @param config the whole of it
 * @param etag of what it replaces
 * @throws ApiRefusal, with the model's words where it is not as it must be
 */
export function updateDistribution(
  id: string,
  config: object,
  etag: string,
): Promise<Distribution> {
  return callApi({ method: "PUT", path: `${at(id)}/config`, body: config, ifMatch: etag });
}

/** Of one that is disabled, where all edges know it. */
export async function deleteDistribution(id: string, ifMatch: string): Promise<void> {
  await callApi({ method: "DELETE", path: at(id), ifMatch });
}

/** The list as it came last. */
let recent:
  | { readonly at: number; readonly distributions: readonly ListedDistribution[] }
  | undefined;
const recentMs = 60_000;
// Another key may see less.
signedInKey.watch(() => {
  recent = undefined;
});

/** For who wants names and not their standing: as they came within the last minute, or now. */
export async function recentDistributions(): Promise<readonly ListedDistribution[]> {
  if (recent !== undefined && performance.now() - recent.at < recentMs) return recent.distributions;
  return listDistributions();
}

const list = new PagedList<ListedDistribution>("/2020-05-31/distribution");

/** @returns the same array as before where nothing has changed */
export async function listDistributions(
  signal?: AbortSignal,
): Promise<readonly ListedDistribution[]> {
  const distributions = await list.read(signal);
  recent = { at: performance.now(), distributions };
  return distributions;
}

/** Managed-CachingOptimized, and Managed-CachingDisabled. */
const cachePolicies = {
  on: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  off: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
} as const;

export interface FirstDistribution {
  /** A host name, perhaps with a port. */
  readonly origin: string;
  /** Which paths run the function and are cached as said; all unless given. */
  readonly pathPattern?: string;
  /** None where it is to pass on what the origin answers. */
  readonly functionArn: string | undefined;
  readonly eventType: EventType;
  readonly isCached: boolean;
  /** Whether viewers come by domains of its tenants, and by no names of its own. */
  readonly isForTenants?: boolean;
}

/**
 * A distribution with one origin that is asked by http, and the function on the paths that are named. Other paths
 * go to the origin as well, without function and cache.
 */
export async function createFirstDistribution(
  {
    origin,
    pathPattern = "*",
    functionArn,
    eventType,
    isCached,
    isForTenants = false,
  }: FirstDistribution,
  signal?: AbortSignal,
): Promise<{ readonly id: string; readonly domainName: string }> {
  const [, host = origin, port = "80"] = /^(.*?)(?::(\d+))?$/.exec(origin) ?? [];
  const plain = {
    TargetOriginId: "origin",
    ViewerProtocolPolicy: "allow-all",
    CachePolicyId: cachePolicies.off,
  };
  const chosen = {
    ...plain,
    CachePolicyId: cachePolicies[isCached ? "on" : "off"],
    ...(functionArn !== undefined && {
      FunctionAssociations: {
        Quantity: 1,
        Items: [{ EventType: eventType, FunctionARN: functionArn }],
      },
    }),
  };
  const isForAll = pathPattern === "*" || pathPattern === "/*";
  const body = {
    CallerReference: crypto.getRandomValues(new Uint32Array(4)).join("-"),
    Comment: "",
    Enabled: true,
    Origins: {
      Quantity: 1,
      Items: [
        {
          Id: "origin",
          DomainName: host,
          CustomOriginConfig: {
            HTTPPort: Number(port),
            HTTPSPort: 443,
            OriginProtocolPolicy: "http-only",
          },
        },
      ],
    },
    ...(isForTenants && { ConnectionMode: "tenant-only" }),
    DefaultCacheBehavior: isForAll ? chosen : plain,
    ...(!isForAll && {
      CacheBehaviors: { Quantity: 1, Items: [{ ...chosen, PathPattern: pathPattern }] },
    }),
  };
  const path = "/2020-05-31/distribution";
  const made = await callApi<{ id: string; domain_name: string }>({
    method: "POST",
    path,
    body,
    signal,
  });
  return { id: made.id, domainName: made.domain_name };
}

/** Puts a function on a behavior of a distribution, in the place of the one that is there for this event. */
export async function attachFunction({
  distribution,
  pathPattern,
  eventType,
  functionArn,
}: {
  readonly distribution: string;
  /** `*` for the default behavior. */
  readonly pathPattern: string;
  readonly eventType: EventType;
  readonly functionArn: string;
}): Promise<void> {
  const { etag, distribution_config: config } = await readDistribution(distribution);
  const put = (behavior: Behavior): Behavior => {
    const others = (behavior.function_associations?.items ?? []).filter(
      (each) => each.event_type !== eventType,
    );
    const items = [...others, { event_type: eventType, function_arn: functionArn }];
    return { ...behavior, function_associations: { quantity: items.length, items } };
  };
  const named = config.cache_behaviors;
  const body =
    pathPattern === "*"
      ? {
          ...config,
          default_cache_behavior: put(config.default_cache_behavior),
        }
      : {
          ...config,
          cache_behaviors: {
            ...named,
            items: named?.items?.map((each) =>
              each.path_pattern === pathPattern ? put(each) : each,
            ),
          },
        };
  await updateDistribution(distribution, body, etag);
}

function at(id: string): string {
  return `/2020-05-31/distribution/${encodeURIComponent(id)}`;
}
