/**
 * A distribution as an edge uses it: its configuration with everything worked out that is the
 * same for every request.
 */
import { behaviorsOf, type Distribution } from "../../model/distribution.ts";
import { functionNameOfArn } from "../../model/arn.ts";
import type { EventType } from "../../runtime/function-runtime.ts";
import { accessLoggingOf, type AccessLogging } from "./access-logging.ts";
import { cacheRulesOf, type CacheRules } from "./cache-rules.ts";
import { customErrorsOf, type CustomErrors } from "./custom-errors.ts";
import type { DeployedTenant } from "./deployed-tenant.ts";
import { forwardingOf, type BehaviorConfig, type Forwarding } from "./forward-selection.ts";
import { geoRestrictionOf, type GeoRestriction } from "./geo-restriction.ts";
import { noOriginResources, type OriginResources } from "./origin-resources.ts";
import { originSettings, type OriginSettings } from "./origin-settings.ts";
import { compilePattern, type PatternMatcher } from "./path-pattern.ts";
import type { Policies } from "./policies.ts";
import type { ResponseHeadersRules } from "./response-headers-policy.ts";
import { trustOf, trustsTheSame, type Trust } from "./trust.ts";
import { viewerSecurityOf, type ViewerSecurity } from "./viewer-security.ts";

type Config = Distribution["config"];

export interface DeployedBehavior {
  /** As configured; `*` for the default cache behavior. */
  readonly pathPattern: string;
  /** Always true for the default cache behavior. */
  readonly matches: PatternMatcher;
  readonly viewerProtocolPolicy: string;
  readonly allowedMethods: ReadonlySet<string>;
  /** Whether calls by gRPC are passed on as such. */
  readonly takesGrpc: boolean;
  /** The associated function's name by event type. */
  readonly functions: Readonly<Partial<Record<EventType, string>>>;
  readonly forwarding: Forwarding;
  readonly caching: CacheRules;
  /** What becomes of its answers' headers; undefined where nothing does. */
  readonly responseHeaders: ResponseHeadersRules | undefined;
  /** The name of its real-time log configuration; undefined where it has none. */
  readonly realtimeLog: string | undefined;
  /** Who may sign URLs and cookies for it; undefined where anybody may ask. */
  readonly trust: Trust | undefined;
  /** The origin that requests go to, and the one to try after it when there is a group. */
  readonly target: OriginTarget | undefined;
}

/** A behavior whose origin the configuration has. */
export type ServingBehavior = DeployedBehavior & { readonly target: OriginTarget };

export function hasTarget(behavior: DeployedBehavior): behavior is ServingBehavior {
  return behavior.target !== undefined;
}

/** One origin, or two and the statuses of the first that send a request on to the second. */
export interface OriginTarget {
  readonly primary: OriginSettings;
  readonly failover?: {
    readonly secondary: OriginSettings;
    readonly statuses: ReadonlySet<number>;
  };
}

export interface DeployedDistribution {
  readonly id: string;
  readonly domainName: string;
  readonly aliases: readonly string[];
  /** Disabled, staging and multi-tenant distributions can't be reached by their names. */
  readonly reachable: boolean;
  /** Whether it answers viewers that come by IPv6. */
  readonly servesIPv6: boolean;
  /** Whose site this is, where it is one of a multi-tenant distribution's. */
  readonly tenant: DeployedTenant | undefined;
  /** Undefined where viewers in every country are served. */
  readonly geoRestriction: GeoRestriction | undefined;
  /** Without the leading "/"; empty when there is none. */
  readonly defaultRootObject: string;
  /** In the order they are tried; the default cache behavior is the last. */
  readonly behaviors: readonly DeployedBehavior[];
  /** By id. */
  readonly origins: ReadonlyMap<string, OriginSettings>;
  readonly customErrors: CustomErrors;
  readonly security: ViewerSecurity;
  readonly logging: AccessLogging;
  /** In lower case: the origin's header that says an object's cache tags. Undefined where there are none. */
  readonly cacheTagHeader: string | undefined;
}

/**
 * @param policies those that the configuration names are found in it
 * @param resources what its origins name is found in it
 */
export function deployDistribution(
  { id, domainName, config }: Distribution,
  account: string,
  policies: Policies,
  resources: OriginResources = noOriginResources,
): DeployedDistribution {
  const origins = originsOf(config, resources);
  const { RestrictionType, Items: countries } = config.Restrictions?.GeoRestriction ?? {};
  return {
    id,
    domainName: domainName.toLowerCase(),
    aliases: (config.Aliases?.Items ?? []).map((alias) => alias.toLowerCase()),
    reachable:
      config.Enabled === true && config.Staging !== true && config.ConnectionMode !== "tenant-only",
    servesIPv6: config.IsIPV6Enabled !== false,
    tenant: undefined,
    geoRestriction: geoRestrictionOf(RestrictionType, countries),
    defaultRootObject: config.DefaultRootObject ?? "",
    behaviors: behaviorsOf(config).map((behavior) =>
      deployBehavior(behavior, { config, origins, account, policies }),
    ),
    origins,
    customErrors: customErrorsOf(config),
    security: viewerSecurityOf(config),
    logging: accessLoggingOf(config),
    cacheTagHeader: config.CacheTagConfig?.HeaderName?.toLowerCase() || undefined,
  };
}

