/** The calls on distributions that views of functions make: which use one, and a first one for it. */
import { callApi } from "./call-api.ts";

interface Association {
  readonly event_type: EventType;
  readonly function_arn: string;
}

interface Behavior {
  readonly path_pattern?: string;
  readonly function_associations?: { readonly items?: readonly Association[] };
}

interface ListedDistribution {
  readonly id: string;
  readonly domain_name: string;
  readonly comment?: string;
  readonly default_cache_behavior: Behavior;
  readonly cache_behaviors?: { readonly items?: readonly Behavior[] };
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

export async function listDistributions(
  signal?: AbortSignal,
): Promise<readonly ListedDistribution[]> {
  const found: ListedDistribution[] = [];
  let marker: string | undefined;
  do {
    const page: { readonly items: readonly ListedDistribution[]; readonly next_marker?: string } =
      await callApi({
        path: "/2020-05-31/distribution",
        query: { MaxItems: "100", Marker: marker },
        signal,
      });
    found.push(...page.items);
    marker = page.next_marker;
  } while (marker !== undefined);
  return found;
}

/** Managed-CachingOptimized, and Managed-CachingDisabled. */
const cachePolicies = {
  on: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  off: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
} as const;

export interface FirstDistribution {
  /** A host name, perhaps with a port. */
  readonly origin: string;
  readonly functionArn: string;
  readonly eventType: EventType;
  readonly isCached: boolean;
}

/** A distribution with one origin that is asked by http, and the function on all paths. */
export async function createFirstDistribution({
  origin,
  functionArn,
  eventType,
  isCached,
}: FirstDistribution): Promise<{ readonly id: string; readonly domainName: string }> {
  const [, host = origin, port = "80"] = /^(.*?)(?::(\d+))?$/.exec(origin) ?? [];
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
    DefaultCacheBehavior: {
      TargetOriginId: "origin",
      ViewerProtocolPolicy: "allow-all",
      CachePolicyId: cachePolicies[isCached ? "on" : "off"],
      FunctionAssociations: {
        Quantity: 1,
        Items: [{ EventType: eventType, FunctionARN: functionArn }],
      },
    },
  };
  const path = "/2020-05-31/distribution";
  const made = await callApi<{ id: string; domain_name: string }>({ method: "POST", path, body });
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
  const path = `/2020-05-31/distribution/${distribution}/config`;
  const { etag, ...read } = await callApi<Record<string, unknown> & { etag: string }>({ path });
  const config = (read["distribution_config"] ?? read) as Record<string, unknown>;
  const put = (behavior: Behavior): Behavior => {
    const others = (behavior.function_associations?.items ?? []).filter(
      (each) => each.event_type !== eventType,
    );
    const items = [...others, { event_type: eventType, function_arn: functionArn }];
    return {
      ...behavior,
      function_associations: { quantity: items.length, items } as Behavior["function_associations"],
    } as Behavior;
  };
  const named = config["cache_behaviors"] as
    | { readonly quantity: number; readonly items?: readonly Behavior[] }
    | undefined;
  const body =
    pathPattern === "*"
      ? {
          ...config,
          default_cache_behavior: put(config["default_cache_behavior"] as Behavior),
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
  await callApi({ method: "PUT", path, body, ifMatch: etag });
}
