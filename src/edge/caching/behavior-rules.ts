/** Says by which settings a behavior caches, in the API's words, for whoever asks about it. */
import { behaviorsOf } from "../../model/distribution.ts";
import type { NameSelection } from "../../model/managed-policies.ts";
import type {
  DeployedBehavior,
  DeployedDistribution,
} from "../deployment/deployed-distribution.ts";
import type { Deployment } from "../deployment/deployment.ts";
import type { BehaviorConfig, Encodings } from "../deployment/forward-selection.ts";

export interface BehaviorRules {
  /** `*` for the default cache behavior. */
  readonly pathPattern: string;
  /** Absent where ForwardedValues decide. */
  readonly cachePolicy?: { readonly id: string; readonly name: string };
  /** In seconds, as the other two. */
  readonly minTtl: number;
  readonly defaultTtl: number;
  readonly maxTtl: number;
  readonly methods: readonly string[];
  /** What is in the key beside distribution and path: a name or names, "all", "none" or "all but …". */
  readonly key: {
    readonly queryString: string;
    readonly headers: string;
    readonly cookies: string;
  };
}

/** @returns undefined when the deployment hasn't got the distribution any more */
export function behaviorRules(
  { id, behaviors }: DeployedDistribution,
  behavior: DeployedBehavior,
  { compiled, policies }: Pick<Deployment, "compiled" | "policies">,
): BehaviorRules | undefined {
  const entry = compiled.get(id);
  const config = entry && behaviorsOf(entry.config)[behaviors.indexOf(behavior)];
  if (config === undefined) return undefined;
  const { key, methods, minTtl, defaultTtl, maxTtl } = behavior.caching;
  const policy = policies.findCachePolicy(config.CachePolicyId ?? "");
  const selections = policy ?? legacySelections(config);
  return {
    pathPattern: ("PathPattern" in config ? config.PathPattern : undefined) ?? "*",
    ...(policy && { cachePolicy: { id: policy.id, name: policy.name } }),
    ...{ minTtl, defaultTtl, maxTtl },
    methods: [...methods],
    key: {
      queryString: inWords(selections.query),
      headers: headersInWords(key.headers, key.encodings),
      cookies: inWords(selections.cookies),
    },
  };
}

function legacySelections({
  ForwardedValues,
}: BehaviorConfig): Readonly<Record<"query" | "cookies", NameSelection>> {
  const { QueryString, QueryStringCacheKeys, Cookies } = ForwardedValues ?? {};
  const keys = QueryStringCacheKeys?.Items ?? [];
  const query =
    QueryString === true ? (keys.length === 0 ? "all" : "whitelist") : ("none" as const);
  return {
    query: { behavior: query, names: keys },
    cookies: {
      behavior: Cookies?.Forward ?? "none",
      names: Cookies?.WhitelistedNames?.Items ?? [],
    },
  };
}

function inWords({ behavior, names }: NameSelection): string {
  if (behavior === "whitelist") return names.length === 0 ? "none" : names.join(", ");
  return behavior === "allExcept" ? `all but ${names.join(", ")}` : behavior;
}

function headersInWords(names: readonly string[], encodings: Encodings | undefined): string {
  if (names.includes("*")) return "all";
  const codings = [encodings?.brotli && "br", encodings?.gzip && "gzip"].filter(Boolean);
  const reduced = codings.length === 0 ? [] : [`accept-encoding (${codings.join(", ")})`];
  return [...names, ...reduced].join(", ") || "none";
}