/** The same configuration with other policies: all else is taken over. */
export function withPolicies(
  deployed: DeployedDistribution,
  config: Config,
  policies: Policies,
): DeployedDistribution {
  const configs = behaviorsOf(config);
  const behaviors = deployed.behaviors.map((behavior, index) => {
    const selections = selectionsOf(configs[index] as BehaviorConfig, policies);
    const isSame =
      selections.forwarding === behavior.forwarding &&
      selections.caching === behavior.caching &&
      selections.responseHeaders === behavior.responseHeaders &&
      trustsTheSame(selections.trust, behavior.trust);
    return isSame ? behavior : { ...behavior, ...selections };
  });
  return { ...deployed, behaviors };
}

/**
 * The same with other origins: all else is taken over.
 *
 * @param config with those origins; its behaviors are those that it was deployed of
 * @param resources what the origins name is found in it
 */
export function withOrigins(
  deployed: DeployedDistribution,
  config: Config,
  resources: OriginResources,
): DeployedDistribution {
  const origins = originsOf(config, resources);
  const configs = behaviorsOf(config);
  const behaviors = deployed.behaviors.map((behavior, index) => ({
    ...behavior,
    target: targetOf(configs[index]?.TargetOriginId ?? "", config, origins),
  }));
  return { ...deployed, origins, behaviors };
}

function originsOf(
  config: Config,
  resources: OriginResources,
): ReadonlyMap<string, OriginSettings> {
  const origins = new Map<string, OriginSettings>();
  for (const origin of config.Origins?.Items ?? []) {
    if (origin.Id !== undefined) origins.set(origin.Id, originSettings(origin, resources));
  }
  return origins;
}

/** What follows from the policies and key groups. */
function selectionsOf(
  behavior: BehaviorConfig,
  policies: Policies,
): Pick<DeployedBehavior, "forwarding" | "caching" | "responseHeaders" | "trust"> {
  const forwarding = forwardingOf(behavior, policies);
  const { ResponseHeadersPolicyId: headersId = "" } = behavior;
  return {
    forwarding,
    caching: cacheRulesOf(behavior, policies, forwarding),
    responseHeaders: headersId === "" ? undefined : policies.findResponseHeadersPolicy(headersId),
    trust: trustOf(behavior, policies),
  };
}

interface Surroundings {
  readonly config: Config;
  readonly origins: ReadonlyMap<string, OriginSettings>;
  readonly account: string;
  readonly policies: Policies;
}

function deployBehavior(
  behavior: BehaviorConfig,
  { config, origins, account, policies }: Surroundings,
): DeployedBehavior {
  const functions: Partial<Record<EventType, string>> = {};
  for (const association of behavior.FunctionAssociations?.Items ?? []) {
    const name = functionNameOfArn(association.FunctionARN ?? "", account);
    const eventType = association.EventType;
    if (name === undefined) continue;
    if (eventType === "viewer-request" || eventType === "viewer-response") {
      functions[eventType] = name;
    }
  }
  const pattern = "PathPattern" in behavior ? (behavior.PathPattern ?? "*") : "*";
  return {
    pathPattern: pattern,
    matches: compilePattern(/^[/*]/.test(pattern) ? pattern : `/${pattern}`),
    viewerProtocolPolicy: behavior.ViewerProtocolPolicy ?? "allow-all",
    allowedMethods: new Set(behavior.AllowedMethods?.Items ?? ["GET", "HEAD"]),
    takesGrpc: behavior.GrpcConfig?.Enabled === true,
    functions,
    // `arn:aws:cloudfront::ACCOUNT:realtime-log-config/NAME`
    realtimeLog: behavior.RealtimeLogConfigArn?.split("/").at(-1) || undefined,
    ...selectionsOf(behavior, policies),
    target: targetOf(behavior.TargetOriginId ?? "", config, origins),
  };
}

function targetOf(
  id: string,
  config: Config,
  origins: ReadonlyMap<string, OriginSettings>,
): OriginTarget | undefined {
  const origin = origins.get(id);
  if (origin !== undefined) return { primary: origin };
  const group = config.OriginGroups?.Items?.find((candidate) => candidate.Id === id);
  const [primary, secondary] = (group?.Members?.Items ?? []).map((member) =>
    origins.get(member.OriginId ?? ""),
  );
  if (primary === undefined || secondary === undefined) return undefined;
  const statuses = new Set(group?.FailoverCriteria?.StatusCodes?.Items ?? []);
  return { primary, failover: { secondary, statuses } };
}
