/**
 * Connection groups: the name and addresses through which viewers reach distribution tenants.
 *
 * A tenant that is created without one gets the account's default group, which is created with the first of them.
 * Source: CloudFront API Reference, ConnectionGroup.
 */
import { randomText } from "../../../base/random-pool.ts";
import { ApiError } from "../../../model/errors.ts";
import type { Resource } from "../../../model/resource.ts";
import type { CreatedAlong } from "../../../state/change.ts";
import { findResource, ownResources } from "../../../state/resources.ts";
import type { State } from "../../../state/state.ts";
import type { OperationContext } from "../../operation.ts";
import { newPrefixedId } from "../resource-id.ts";
import type { ResourceRow } from "../resource-row.ts";

export const connectionGroup: ResourceRow<"connection-group"> = {
  kind: "connection-group",
  label: "connection group",
  operations: {
    create: "CreateConnectionGroup",
    get: "GetConnectionGroup",
    update: "UpdateConnectionGroup",
    delete: "DeleteConnectionGroup",
    list: "ListConnectionGroups",
  },
  errors: {
    missing: "EntityNotFound",
    exists: "EntityAlreadyExists",
    inUse: "CannotDeleteEntityWhileInUse",
    tooMany: "EntityLimitExceeded",
    notDisabled: "ResourceNotDisabled",
  },
  quota: "connectionGroupsPerAccount",
  unique: ["Name"],
  enforced: { edge: "partly", reason: "Anycast IP lists give no addresses here" },
  newId: () => newPrefixedId("cg"),
  attributes: (_id, { domainSuffix }) => ({ RoutingEndpoint: newEndpoint(domainSuffix) }),
  complete: (config) => ({
    ...config,
    Ipv6Enabled: config.Ipv6Enabled ?? true,
    Enabled: config.Enabled ?? true,
  }),
  check: ({ AnycastIpListId }, { state }) => {
    if (!AnycastIpListId || findResource(state, "anycast-ip-list", AnycastIpListId)) return;
    throw new ApiError(
      "EntityNotFound",
      `The specified Anycast static IP list does not exist. It was looked for as "${AnycastIpListId}"`,
    );
  },
  usedBy: ({ id }, state) =>
    ownResources(state, "distribution-tenant")
      .filter(({ config }) => config.ConnectionGroupId === id)
      .map((tenant) => `distribution tenant ${tenant.id}`),
  describe: ({ attributes }) => ({ IsDefault: isDefault(attributes) }),
  isListed: ({ config }, input) => {
    const filter = input["AssociationFilter"] as { AnycastIpListId?: string } | undefined;
    return !filter?.AnycastIpListId || config.AnycastIpListId === filter.AnycastIpListId;
  },
};

function newEndpoint(domainSuffix: string): string {
  return `d${randomText(13, "abcdefghijklmnopqrstuvwxyz0123456789")}.${domainSuffix}`;
}

function isDefault(attributes: Resource["attributes"]): boolean {
  return attributes["IsDefault"] === "true";
}

/** @returns the account's default group, and what creates it where there is none yet */
export function defaultConnectionGroup(
  state: State,
  { domainSuffix }: Pick<OperationContext, "domainSuffix">,
): { readonly id: string; readonly along?: readonly CreatedAlong[] } {
  const known = ownResources(state, "connection-group").find((one) => isDefault(one.attributes));
  if (known !== undefined) return { id: known.id };
  const id = newPrefixedId("cg");
  const config = { Name: `default-${id}`, Ipv6Enabled: true, Enabled: true };
  const attributes = { RoutingEndpoint: newEndpoint(domainSuffix), IsDefault: "true" };
  return { id, along: [{ kind: "connection-group", id, config, attributes }] };
}
