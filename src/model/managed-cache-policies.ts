/**
 * The cache policies that AWS provides, with their configurations as the API answers them.
 *
 * Source: CloudFront Developer Guide, "Use managed cache policies"; comments, the case of header
 * names and the Amplify policies from answers of a real account.
 */
import type { CachePolicyConfig } from "../schema/shapes.ts";

const day = 86_400;
const year = 365 * day;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly comment: string;
  /** Minimum, default and maximum, in seconds. */
  readonly ttls: readonly [number, number, number];
  /** Gzip, Brotli. */
  readonly codings: readonly [boolean, boolean];
  readonly headers?: readonly string[];
  readonly cookies?: "all";
  readonly query?: "all" | readonly string[];
}

const originHeaders = [
  "host",
  "origin",
  "x-http-method-override",
  "x-http-method",
  "x-method-override",
];

export const cachingDisabledId = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

const rows: readonly Row[] = [
  {
    id: "658327ea-f89d-4fab-a63d-7e88639e58f6",
    name: "Managed-CachingOptimized",
    comment: "Policy with caching enabled. Supports Gzip and Brotli compression.",
    ttls: [1, day, year],
    codings: [true, true],
  },
  {
    id: "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
    name: "Managed-CachingOptimizedForUncompressedObjects",
    comment: "Default policy when compression is disabled",
    ttls: [1, day, year],
    codings: [false, false],
  },
  {
    id: cachingDisabledId,
    name: "Managed-CachingDisabled",
    comment: "Policy with caching disabled",
    ttls: [0, 0, 0],
    codings: [false, false],
  },
  {
    id: "08627262-05a9-4f76-9ded-b50ca2e3a84f",
    name: "Managed-Elemental-MediaPackage",
    comment: "Policy for Elemental MediaPackage Origin",
    ttls: [0, day, year],
    codings: [true, false],
    headers: ["origin"],
    query: ["aws.manifestfilter", "start", "end", "m"],
  },
  {
    id: "2e54312d-136d-493c-8eb9-b001f22f67d2",
    name: "Managed-Amplify",
    comment: "Policy for Amplify Origin",
    ttls: [2, 2, 600],
    codings: [true, true],
    headers: ["Authorization", "CloudFront-Viewer-Country", "Host"],
    cookies: "all",
    query: "all",
  },
  // These two lack the prefix that all others have.
  {
    id: "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
    name: "UseOriginCacheControlHeaders",
    comment:
      "Policy for origins that return Cache-Control headers. Query strings are not included in the cache key.",
    ttls: [0, 0, year],
    codings: [true, true],
    headers: originHeaders,
    cookies: "all",
  },
  {
    id: "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
    name: "UseOriginCacheControlHeaders-QueryStrings",
    comment:
      "Policy for origins that return Cache-Control headers and serve different content based on values present in the query string.",
    ttls: [0, 0, year],
    codings: [true, true],
    headers: originHeaders,
    cookies: "all",
    query: "all",
  },
  {
    id: "4d1d2f1d-3a71-49ad-9e08-7ea5d843a556",
    name: "Managed-Amplify-Default",
    comment: "Default Amplify cache policy",
    ttls: [0, 0, year],
    codings: [true, true],
    headers: ["Accept", "Authorization", "CloudFront-Viewer-Country", "Host"],
    cookies: "all",
    query: "all",
  },
  {
    id: "a6bad946-36c3-4c33-aa98-362c74a7fb13",
    name: "Managed-Amplify-DefaultNoCookies",
    comment: "Default Amplify cache policy without cookies",
    ttls: [0, 0, year],
    codings: [true, true],
    headers: ["Accept", "Authorization", "CloudFront-Viewer-Country", "Host"],
    query: "all",
  },
  {
    id: "1c6db51a-a33f-469a-8245-dae26771f530",
    name: "Managed-Amplify-ImageOptimization",
    comment: "Amplify cache policy for image optimization",
    ttls: [0, 0, year],
    codings: [true, true],
    headers: ["Accept", "Authorization", "Host"],
    query: "all",
  },
  {
    id: "7e5fad67-ee98-4ad0-b05a-394999eefc1a",
    name: "Managed-Amplify-StaticContent",
    comment: "Amplify cache policy for static content",
    ttls: [0, 0, year],
    codings: [true, true],
    headers: ["Authorization", "Host"],
  },
];

function configOf(row: Row): CachePolicyConfig {
  const [MinTTL, DefaultTTL, MaxTTL] = row.ttls;
  const [EnableAcceptEncodingGzip, EnableAcceptEncodingBrotli] = row.codings;
  const query = row.query ?? "none";
  return {
    Name: row.name,
    Comment: row.comment,
    MinTTL,
    DefaultTTL,
    MaxTTL,
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip,
      EnableAcceptEncodingBrotli,
      HeadersConfig: row.headers
        ? { HeaderBehavior: "whitelist", Headers: list(row.headers) }
        : { HeaderBehavior: "none" },
      CookiesConfig: { CookieBehavior: row.cookies ?? "none" },
      QueryStringsConfig:
        typeof query === "string"
          ? { QueryStringBehavior: query }
          : { QueryStringBehavior: "whitelist", QueryStrings: list(query) },
    },
  };
}

function list(names: readonly string[]): { Quantity: number; Items: string[] } {
  return { Quantity: names.length, Items: [...names] };
}

/** By id. */
export const managedCachePolicyConfigs: ReadonlyMap<string, CachePolicyConfig> = new Map(
  rows.map((row) => [row.id, configOf(row)]),
);
