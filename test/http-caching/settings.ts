/** The cache behaviors that cases are played through, each by a path pattern of its own. */
import { Map } from "immutable";
import type { Resource } from "../../src/model/resource.ts";
import type { State } from "../../src/state/state.ts";
import { behavior, cachingDisabled, type Behavior, type Config } from "../edge/viewer-scene.ts";

interface Setting {
  /** MinTTL, DefaultTTL and MaxTTL, in seconds. */
  readonly ttls?: readonly [min: number, standard: number, max: number];
  /** Headers in the key. */
  readonly headers?: readonly string[];
  readonly query?: Selection;
  readonly cookies?: Selection;
  readonly gzip?: boolean;
  readonly brotli?: boolean;
  /** Cookies that the origin gets and that are not in the key. */
  readonly forwards?: "cookies" | "nothing";
  /** What is no policy's affair, or stands in the place of one. */
  readonly behavior?: Partial<Behavior>;
}

interface Selection {
  readonly behavior: "none" | "all" | "whitelist" | "allExcept";
  readonly names?: readonly string[];
}

const year = 31_536_000;

/** All of them forward all headers, and the whole query string, unless they say otherwise. */
const settings = {
  /** As near to RFC 9111 as CloudFront's settings come. */
  plain: {},
  minimum: { ttls: [60, 100, 1000] },
  default: { ttls: [0, 100, 1000] },
  off: { behavior: { CachePolicyId: cachingDisabled } },
  "cookies-forwarded": { ttls: [0, 100, 1000], forwards: "cookies" },
  "cookies-in-key": { ttls: [0, 100, 1000], cookies: { behavior: "all" } },
  "some-cookies": { ttls: [0, 100, 1000], cookies: { behavior: "whitelist", names: ["a", "c"] } },
  "all-cookies-but": { ttls: [0, 100, 1000], cookies: { behavior: "allExcept", names: ["a"] } },
  "header-in-key": { headers: ["X-Kind"] },
  "authorization-in-key": { headers: ["Authorization"] },
  "no-query": { query: { behavior: "none" } },
  "some-query": { query: { behavior: "whitelist", names: ["a", "c"] } },
  "all-query-but": { query: { behavior: "allExcept", names: ["a"] } },
  encodings: { gzip: true, brotli: true },
  "only-gzip": { gzip: true },
  compressing: { gzip: true, brotli: true, behavior: { Compress: true } },
  "forwards-nothing": { forwards: "nothing" },
  "options-cached": {
    behavior: {
      AllowedMethods: {
        Quantity: 3,
        Items: ["GET", "HEAD", "OPTIONS"],
        CachedMethods: { Quantity: 3, Items: ["GET", "HEAD", "OPTIONS"] },
      },
    },
  },
  legacy: {
    behavior: {
      CachePolicyId: "",
      OriginRequestPolicyId: "",
      MinTTL: 0,
      ForwardedValues: { QueryString: true, Cookies: { Forward: "none" } },
    },
  },
  "legacy-listed": {
    behavior: {
      CachePolicyId: "",
      OriginRequestPolicyId: "",
      MinTTL: 0,
      ForwardedValues: {
        QueryString: true,
        QueryStringCacheKeys: { Quantity: 1, Items: ["a"] },
        Headers: { Quantity: 1, Items: ["X-Kind"] },
        Cookies: { Forward: "whitelist", WhitelistedNames: { Quantity: 1, Items: ["s*"] } },
      },
    },
  },
  "legacy-all-headers": {
    behavior: {
      CachePolicyId: "",
      OriginRequestPolicyId: "",
      MinTTL: 0,
      ForwardedValues: {
        QueryString: false,
        Headers: { Quantity: 1, Items: ["*"] },
        Cookies: { Forward: "none" },
      },
    },
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof settings;

/** What viewers get in the place of a 414. */
export const errorPage = { path: "/pages/414", body: "a page" };

/** Of the distribution: how errors are kept, and what viewers get in their place. */
export const errorSettings: NonNullable<NonNullable<Config["CustomErrorResponses"]>["Items"]> = [
  { ErrorCode: 504, ErrorCachingMinTTL: 30, ResponsePagePath: "", ResponseCode: "" },
  { ErrorCode: 501, ErrorCachingMinTTL: 0, ResponsePagePath: "", ResponseCode: "" },
  { ErrorCode: 414, ErrorCachingMinTTL: 20, ResponsePagePath: errorPage.path, ResponseCode: "200" },
];

const named = Object.entries(settings) as [SettingName, Setting][];

export const defaultBehavior: Partial<Behavior> = behaviorOf("plain", settings.plain);

export const cacheBehaviors: NonNullable<Config["CacheBehaviors"]> = {
  Quantity: named.length,
  Items: named.map(([name, setting]) => ({
    ...behavior(behaviorOf(name, setting)),
    PathPattern: `/${name}/*`,
  })),
};

function behaviorOf(name: SettingName, setting: Setting): Partial<Behavior> {
  const forwards = setting.forwards ?? "headers";
  return { CachePolicyId: name, OriginRequestPolicyId: forwards, ...setting.behavior };
}

/** @returns the state with the policies that the behaviors name */
export function withPolicies(state: State): State {
  const cachePolicies = named.map(([name, setting]) => [name, cachePolicy(name, setting)] as const);
  const requestPolicies = (["headers", "cookies", "nothing"] as const).map(
    (name) => [name, originRequestPolicy(name)] as const,
  );
  return {
    ...state,
    resources: Map([
      ["cache-policy", Map<string, Resource>(cachePolicies)],
      ["origin-request-policy", Map<string, Resource>(requestPolicies)],
    ]),
  };
}

function cachePolicy(id: string, setting: Setting): Resource<"cache-policy"> {
  const { ttls = [0, 0, year], headers = [], query = { behavior: "all" }, cookies } = setting;
  const items = (names: readonly string[] = []) => ({ Quantity: names.length, Items: [...names] });
  return resource("cache-policy", id, {
    Name: id,
    MinTTL: ttls[0],
    DefaultTTL: ttls[1],
    MaxTTL: ttls[2],
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: setting.gzip ?? false,
      EnableAcceptEncodingBrotli: setting.brotli ?? false,
      HeadersConfig: {
        HeaderBehavior: headers.length === 0 ? "none" : "whitelist",
        Headers: items(headers),
      },
      CookiesConfig: {
        CookieBehavior: cookies?.behavior ?? "none",
        Cookies: items(cookies?.names),
      },
      QueryStringsConfig: {
        QueryStringBehavior: query.behavior,
        QueryStrings: items("names" in query ? query.names : undefined),
      },
    },
  });
}

function originRequestPolicy(
  id: "headers" | "cookies" | "nothing",
): Resource<"origin-request-policy"> {
  const isNothing = id === "nothing";
  return resource("origin-request-policy", id, {
    Name: id,
    HeadersConfig: { HeaderBehavior: isNothing ? "none" : "allViewer" },
    CookiesConfig: { CookieBehavior: id === "cookies" ? "all" : "none" },
    QueryStringsConfig: { QueryStringBehavior: isNothing ? "none" : "all" },
  });
}

function resource<Kind extends "cache-policy" | "origin-request-policy">(
  kind: Kind,
  id: string,
  config: Resource<Kind>["config"],
): Resource<Kind> {
  const time = "2026-01-01T00:00:00.000Z";
  return {
    kind,
    id,
    config,
    attributes: {},
    version: 1,
    deployRevision: 0,
    createdTime: time,
    lastModifiedTime: time,
  };
}
