/** The calls on distribution tenants. */
import { callApi } from "./call-api.ts";

export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly domains: readonly { readonly domain: string; readonly status?: string }[];
  readonly connection_group_id?: string;
  readonly parameters?: readonly { readonly name: string; readonly value: string }[];
  readonly customizations?: {
    readonly web_acl?: { readonly action: "override" | "disable"; readonly arn?: string };
    readonly certificate?: { readonly arn: string };
    readonly geo_restrictions?: {
      readonly restriction_type: GeoRestrictionType;
      readonly locations?: readonly string[];
    };
  };
}

/** As the API spells them. */
export type GeoRestrictionType = "none" | "whitelist" | "blacklist";

export type ReadTenant = Tenant & { readonly etag: string };

/** What is written of one. */
export interface TenantSettings {
  readonly domains: readonly string[];
  /** Empty for the account's own. */
  readonly connectionGroup: string;
  readonly enabled: boolean;
  /** By name; the distribution's default values count of those that are left out. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly customizations: Customizations;
}

/** What a tenant has in the place of its distribution's. */
export interface Customizations {
  /** ARN; empty for the distribution's. */
  readonly certificate: string;
  /** ARN; empty for none, undefined for the distribution's. */
  readonly webAcl: string | undefined;
  /** Undefined for the distribution's. */
  readonly geography:
    | { readonly type: GeoRestrictionType; readonly countries: readonly string[] }
    | undefined;
}

/**
 * The first hundred of a distribution's tenants, or of those that have a connection group.
 *
 * @param filter ids, as the API names them
 */
export async function listTenants(
  filter: { readonly DistributionId: string } | { readonly ConnectionGroupId: string },
  signal?: AbortSignal,
): Promise<{ readonly items?: readonly Tenant[]; readonly next_marker?: string }> {
  return callApi({
    method: "POST",
    path: "/2020-05-31/distribution-tenants",
    body: { AssociationFilter: filter, MaxItems: 100 },
    signal,
  });
}

export function readTenant(id: string): Promise<ReadTenant> {
  return callApi({ path: tenantAt(id) });
}

export function createTenant(
  distribution: string,
  name: string,
  settings: TenantSettings,
  signal: AbortSignal,
): Promise<Tenant> {
  return callApi({
    method: "POST",
    path: "/2020-05-31/distribution-tenant",
    body: { DistributionId: distribution, Name: name, ...bodyOf(settings) },
    signal,
  });
}

/** @throws ApiRefusal, when somebody was first */
export function updateTenant(
  id: string,
  settings: Partial<TenantSettings>,
  ifMatch: string,
  signal?: AbortSignal,
): Promise<ReadTenant> {
  return callApi({ method: "PUT", path: tenantAt(id), body: bodyOf(settings), ifMatch, signal });
}

export async function deleteTenant(id: string, ifMatch: string): Promise<void> {
  await callApi({ method: "DELETE", path: tenantAt(id), ifMatch });
}

export async function invalidateTenant(
  id: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await callApi({
    method: "POST",
    path: `${tenantAt(id)}/invalidation`,
    body: {
      CallerReference: crypto.getRandomValues(new Uint32Array(4)).join("-"),
      Paths: { Quantity: paths.length, Items: paths },
    },
    signal,
  });
}

function bodyOf(settings: Partial<TenantSettings>): object {
  const { domains, connectionGroup, enabled, parameters, customizations } = settings;
  return {
    ...(domains && { Domains: domains.map((domain) => ({ Domain: domain })) }),
    ...(connectionGroup && { ConnectionGroupId: connectionGroup }),
    ...(enabled !== undefined && { Enabled: enabled }),
    ...(parameters && {
      Parameters: Object.entries(parameters).map(([Name, Value]) => ({ Name, Value })),
    }),
    ...(customizations && { Customizations: customizationsBody(customizations) }),
  };
}

function customizationsBody({ certificate, webAcl, geography }: Customizations): object {
  return {
    ...(certificate !== "" && { Certificate: { Arn: certificate } }),
    ...(webAcl !== undefined && {
      WebAcl: webAcl === "" ? { Action: "disable" } : { Action: "override", Arn: webAcl },
    }),
    ...(geography && {
      GeoRestrictions: {
        RestrictionType: geography.type,
        ...(geography.type !== "none" && { Locations: geography.countries }),
      },
    }),
  };
}

function tenantAt(id: string): string {
  return `/2020-05-31/distribution-tenant/${encodeURIComponent(id)}`;
}
