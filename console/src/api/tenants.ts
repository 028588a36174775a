/** The calls on distribution tenants, and on the connection groups by which viewers reach them. */
import { callApi } from "./call-api.ts";

export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly domains: readonly { readonly domain: string; readonly status?: string }[];
  readonly connection_group_id?: string;
}

export type ReadTenant = Tenant & { readonly etag: string };

/** What is written of one. */
export interface TenantSettings {
  readonly domains: readonly string[];
  /** Empty for the account's own. */
  readonly connectionGroup: string;
  readonly enabled: boolean;
}

/** The first hundred of a distribution's tenants. */
export async function listTenants(
  distribution: string,
  signal?: AbortSignal,
): Promise<{ readonly items: readonly Tenant[]; readonly next_marker?: string }> {
  return callApi({
    method: "POST",
    path: "/2020-05-31/distribution-tenants",
    body: { AssociationFilter: { DistributionId: distribution }, MaxItems: 100 },
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
): Promise<Tenant> {
  return callApi({
    method: "POST",
    path: "/2020-05-31/distribution-tenant",
    body: { DistributionId: distribution, Name: name, ...bodyOf(settings) },
  });
}

/** @throws ApiRefusal, when somebody was first */
export function updateTenant(
  id: string,
  settings: Partial<TenantSettings>,
  ifMatch: string,
): Promise<ReadTenant> {
  return callApi({ method: "PUT", path: tenantAt(id), body: bodyOf(settings), ifMatch });
}

export async function deleteTenant(id: string, ifMatch: string): Promise<void> {
  await callApi({ method: "DELETE", path: tenantAt(id), ifMatch });
}

export async function invalidateTenant(id: string, paths: readonly string[]): Promise<void> {
  await callApi({
    method: "POST",
    path: `${tenantAt(id)}/invalidation`,
    body: {
      CallerReference: crypto.getRandomValues(new Uint32Array(4)).join("-"),
      Paths: { Quantity: paths.length, Items: paths },
    },
  });
}

function bodyOf({ domains, connectionGroup, enabled }: Partial<TenantSettings>): object {
  return {
    ...(domains && { Domains: domains.map((domain) => ({ Domain: domain })) }),
    ...(connectionGroup && { ConnectionGroupId: connectionGroup }),
    ...(enabled !== undefined && { Enabled: enabled }),
  };
}

function tenantAt(id: string): string {
  return `/2020-05-31/distribution-tenant/${encodeURIComponent(id)}`;
}

export interface ConnectionGroup {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly ipv6_enabled?: boolean;
  readonly routing_endpoint: string;
  readonly is_default?: boolean;
}

export type ReadGroup = ConnectionGroup & { readonly etag: string };

/** The first hundred. */
export async function listGroups(signal?: AbortSignal): Promise<readonly ConnectionGroup[]> {
  const { items } = await callApi<{ readonly items?: readonly ConnectionGroup[] }>({
    method: "POST",
    path: "/2020-05-31/connection-groups",
    body: { MaxItems: 100 },
    signal,
  });
  return items ?? [];
}

export function readGroup(id: string): Promise<ReadGroup> {
  return callApi({ path: groupAt(id) });
}

export interface GroupSettings {
  readonly enabled: boolean;
  readonly ipv6: boolean;
}

export function createGroup(name: string, settings: GroupSettings): Promise<ConnectionGroup> {
  const body = { Name: name, ...groupBody(settings) };
  return callApi({ method: "POST", path: "/2020-05-31/connection-group", body });
}

/** @throws ApiRefusal, when somebody was first */
export function updateGroup(
  id: string,
  settings: Partial<GroupSettings>,
  ifMatch: string,
): Promise<ReadGroup> {
  return callApi({ method: "PUT", path: groupAt(id), body: groupBody(settings), ifMatch });
}

export async function deleteGroup(id: string, ifMatch: string): Promise<void> {
  await callApi({ method: "DELETE", path: groupAt(id), ifMatch });
}

function groupBody({ enabled, ipv6 }: Partial<GroupSettings>): object {
  return {
    ...(enabled !== undefined && { Enabled: enabled }),
    ...(ipv6 !== undefined && { Ipv6Enabled: ipv6 }),
  };
}

function groupAt(id: string): string {
  return `/2020-05-31/connection-group/${encodeURIComponent(id)}`;
}
