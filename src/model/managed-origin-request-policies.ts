/**
 * The origin request policies that AWS provides, with their configurations as the API answers them.
 *
 * Source: CloudFront Developer Guide, "Use managed origin request policies". The comments of half
 * of them are not documented; those here say the same in AWS's manner.
 */
import type { OriginRequestPolicyConfig } from "../schema/shapes.ts";

type HeaderBehavior = NonNullable<
  NonNullable<OriginRequestPolicyConfig["HeadersConfig"]>["HeaderBehavior"]
>;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly comment: string;
  readonly headers: readonly [HeaderBehavior, ...names: string[]];
  readonly cookies?: "all";
  readonly query?: "all";
}

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

const corsS3 = ["origin", "access-control-request-headers", "access-control-request-method"];

const rows: readonly Row[] = [
  {
    id: "216adef6-5c7f-47e4-b989-5492eafa07d3",
    name: "Managed-AllViewer",
    comment: "Policy to forward all parameters in viewer requests",
    headers: ["allViewer"],
    cookies: "all",
    query: "all",
  },
  {
    id: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
    name: "Managed-AllViewerExceptHostHeader",
    comment: "Policy to forward all parameters in viewer requests except for the Host header",
    headers: ["allExcept", "host"],
    cookies: "all",
    query: "all",
  },
  {
    id: "33f36d7e-f396-46d9-90e0-52428a34d9dc",
    name: "Managed-AllViewerAndCloudFrontHeaders-2022-06",
    comment:
      "Policy to forward all parameters in viewer requests and all CloudFront headers that were released through June 2022",
    headers: ["allViewerAndWhitelistCloudFront", ...cloudFrontHeaders],
    cookies: "all",
    query: "all",
  },
  {
    id: "59781a5b-3903-41f3-afcb-af62929ccde1",
    name: "Managed-CORS-CustomOrigin",
    comment: "Policy for custom origin with CORS",
    headers: ["whitelist", "origin"],
  },
  {
    id: "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
    name: "Managed-CORS-S3Origin",
    comment: "Policy for S3 origin with CORS",
    headers: ["whitelist", ...corsS3],
  },
  {
    id: "775133bc-15f2-49f9-abea-afb2e0bf67d2",
    name: "Managed-Elemental-MediaTailor-PersonalizedManifests",
    comment: "Policy for Elemental MediaTailor Origin",
    headers: ["whitelist", ...corsS3, "user-agent", "x-forwarded-for"],
    query: "all",
  },
  {
    id: "bf0718e1-ba1e-49d1-88b1-f726733018ae",
    name: "Managed-HostHeaderOnly",
    comment: "Policy to forward only the Host header",
    headers: ["whitelist", "host"],
  },
  {
    id: "acba4595-bd28-49b8-b9fe-13317c0390fa",
    name: "Managed-UserAgentRefererHeaders",
    comment: "Policy to forward user-agent and referer headers to origin",
    headers: ["whitelist", "user-agent", "referer"],
  },
];

function configOf(row: Row): OriginRequestPolicyConfig {
  const [HeaderBehavior, ...names] = row.headers;
  return {
    Name: row.name,
    Comment: row.comment,
    HeadersConfig: {
      HeaderBehavior,
      ...(names.length > 0 && { Headers: { Quantity: names.length, Items: names } }),
    },
    CookiesConfig: { CookieBehavior: row.cookies ?? "none" },
    QueryStringsConfig: { QueryStringBehavior: row.query ?? "none" },
  };
}

/** By id. */
export const managedOriginRequestPolicyConfigs: ReadonlyMap<string, OriginRequestPolicyConfig> =
  new Map(rows.map((row) => [row.id, configOf(row)]));
