/** Connection groups: the name and addresses through which viewers reach distribution tenants. */
import { randomText } from "../../../base/random-pool.ts";
import { ApiError } from "../../../model/errors.ts";
import { findResource, ownResources } from "../../../state/resources.ts";
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
  attributes: (_id, { domainSuffix }) => ({
    RoutingEndpoint: `d${randomText(13, "abcdefghijklmnopqrstuvwxyz0123456789")}.${domainSuffix}`,
  }),
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
  describe: () => ({ IsDefault: false }),
  isListed: ({ config }, input) => {
    const filter = input["AssociationFilter"] as { AnycastIpListId?: string } | undefined;
    return !filter?.AnycastIpListId || config.AnycastIpListId === filter.AnycastIpListId;
  },
};
