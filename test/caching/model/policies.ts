/** The cache policies of the model's world, and what they make two requests share. */
import { Map } from "immutable";
import type { Resource } from "../../../src/model/resource.ts";
import type { State } from "../../../src/state/state.ts";
import type { Behavior } from "../../edge/viewer-scene.ts";

export interface ModelPolicy {
  readonly id: string;
  /** In seconds, as the other two. */
  readonly minTtl: number;
  readonly defaultTtl: number;
  readonly maxTtl: number;
  /** Whether it is in the key, as the next three. */
  readonly query: boolean;
  readonly language: boolean;
  readonly cookie: boolean;
  readonly encodings: boolean;
  readonly cachesOptions: boolean;
}

const plain = { query: true, language: false, cookie: false, encodings: false };

export const policies: readonly ModelPolicy[] = [
  { id: "p0", minTtl: 0, defaultTtl: 30, maxTtl: 100, ...plain, language: true },
  { id: "p1", minTtl: 0, defaultTtl: 0, maxTtl: 50, ...plain, encodings: true },
  { id: "p2", minTtl: 4, defaultTtl: 20, maxTtl: 60, ...plain, query: false, cookie: true },
  { id: "p3", minTtl: 2, defaultTtl: 10, maxTtl: 300, ...plain, encodings: true, language: true },
  { id: "p4", minTtl: 0, defaultTtl: 0, maxTtl: 0, ...plain },
].map((policy, index) => ({ ...policy, cachesOptions: index % 2 === 0 }));

/** What a viewer sends that a key may hold. */
export interface KeyedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly language: string;
  readonly cookie: string;
  readonly encodings: string;
}

/**
 * What requests for one object have in common, in a text: the origin makes the same of what it is
 * asked, so that each answer says what it was made for.
 */
export function identityOf(request: KeyedRequest): string {
  const { method, path, query, language, cookie, encodings } = request;
  const kind = method === "HEAD" ? "GET" : method;
  return [kind, path, query, language, cookie, encodings].join(" | ");
}

export function expectedIdentity(request: KeyedRequest, policy: ModelPolicy): string {
  return identityOf({
    ...request,
    query: policy.query ? request.query : "",
    language: policy.language ? request.language : "",
    cookie: policy.cookie ? request.cookie : "",
    encodings: policy.encodings ? normalized(request.encodings) : "",
  });
}

/** What an origin is told of what a viewer accepts. */
export function normalized(accepted: string): string {
  return ["br", "gzip"].filter((coding) => accepted.includes(coding)).join(",");
}

export function withPolicies(state: State): State {
  return { ...state, resources: state.resources.set("cache-policy", Map(policies.map(resource))) };
}

function resource(policy: ModelPolicy): [string, Resource] {
  const list = (items: string[]) => ({ Quantity: items.length, Items: items });
  const config = {
    Name: policy.id,
    MinTTL: policy.minTtl,
    DefaultTTL: policy.defaultTtl,
    MaxTTL: policy.maxTtl,
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: policy.encodings,
      EnableAcceptEncodingBrotli: policy.encodings,
      HeadersConfig: policy.language
        ? { HeaderBehavior: "whitelist" as const, Headers: list(["X-Language"]) }
        : { HeaderBehavior: "none" as const },
      CookiesConfig: policy.cookie
        ? { CookieBehavior: "whitelist" as const, Cookies: list(["who"]) }
        : { CookieBehavior: "none" as const },
      QueryStringsConfig: { QueryStringBehavior: policy.query ? "all" : "none" } as const,
    },
  };
  const made: Resource<"cache-policy"> = {
    kind: "cache-policy",
    id: policy.id,
    config,
    attributes: {},
    version: 1,
    deployRevision: 1,
    createdTime: "2026-01-01T00:00:00.000Z",
    lastModifiedTime: "2026-01-01T00:00:00.000Z",
  };
  return [policy.id, made];
}

export function behaviorOf(policy: ModelPolicy): Partial<Behavior> {
  const cached = policy.cachesOptions ? ["GET", "HEAD", "OPTIONS"] : ["GET", "HEAD"];
  return {
    AllowedMethods: {
      Quantity: 7,
      Items: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
      CachedMethods: { Quantity: cached.length, Items: cached as ("GET" | "HEAD" | "OPTIONS")[] },
    },
    CachePolicyId: policy.id,
    OriginRequestPolicyId: "",
    Compress: policy.encodings,
  };
}
