/**
 * The cache policies and origin request policies that AWS itself provides, by id: the same in
 * every account, so a distribution may name them without anything having been created.
 *
 * Source: CloudFront Developer Guide, "Use managed cache policies" and "Use managed origin request policies".
 */

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

const none: NameSelection = { behavior: "none", names: [] };
const all: NameSelection = { behavior: "all", names: [] };
const listed = (...names: string[]): NameSelection => ({ behavior: "whitelist", names });
const headers = (...names: string[]) => ({ behavior: "whitelist", names }) as const;

const day = 86_400;
const year = 365 * day;
const originCacheControl = {
  minTtl: 0,
  defaultTtl: 0,
  maxTtl: year,
  headers: ["Host", "Origin", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"],
  cookies: all,
  gzip: true,
  brotli: true,
};

const cachePolicies: readonly CachePolicy[] = [
  {
    id: "658327ea-f89d-4fab-a63d-7e88639e58f6",
    name: "Managed-CachingOptimized",
    minTtl: 1,
    defaultTtl: day,
    maxTtl: year,
    headers: [],
    cookies: none,
    query: none,
    gzip: true,
    brotli: true,
  },
  {
    id: "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
    name: "Managed-CachingOptimizedForUncompressedObjects",
    minTtl: 1,
    defaultTtl: day,
    maxTtl: year,
    headers: [],
    cookies: none,
    query: none,
    gzip: false,
    brotli: false,
  },
  {
    id: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    name: "Managed-CachingDisabled",
    minTtl: 0,
    defaultTtl: 0,
    maxTtl: 0,
    headers: [],
    cookies: none,
    query: none,
    gzip: false,
    brotli: false,
  },
  {
    id: "08627262-05a9-4f76-9ded-b50ca2e3a84f",
    name: "Managed-Elemental-MediaPackage",
    minTtl: 0,
    defaultTtl: day,
    maxTtl: year,
    headers: ["Origin"],
    cookies: none,
    query: listed("aws.manifestfilter", "start", "end", "m"),
    gzip: true,
    brotli: false,
  },
  {
    id: "2e54312d-136d-493c-8eb9-b001f22f67d2",
    name: "Managed-Amplify",
    minTtl: 2,
    defaultTtl: 2,
    maxTtl: 600,
    headers: ["Authorization", "CloudFront-Viewer-Country", "Host"],
    cookies: all,
    query: all,
    gzip: true,
    brotli: true,
  },
  {
    id: "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
    name: "Managed-UseOriginCacheControlHeaders",
    ...originCacheControl,
    query: none,
  },
  {
    id: "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
    name: "Managed-UseOriginCacheControlHeaders-QueryStrings",
    ...originCacheControl,
    query: all,
  },
];

const corsS3 = ["Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"];

/** The headers of the 2022-06 set, which is fixed: headers that came later are not in it. */
const cloudFrontHeaders = [
  "Forwarded-Proto",
  "Is-Android-Viewer",
  "Is-Desktop-Viewer",
  "Is-IOS-Viewer",
  "Is-Mobile-Viewer",
  "Is-SmartTV-Viewer",
  "Is-Tablet-Viewer",
  "Viewer-Address",
  "Viewer-ASN",
  "Viewer-City",
  "Viewer-Country",
  "Viewer-Country-Name",
  "Viewer-Country-Region",
  "Viewer-Country-Region-Name",
  "Viewer-Http-Version",
  "Viewer-Latitude",
  "Viewer-Longitude",
  "Viewer-Metro-Code",
  "Viewer-Postal-Code",
  "Viewer-Time-Zone",
  "Viewer-TLS",
].map((name) => `CloudFront-${name}`);

const originRequestPolicies: readonly OriginRequestPolicy[] = [
  {
    id: "216adef6-5c7f-47e4-b989-5492eafa07d3",
    name: "Managed-AllViewer",
    headers: { behavior: "allViewer", names: [] },
    cookies: all,
    query: all,
  },
  {
    id: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
    name: "Managed-AllViewerExceptHostHeader",
    headers: { behavior: "allExcept", names: ["Host"] },
    cookies: all,
    query: all,
  },
  {
    id: "33f36d7e-f396-46d9-90e0-52428a34d9dc",
    name: "Managed-AllViewerAndCloudFrontHeaders-2022-06",
    headers: { behavior: "allViewerAndWhitelistCloudFront", names: cloudFrontHeaders },
    cookies: all,
    query: all,
  },
  {
    id: "59781a5b-3903-41f3-afcb-af62929ccde1",
    name: "Managed-CORS-CustomOrigin",
    headers: headers("Origin"),
    cookies: none,
    query: none,
  },
  {
    id: "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
    name: "Managed-CORS-S3Origin",
    headers: headers(...corsS3),
    cookies: none,
    query: none,
  },
  {
    id: "775133bc-15f2-49f9-abea-afb2e0bf67d2",
    name: "Managed-Elemental-MediaTailor-PersonalizedManifests",
    headers: headers(...corsS3, "User-Agent", "X-Forwarded-For"),
    cookies: none,
    query: all,
  },
  {
    id: "bf0718e1-ba1e-49d1-88b1-f726733018ae",
    name: "Managed-HostHeaderOnly",
    headers: headers("Host"),
    cookies: none,
    query: none,
  },
  {
    id: "acba4595-bd28-49b8-b9fe-13317c0390fa",
    name: "Managed-UserAgentRefererHeaders",
    headers: headers("User-Agent", "Referer"),
    cookies: none,
    query: none,
  },
];

export const managedCachePolicies: ReadonlyMap<string, CachePolicy> = new Map(
  cachePolicies.map((policy) => [policy.id, policy]),
);

export const managedOriginRequestPolicies: ReadonlyMap<string, OriginRequestPolicy> = new Map(
  originRequestPolicies.map((policy) => [policy.id, policy]),
);
