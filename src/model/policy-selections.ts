/**
 * What a cache policy and an origin request policy select of a viewer request, read from their
 * configurations: the form that the edge works with.
 */
import type { CachePolicyConfig, OriginRequestPolicyConfig } from "../schema/shapes.ts";

/** Which cookies or query string parameters a policy takes, in the API's words. */
export interface NameSelection {
  readonly behavior: "none" | "all" | "whitelist" | "allExcept";
  /** What `whitelist` takes or `allExcept` leaves; empty for the other two. */
  readonly names: readonly string[];
}

/** What enters the cache key, and by that the origin request. */
export interface CachePolicy {
  readonly id: string;
  readonly name: string;
  /** In seconds, as the other two. */
  readonly minTtl: number;
  readonly defaultTtl: number;
  readonly maxTtl: number;
  readonly headers: readonly string[];
  readonly cookies: NameSelection;
  readonly query: NameSelection;
  readonly gzip: boolean;
  readonly brotli: boolean;
}

/** What goes to the origin beside the cache key. */
export interface OriginRequestPolicy {
  readonly id: string;
  readonly name: string;
  readonly headers: {
    readonly behavior:
      | "none"
      | "whitelist"
      | "allViewer"
      | "allViewerAndWhitelistCloudFront"
      | "allExcept";
    readonly names: readonly string[];
  };
  readonly cookies: NameSelection;
  readonly query: NameSelection;
}

/** @param config complete, as the state keeps it and AWS's own are */
export function cachePolicyOf(id: string, config: CachePolicyConfig): CachePolicy {
  const parameters = config.ParametersInCacheKeyAndForwardedToOrigin;
  const { CookieBehavior = "none", Cookies } = parameters?.CookiesConfig ?? {};
  const { QueryStringBehavior = "none", QueryStrings } = parameters?.QueryStringsConfig ?? {};
  return {
    id,
    name: config.Name ?? "",
    minTtl: config.MinTTL ?? 0,
    defaultTtl: config.DefaultTTL ?? 0,
    maxTtl: config.MaxTTL ?? 0,
    headers: parameters?.HeadersConfig?.Headers?.Items ?? [],
    cookies: { behavior: CookieBehavior, names: Cookies?.Items ?? [] },
    query: { behavior: QueryStringBehavior, names: QueryStrings?.Items ?? [] },
    gzip: parameters?.EnableAcceptEncodingGzip ?? false,
    brotli: parameters?.EnableAcceptEncodingBrotli ?? false,
  };
}

export function originRequestPolicyOf(
  id: string,
  config: OriginRequestPolicyConfig,
): OriginRequestPolicy {
  const { HeaderBehavior = "none", Headers } = config.HeadersConfig ?? {};
  const { CookieBehavior = "none", Cookies } = config.CookiesConfig ?? {};
  const { QueryStringBehavior = "none", QueryStrings } = config.QueryStringsConfig ?? {};
  return {
    id,
    name: config.Name ?? "",
    headers: { behavior: HeaderBehavior, names: Headers?.Items ?? [] },
    cookies: { behavior: CookieBehavior, names: Cookies?.Items ?? [] },
    query: { behavior: QueryStringBehavior, names: QueryStrings?.Items ?? [] },
  };
}
