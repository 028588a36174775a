/** The calls on connection groups, by whose endpoints viewers reach tenants. */
import { callApi } from "./call-api.ts";

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

export function createGroup(
  name: string,
  settings: GroupSettings,
  signal: AbortSignal,
): Promise<ConnectionGroup> {
  const body = { Name: name, ...groupBody(settings) };
  return callApi({ method: "POST", path: "/2020-05-31/connection-group", body, signal });
}

/** @throws ApiRefusal, when somebody was first */
export function updateGroup(
  id: string,
  settings: Partial<GroupSettings>,
  ifMatch: string,
  signal?: AbortSignal,
): Promise<ReadGroup> {
  return callApi({ method: "PUT", path: groupAt(id), body: groupBody(settings), ifMatch, signal });
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
