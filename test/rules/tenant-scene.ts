/** Distribution tenants for scenes of the edge: resources as the state has them. */
import { Map } from "immutable";
import type { Resource, ResourceConfigs, ResourceKind } from "../../src/model/resource.ts";
import type { State } from "../../src/state/state.ts";
import type { Config } from "../edge/viewer-scene.ts";

export const endpoint = "d222222abcdef8.cloudfront.localhost";

function resource<Kind extends ResourceKind>(
  kind: Kind,
  id: string,
  config: ResourceConfigs[Kind],
  attributes: Resource["attributes"] = {},
): Resource<Kind> {
  const time = "2026-01-01T00:00:00.000Z";
  const times = { createdTime: time, lastModifiedTime: time };
  return { kind, id, config, attributes, version: 1, deployRevision: 1, ...times };
}

export type TenantConfig = ResourceConfigs["distribution-tenant"];

/** A tenant of the scene's distribution, in the group "cg_1" unless the changes say otherwise. */
export function tenant(
  id: string,
  domains: readonly string[],
  changes: Partial<TenantConfig> = {},
): Resource<"distribution-tenant"> {
  return resource("distribution-tenant", id, {
    DistributionId: "E1",
    Name: id,
    Domains: domains.map((Domain) => ({ Domain })),
    ConnectionGroupId: "cg_1",
    Enabled: true,
    ...changes,
  });
}

export function group(
  changes: Partial<ResourceConfigs["connection-group"]> = {},
  id = "cg_1",
): Resource<"connection-group"> {
  const attributes = { RoutingEndpoint: endpoint };
  return resource("connection-group", id, { Name: id, Enabled: true, ...changes }, attributes);
}

/** Puts resources in a state, in the place of those of their ids. */
export function withResources(state: State, ...resources: readonly Resource[]): State {
  let all = state.resources;
  for (const each of resources) {
    all = all.set(each.kind, (all.get(each.kind) ?? Map()).set(each.id, each));
  }
  return { ...state, resources: all };
}

/** What makes the scene's distribution a multi-tenant one. */
export function multiTenant(
  ...parameters: readonly [name: string, value?: string][]
): Partial<Config> {
  const definitions = parameters.map(([Name, DefaultValue]) => ({
    Name,
    Definition: { StringSchema: { Required: false, ...(DefaultValue && { DefaultValue }) } },
  }));
  return { ConnectionMode: "tenant-only", TenantConfig: { ParameterDefinitions: definitions } };
}
