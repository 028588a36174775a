/**
 * Cache policies: what enters the cache key, and how long objects stay.
 *
 * Source: CloudFront API Reference, CachePolicyConfig; Developer Guide, "Control the cache key".
 */
import { InvalidArgument } from "../../../model/errors.ts";
import type { CachePolicyConfig } from "../../../schema/shapes.ts";
import { ttlOrder } from "../../distributions/config/check-behaviors.ts";
import type { Quotas } from "../../quotas.ts";
import { newUuid } from "../resource-id.ts";
import type { ResourceRow } from "../resource-row.ts";
import { checkNameAndComment } from "./name-and-comment.ts";
import { checkNameSelection } from "./name-selection.ts";

export const cachePolicy: ResourceRow<"cache-policy"> = {
  kind: "cache-policy",
  label: "cache policy",
  operations: {
    create: "CreateCachePolicy",
    get: "GetCachePolicy",
    getConfig: "GetCachePolicyConfig",
    update: "UpdateCachePolicy",
    delete: "DeleteCachePolicy",
    list: "ListCachePolicies",
  },
  configMember: "CachePolicyConfig",
  collection: "cache-policy",
  errors: {
    missing: "NoSuchCachePolicy",
    exists: "CachePolicyAlreadyExists",
    inUse: "CachePolicyInUse",
    tooMany: "TooManyCachePolicies",
  },
  texts: {
    inUse:
      "The specified cache policy is currently associated with a cache behavior. Please disassociate the policy before deleting.",
  },
  quota: "cachePoliciesPerAccount",
  unique: ["Name"],
  enforced: { edge: "yes" },
  newId: newUuid,
  complete,
  check: (config, { quotas }) => checkCachePolicy(config, quotas),
};

/** The defaults of the TTLs give way to a greater minimum, or default. */
function complete(config: CachePolicyConfig): CachePolicyConfig {
  const { MinTTL = 0 } = config;
  const DefaultTTL = config.DefaultTTL ?? Math.max(86_400, MinTTL);
  const MaxTTL = config.MaxTTL ?? Math.max(31_536_000, DefaultTTL);
  const parameters = config.ParametersInCacheKeyAndForwardedToOrigin;
  return {
    ...config,
    MinTTL,
    DefaultTTL,
    MaxTTL,
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: parameters?.EnableAcceptEncodingGzip ?? false,
      EnableAcceptEncodingBrotli: parameters?.EnableAcceptEncodingBrotli ?? false,
      HeadersConfig: parameters?.HeadersConfig ?? { HeaderBehavior: "none" },
      CookiesConfig: parameters?.CookiesConfig ?? { CookieBehavior: "none" },
      QueryStringsConfig: parameters?.QueryStringsConfig ?? { QueryStringBehavior: "none" },
    },
  };
}

function checkCachePolicy(config: CachePolicyConfig, quotas: Quotas): void {
  checkNameAndComment(config);
  const { MinTTL = 0, DefaultTTL = 0, MaxTTL = 0 } = config;
  if (MinTTL < 0)
    throw new InvalidArgument(`The parameter MinTTL must be 0 or more, got ${MinTTL}`);
  if (MinTTL > DefaultTTL || DefaultTTL > MaxTTL) {
    throw new InvalidArgument(
      `${ttlOrder}. MinTTL is ${MinTTL}, DefaultTTL ${DefaultTTL} and MaxTTL ${MaxTTL}`,
    );
  }
  const parameters = config.ParametersInCacheKeyAndForwardedToOrigin;
  const { HeaderBehavior, Headers } = parameters?.HeadersConfig ?? {};
  const { CookieBehavior, Cookies } = parameters?.CookiesConfig ?? {};
  const { QueryStringBehavior, QueryStrings } = parameters?.QueryStringsConfig ?? {};
  const mostCharacters = quotas.namesCharactersPerPolicy;
  checkNameSelection({
    of: "headers",
    members: ["HeaderBehavior", "Headers"],
    behavior: HeaderBehavior,
    names: Headers?.Items,
    most: quotas.headersPerCachePolicy,
    mostCharacters,
    tooMany: "TooManyHeadersInCachePolicy",
  });
  checkNameSelection({
    of: "cookies",
    members: ["CookieBehavior", "Cookies"],
    behavior: CookieBehavior,
    names: Cookies?.Items,
    most: quotas.cookiesPerCachePolicy,
    mostCharacters,
    tooMany: "TooManyCookiesInCachePolicy",
  });
  checkNameSelection({
    of: "query strings",
    members: ["QueryStringBehavior", "QueryStrings"],
    behavior: QueryStringBehavior,
    names: QueryStrings?.Items,
    most: quotas.queryStringsPerCachePolicy,
    mostCharacters,
    tooMany: "TooManyQueryStringsInCachePolicy",
  });
  refuseAcceptEncoding(Headers?.Items ?? [], parameters);
  if (MaxTTL === 0) {
    refuseCacheKey({ HeaderBehavior, CookieBehavior, QueryStringBehavior });
    refuseCodings(config);
  }
}

/** The codings put a normalized Accept-Encoding into the cache key; the viewer's own cannot be there too. */
function refuseAcceptEncoding(
  names: readonly string[],
  parameters: CachePolicyConfig["ParametersInCacheKeyAndForwardedToOrigin"],
): void {
  const codings = ["EnableAcceptEncodingGzip", "EnableAcceptEncodingBrotli"] as const;
  const enabled = codings.find((name) => parameters?.[name] === true);
  if (!enabled || !names.some((name) => name.toLowerCase() === "accept-encoding")) return;
  throw new InvalidArgument(
    `The parameter Headers contains Accept-Encoding that is not allowed when ${enabled} is true`,
  );
}

/** Without caching there is no cache key to put anything into. */
function refuseCacheKey(behaviors: Readonly<Record<string, string | undefined>>): void {
  for (const [name, behavior = "none"] of Object.entries(behaviors)) {
    if (behavior === "none") continue;
    throw new InvalidArgument(
      `The parameter ${name} is invalid for policy with caching disabled. It must be "none" when MaxTTL is 0, got "${behavior}"`,
    );
  }
}

function refuseCodings({
  ParametersInCacheKeyAndForwardedToOrigin: given,
}: CachePolicyConfig): void {
  for (const name of ["EnableAcceptEncodingGzip", "EnableAcceptEncodingBrotli"] as const) {
    if (given?.[name] !== true) continue;
    throw new InvalidArgument(
      `The parameter ${name} is invalid for policy with caching disabled. It must be false when MaxTTL is 0`,
    );
  }
}
